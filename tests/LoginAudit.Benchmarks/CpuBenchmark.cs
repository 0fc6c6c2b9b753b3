using System.Globalization;
using Azure.Data.Tables;
using LoginAudit.Events;
using LoginAudit.Ingest;
using LoginAudit.Storage;
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

    public static async Task<string> RunAsync(BenchmarkOptions options)
    {
        await using var services = Build();
        var ingest = services.GetRequiredService<EventIngest>();
        var day = UtcDay.Of(Load.End);
        var table = services.GetRequiredService<StorageClients>().Accounts[0].EventsOf(day);
        var tenant = new Tenant(HttpApp.Tenant, "Acme", 1, Load.End);
        var batches = Load.Day(tenant.Id, Today, Batches * BatchEvents).Chunk(BatchEvents).ToList();
        var bodies = batches.ConvertAll(Load.Body);
        var partition = Keys.EventsPartition(tenant.Id, day, 1, 0);
        var transactions = batches.ConvertAll(batch => batch.SelectMany(e => EventRows.Write(e, partition))
            .Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)).Chunk(Limits.TransactionRows).ToList());

        var repeats = options.Quick ? 1 : 10;
        var (ours, sdk, sdkAlone) = (new List<Cost>(), new List<Cost>(), new List<Cost>());
        for (var round = options.Quick ? 0 : -options.Rounds; round < options.Rounds; round++)
        {
            var left = await MeasureAsync(async () =>
            {
                foreach (var body in bodies)
                {
                    await ingest.IngestAsync(tenant, body, CancellationToken.None);
                }
            });
            var right = await MeasureAsync(() => SendAsync(TransactionsAtOnce));
            var alone = await MeasureAsync(() => SendAsync(1));
            if (round >= 0)
            {
                ours.Add(left);
                sdk.Add(right);
                sdkAlone.Add(alone);
            }
        }

        var (cpu, cpuSdk, cpuAlone) = (Median(ours, cost => cost.Microseconds), Median(sdk, cost => cost.Microseconds), Median(sdkAlone, cost => cost.Microseconds));
        var (bytes, bytesSdk, bytesAlone) = (Median(ours, cost => cost.Bytes), Median(sdk, cost => cost.Bytes), Median(sdkAlone, cost => cost.Bytes));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"## CPU and memory of an event\n\nBatches of {BatchEvents}, four rows an event, from the body to the wire: parsed, checked, made into rows, packed and serialised. Storage is replaced by a transport that takes everything at once. The SDK alone: the same transactions, made beforehand, {TransactionsAtOnce} of a batch at once, as the writer sends them; and one after the other, where the garbage collector finds less that is still needed.\n\n| | ours, with the SDK | the SDK alone | ratio | the SDK, one at a time | ratio |\n|---|---|---|---|---|---|\n| µs of CPU an event | {cpu:F1} | {cpuSdk:F1} | {cpu / cpuSdk:F2} | {cpuAlone:F1} | {cpu / cpuAlone:F2} |\n| bytes allocated an event | {bytes:F0} | {bytesSdk:F0} | {bytes / bytesSdk:F2} | {bytesAlone:F0} | {bytes / bytesAlone:F2} |\n");

        async Task SendAsync(int atOnce)
        {
            foreach (var batch in transactions)
            {
                await Parallel.ForEachAsync(batch, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (transaction, token) => await table.SubmitTransactionAsync(transaction, token));
            }
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
