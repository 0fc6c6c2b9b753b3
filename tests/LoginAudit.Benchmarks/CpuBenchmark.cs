using System.Globalization;
using Azure.Data.Tables;
using LoginAudit.Auth;
using LoginAudit.Ingest;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LoginAudit.Benchmarks;

/// <summary>What this process spends on an event, from its JSON to the wire, where storage costs nothing.</summary>
internal static class CpuBenchmark
{
    private const int BatchEvents = 1000;
    private const int Today = -1;

    /// <summary>Few, again and again: what they hold, the garbage collector walks through on every side.</summary>
    private const int Batches = 2;

    /// <summary>As the writer has it.</summary>
    private const int TransactionsAtOnce = 8;

    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(180);
    private static readonly ParallelOptions AsTheWriter = new() { MaxDegreeOfParallelism = TransactionsAtOnce };

    public static async Task<string> RunAsync(BenchmarkOptions options)
    {
        await using var services = Build();
        var ingest = services.GetRequiredService<EventIngest>();
        var day = UtcDay.Of(Load.End);
        var table = services.GetRequiredService<TableAccounts>().Home.EventsOf(day);
        var tenant = new Tenant(HttpApp.Tenant, "Acme", 1, Load.End);
        var batches = Load.Day(tenant.Id, Today, Batches * BatchEvents).Chunk(BatchEvents).ToList();
        var bodies = batches.ConvertAll(Load.Body);
        var partition = TableKeys.EventsPartition(tenant.Id, day, 1, 0);
        var transactions = batches.ConvertAll(batch => batch.SelectMany(e => EventRows.Write(e, partition))
            .Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)).Chunk(TableLimits.TransactionRows).ToList());

        var repeats = options.Quick ? 1 : 10;
        var (own, sdk, whole) = (new List<Cost>(), new List<Cost>(), new List<Cost>());
        for (var round = options.Quick ? 0 : -options.Rounds; round < options.Rounds; round++)
        {
            var ofOwn = await MeasureAsync(() => MakeRows(bodies, tenant.Id, partition));
            var ofSdk = await MeasureAsync(async () =>
            {
                foreach (var batch in transactions)
                {
                    await Parallel.ForEachAsync(batch, AsTheWriter, async (transaction, token) => await table.SubmitTransactionAsync(transaction, token));
                }
            });
            var ofWhole = await MeasureAsync(async () =>
            {
                foreach (var body in bodies)
                {
                    await ingest.IngestAsync(tenant, body, CancellationToken.None);
                }
            });
            if (round >= 0)
            {
                own.Add(ofOwn);
                sdk.Add(ofSdk);
                whole.Add(ofWhole);
            }
        }

        return $"## CPU and memory of an event\n\nBatches of {BatchEvents}, four rows an event, native events. Our own: from the body to rows, parsed, checked, mapped. The SDK alone: transactions of the same rows, made beforehand, from rows to the wire, {TransactionsAtOnce} at once, as the writer sends them. The whole: an ingest call, both together, and what lies between: shards, transactions, answers. Storage is replaced by a transport that takes everything at once.\n\n| of an event | our own | the SDK alone | ratio | the whole | to the SDK alone |\n|---|---|---|---|---|---|\n"
            + Row("µs of CPU", "F1", cost => cost.Microseconds) + Row("bytes allocated", "F0", cost => cost.Bytes);

        string Row(string name, string format, Func<Cost, double> of)
        {
            var (ours, floor, all) = (Median(own, of), Median(sdk, of), Median(whole, of));
            return string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {ours.ToString(format, CultureInfo.InvariantCulture)} | {floor.ToString(format, CultureInfo.InvariantCulture)} | {ours / floor:F2} | {all.ToString(format, CultureInfo.InvariantCulture)} | {all / floor:F2} |\n");
        }

        async Task<Cost> MeasureAsync(Func<Task> work)
        {
            GC.Collect();
            var (cpuBefore, bytesBefore) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true));
            for (var i = 0; i < repeats; i++)
            {
                await work();
            }

            var (spent, allocated) = (Environment.CpuUsage.TotalTime - cpuBefore, GC.GetTotalAllocatedBytes(precise: true) - bytesBefore);
            var events = (double)repeats * Batches * BatchEvents;
            return new Cost(spent.TotalMicroseconds / events, allocated / events);
        }
    }

    /// <summary>What the writer gives the SDK; the rows of a batch are needed at once.</summary>
    private static Task MakeRows(List<byte[]> bodies, TenantId tenant, string partition)
    {
        foreach (var body in bodies)
        {
            var elements = EventBody.Split(body, BatchEvents, out var document);
            using var buffers = document;
            var rows = elements.Select(element => NativeEventParser.Parse(element.Json, tenant, Load.End.AddDays(1), MaxAge, [])!)
                .SelectMany(e => EventRows.Write(e, partition)).ToList();
            GC.KeepAlive(rows);
        }

        return Task.CompletedTask;
    }

    private static double Median(List<Cost> costs, Func<Cost, double> of) => BenchmarkApp.Median([.. costs.Select(of)]);

    private static ServiceProvider Build()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddLoginAudit(new ConfigurationBuilder().AddInMemoryCollection([new("AuditStorage", "UseDevelopmentStorage=true")]).Build());
        services.AddSingleton<StoragePipelineHook>(options => options.Transport = new NoStorage());
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(new ShiftedTime(Load.End.AddDays(1))));
        return services.BuildServiceProvider();
    }

    /// <summary>Of one event.</summary>
    private sealed record Cost(double Microseconds, double Bytes);
}
