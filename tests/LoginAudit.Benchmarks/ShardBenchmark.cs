using System.Globalization;
using System.Text;
using Azure.Data.Tables;
using LoginAudit.Events;
using LoginAudit.Storage;

namespace LoginAudit.Benchmarks;

/// <summary>Ingest of one tenant's day with 1 and with 16 shards.</summary>
internal static class ShardBenchmark
{
    private const int Parallel = 4;

    /// <summary>As days are counted back from the last that is over.</summary>
    private const int Today = -1;

    public static async Task<string> RunAsync(BenchmarkOptions options)
    {
        await using var app = await BenchmarkApp.StartAsync();
        var writer = app.Get<EventWriter>();
        var count = Math.Min(options.Events, 20_000);
        var names = 0;
        var report = new StringBuilder("## Shards\n\n");
        report.Append(CultureInfo.InvariantCulture, $"{count} events of one tenant and day, in batches of 1,000, {Parallel} at once. Azure gives each partition 2,000 entities/s, so 16 shards take 16 times as much; Azurite has one thread, which shows none of that. What shows is the price: a batch is split over the shards, into smaller transactions.\n\n| | events/s | requests | requests per 1,000 events |\n|---|---|---|---|\n");
        foreach (var shards in new[] { 1, 16 })
        {
            var requests = 0;
            var times = new List<double>();
            for (var round = 0; round <= options.Rounds; round++)
            {
                var tenant = new Tenant(TenantId.Parse($"tenant-{names++}"), "Tenant", shards, Load.End);
                var batches = Load.Day(tenant.Id, Today, count).Chunk(1000).ToList();
                await app.Get<DayIndex>().OpenDayAsync(tenant, UtcDay.Of(Load.End), CancellationToken.None);
                var before = app.Requests.Sent;
                times.Add(await BenchmarkApp.TimeAsync(() => System.Threading.Tasks.Parallel.ForEachAsync(
                    batches,
                    new ParallelOptions { MaxDegreeOfParallelism = Parallel },
                    async (batch, token) => await writer.WriteAsync(tenant, batch, mayComplete: false, token))));
                requests = app.Requests.Sent - before;
            }

            Append(shards == 1 ? "1 shard" : $"{shards} shards", BenchmarkApp.Median(times[1..]), requests);
        }

        var (bare, bareRequests) = await BareAsync(app, options, count);
        Append("bare SDK, 1 partition", bare, bareRequests);
        return report.ToString();

        void Append(string name, double milliseconds, int requests) => report.Append(
            CultureInfo.InvariantCulture, $"| {name} | {count / milliseconds * 1000:F0} | {requests} | {requests * 1000.0 / count:F1} |\n");
    }

    /// <summary>The same rows, made beforehand, in transactions of 100.</summary>
    private static async Task<(double Milliseconds, int Requests)> BareAsync(BenchmarkApp app, BenchmarkOptions options, int count)
    {
        var table = new TableClient(app.ConnectionString, "Bare");
        await table.CreateIfNotExistsAsync();
        var times = new List<double>();
        var requests = 0;
        for (var round = 0; round <= options.Rounds; round++)
        {
            var partition = string.Create(CultureInfo.InvariantCulture, $"bare-{round}");
            var transactions = Load.Day(TenantId.Parse("bare"), Today, count).SelectMany(e => EventRows.Write(e, partition))
                .Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)).Chunk(100).ToList();
            requests = transactions.Count;
            times.Add(await BenchmarkApp.TimeAsync(() => System.Threading.Tasks.Parallel.ForEachAsync(
                transactions,
                new ParallelOptions { MaxDegreeOfParallelism = Parallel * 8 },
                async (transaction, token) => await table.SubmitTransactionAsync(transaction, token))));
        }

        return (BenchmarkApp.Median(times[1..]), requests);
    }
}
