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

    public static async Task<string> RunAsync(BenchmarkOptions options)
    {
        await using var services = Build();
        var ingest = services.GetRequiredService<EventIngest>();
        var day = UtcDay.Of(Load.End);
        var table = services.GetRequiredService<StorageClients>().Accounts[0].EventsOf(day);
        var tenant = new Tenant(HttpApp.Tenant, "Acme", 1, Load.End);
        var batches = Load.Day(tenant.Id, Today, options.Quick ? BatchEvents : 20 * BatchEvents).Chunk(BatchEvents).ToList();
        var bodies = batches.ConvertAll(Load.Body);
        var partition = Keys.EventsPartition(tenant.Id, day, 1, 0);
        var transactions = batches.SelectMany(batch => batch.SelectMany(e => EventRows.Write(e, partition))
            .Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)).Chunk(Limits.TransactionRows)).ToList();

        var (ours, sdk) = (new List<Cost>(), new List<Cost>());
        for (var round = options.Quick ? 0 : -options.Rounds; round < options.Rounds; round++)
        {
            var left = await MeasureAsync(async () =>
            {
                foreach (var body in bodies)
                {
                    await ingest.IngestAsync(tenant, body, CancellationToken.None);
                }
            });
            var right = await MeasureAsync(async () =>
            {
                foreach (var transaction in transactions)
                {
                    await table.SubmitTransactionAsync(transaction);
                }
            });
            if (round >= 0)
            {
                ours.Add(left);
                sdk.Add(right);
            }
        }

        var (cpu, cpuSdk) = (Median(ours, cost => cost.Microseconds), Median(sdk, cost => cost.Microseconds));
        var (bytes, bytesSdk) = (Median(ours, cost => cost.Bytes), Median(sdk, cost => cost.Bytes));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"## CPU and memory of an event\n\nBatches of {BatchEvents}, four rows an event, from the body to the wire: parsed, checked, made into rows, packed and serialised. Storage is replaced by a transport that takes everything at once. The SDK alone: the same transactions, made beforehand.\n\n| | ours, with the SDK | the SDK alone | ratio |\n|---|---|---|---|\n| µs of CPU an event | {cpu:F1} | {cpuSdk:F1} | {cpu / cpuSdk:F2} |\n| bytes allocated an event | {bytes:F0} | {bytesSdk:F0} | {bytes / bytesSdk:F2} |\n");

        async Task<Cost> MeasureAsync(Func<Task> work)
        {
            GC.Collect();
            var (cpuBefore, bytesBefore) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true));
            await work();
            var (spent, allocated) = (Environment.CpuUsage.TotalTime - cpuBefore, GC.GetTotalAllocatedBytes(precise: true) - bytesBefore);
            var events = (double)bodies.Count * BatchEvents;
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
