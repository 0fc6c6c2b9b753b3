using System.Globalization;
using System.Text;
using Azure.Data.Tables;
using LoginAudit.Auth;
using LoginAudit.Log.Days;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;
using LoginAudit.Log.Write;

namespace LoginAudit.Benchmarks;

/// <summary>Ingest of one tenant's day with 1 and with 16 shards.</summary>
internal static class ShardBenchmark
{
    private const int Parallel = 4;
    private const int ManyShards = 16;

    /// <summary>As days are counted back from the last that is over: today and tomorrow, as the emulator is slower the more a table holds.</summary>
    private const int DayOfOne = -1;
    private const int DayOfMany = -2;

    public static async Task<string> RunAsync(BenchmarkOptions options)
    {
        await using var app = await BenchmarkApp.StartAsync();
        var table = new TableClient(app.ConnectionString, "Bare");
        await table.CreateIfNotExistsAsync();
        var count = Math.Min(options.Events, 20_000);
        var (one, many, bare) = (new List<Run>(), new List<Run>(), new List<Run>());
        for (var round = 0; round <= options.Rounds; round++)
        {
            one.Add(await WriteAsync(app, round, DayOfOne, shards: 1, count));
            many.Add(await WriteAsync(app, round, DayOfMany, ManyShards, count));
            bare.Add(await BareAsync(table, round, count));
        }

        var report = new StringBuilder("## Shards\n\n");
        report.Append(CultureInfo.InvariantCulture, $"{count} events of one tenant and day, in batches of 1,000, {Parallel} at once. Azure gives each partition 2,000 entities/s, so {ManyShards} shards take {ManyShards} times as much; Azurite has one thread, which shows none of that. What shows is the price: a batch is split over the shards, into smaller transactions.\n\n| | events/s | requests | requests per 1,000 events |\n|---|---|---|---|\n");
        Append("1 shard", one);
        Append($"{ManyShards} shards", many);
        Append("bare SDK, 1 partition", bare);
        Bound.AtMost("requests with one shard", Requests(one), Requests(bare));
        Bound.AtMost($"requests with {ManyShards} shards: a part of a transaction more for each shard of a batch", Requests(many), Requests(bare) + (count / 1000 * ManyShards));
        return report.ToString();

        // The first round lets the runtime compile.
        void Append(string name, List<Run> runs) => report.Append(
            CultureInfo.InvariantCulture,
            $"| {name} | {count / BenchmarkApp.Median([.. runs.Skip(1).Select(run => run.Milliseconds)]) * 1000:F0} | {Requests(runs)} | {Requests(runs) * 1000.0 / count:F1} |\n");

        // The fewest: each transaction of the first round that meets no table makes it and is sent again; in any round one whose answer
        // is late is sent again by the SDK, meets its own rows, and reads which of them are there.
        static int Requests(List<Run> runs) => runs.Min(run => run.Requests);
    }

    private static async Task<Run> WriteAsync(BenchmarkApp app, int round, int day, int shards, int count)
    {
        var tenant = new Tenant(TenantId.Parse($"tenant-{round}-{shards}"), "Tenant", shards, Load.End);
        var batches = Load.Day(tenant.Id, day, count).Chunk(1000).ToList();
        await app.Get<DayIndex>().OpenDayAsync(tenant.Log, UtcDay.Of(batches[0][0].OccurredAt), CancellationToken.None);
        var before = app.Requests.Sent;
        var time = await BenchmarkApp.TimeAsync(() => System.Threading.Tasks.Parallel.ForEachAsync(
            batches,
            new ParallelOptions { MaxDegreeOfParallelism = Parallel },
            async (batch, token) => await app.Get<EventWriter>().WriteAsync(tenant.Log, batch, mayComplete: false, token)));
        return new Run(time, app.Requests.Sent - before);
    }

    /// <summary>The same rows, made beforehand, in transactions of 100.</summary>
    private static async Task<Run> BareAsync(TableClient table, int round, int count)
    {
        var partition = string.Create(CultureInfo.InvariantCulture, $"bare-{round}");
        var transactions = Load.Day(TenantId.Parse("bare"), DayOfOne, count).SelectMany(e => EventRows.Write(e, partition))
            .Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)).Chunk(100).ToList();
        var time = await BenchmarkApp.TimeAsync(() => System.Threading.Tasks.Parallel.ForEachAsync(
            transactions,
            new ParallelOptions { MaxDegreeOfParallelism = Parallel * 8 },
            async (transaction, token) => await table.SubmitTransactionAsync(transaction, token)));
        return new Run(time, transactions.Count);
    }

    private sealed record Run(double Milliseconds, int Requests);
}
