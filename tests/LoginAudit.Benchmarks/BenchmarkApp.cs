using System.Diagnostics;
using Azure.Core;
using Azure.Core.Pipeline;
using LoginAudit.LocalHost;
using LoginAudit.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LoginAudit.Benchmarks;

/// <summary>The app's services over Azurite in memory, and counts of what they ask of it.</summary>
internal sealed class BenchmarkApp : IAsyncDisposable
{
    /// <summary>For a million events of four rows.</summary>
    private const int HeapMegabytes = 12 * 1024;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    private readonly AzuriteProcess _azurite;
    private readonly ServiceProvider _services;

    private BenchmarkApp(AzuriteProcess azurite, ServiceProvider services, RequestCount requests) =>
        (_azurite, _services, Requests) = (azurite, services, requests);

    public RequestCount Requests { get; }

    public string ConnectionString => _azurite.ConnectionString;

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public static async Task<BenchmarkApp> StartAsync()
    {
        var azurite = await AzuriteProcess.StartAsync(Ports.FindFree(3), dataFolder: null, CancellationToken.None, heapMegabytes: HeapMegabytes);
        var requests = new RequestCount();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddLoginAudit(new ConfigurationBuilder().AddInMemoryCollection([new("AuditStorage", azurite.ConnectionString)]).Build());
        services.AddSingleton<StoragePipelineHook>(options => options.AddPolicy(requests, HttpPipelinePosition.PerRetry));
        var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<StorageClients>().EnsureAsync(CancellationToken.None);
        return new BenchmarkApp(azurite, provider, requests);
    }

    /// <summary>Medians of two ways of doing the same, in turn, after runs that do not count, until the runtime has compiled both for speed.</summary>
    public static async Task<(double Ours, double Bare)> CompareAsync(int rounds, Func<Task> ours, Func<Task> bare)
    {
        var startedAt = Stopwatch.GetTimestamp();
        do
        {
            await ours();
            await bare();
        }
        while (Stopwatch.GetElapsedTime(startedAt) < WarmUp);

        var (left, right) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            left.Add(await TimeAsync(ours));
            right.Add(await TimeAsync(bare));
        }

        return (Median(left), Median(right));
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _azurite.DisposeAsync();
    }

    public static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    public static async Task<double> TimeAsync(Func<Task> work)
    {
        var startedAt = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds;
    }
}

/// <summary>Counts requests to storage, each try of them.</summary>
internal sealed class RequestCount : HttpPipelineSynchronousPolicy
{
    private int _sent;

    public int Sent => _sent;

    public override void OnSendingRequest(HttpMessage message) => Interlocked.Increment(ref _sent);
}
