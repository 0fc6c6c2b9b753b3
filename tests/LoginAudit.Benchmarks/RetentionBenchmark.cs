using System.Globalization;
using System.Text;
using Azure.Data.Tables;
using LoginAudit.Auth;
using LoginAudit.Log.Days;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;
using LoginAudit.Retention;
using LoginAudit.Storage;

namespace LoginAudit.Benchmarks;

/// <summary>What a day costs to drop, with few rows and with many.</summary>
internal static class RetentionBenchmark
{
    private const int OldDay = 200;

    private static readonly Tenant Acme = new(TenantId.Parse("acme"), "Acme", 1, Load.End);

    public static async Task<string> RunAsync(BenchmarkOptions options)
    {
        await using var app = await BenchmarkApp.StartAsync();
        var report = new StringBuilder("## Retention\n\nA run of the timer that drops one day.\n\n| rows of the day | requests | ms |\n|---|---|---|\n");
        var retention = app.Get<RetentionRunner>();
        await retention.RunAsync(CancellationToken.None); // makes the tables of the days to come
        int? fewest = null;
        foreach (var rows in options.Quick ? new[] { 100, 5_000 } : [1_000, 100_000])
        {
            var (times, requests) = (new List<double>(), 0);
            for (var round = 0; round < options.Rounds; round++)
            {
                await StoreAsync(app, rows);
                var before = app.Requests.Sent;
                times.Add(await BenchmarkApp.TimeAsync(() => retention.RunAsync(CancellationToken.None)));
                requests = app.Requests.Sent - before;
            }

            report.Append(CultureInfo.InvariantCulture, $"| {rows} | {requests} | {BenchmarkApp.Median(times):F0} |\n");
            Bound.AtMost($"requests to drop a day of {rows} rows", requests, fewest ??= requests);
        }

        return report.ToString();
    }

    private static async Task StoreAsync(BenchmarkApp app, int rows)
    {
        var day = UtcDay.Of(Load.End.AddDays(-OldDay - 1));
        var table = app.Get<TableAccounts>().Home.EventsOf(day);
        await table.CreateIfNotExistsAsync();

        // Not by the app's own index: it remembers each day that it has met, and this one comes back.
        await app.Get<StorageClients>().Accounts[0].LoginDays.UpsertEntityAsync(new TableEntity(Acme.Id.Value, TableKeys.LoginDayRow(day)) { [DayIndex.Shards] = 1 });
        var partition = TableKeys.EventsPartition(Acme.Id, day, 1, 0);
        await Parallel.ForEachAsync(
            Load.Day(Acme.Id, OldDay, rows).Chunk(TableLimits.TransactionRows),
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (events, token) => await table.SubmitTransactionAsync(
                events.Select(e => new TableTransactionAction(TableTransactionActionType.Add, EventRows.Write(e, partition)[0])), token));
    }
}
