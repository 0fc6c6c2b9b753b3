using System.Diagnostics;
using Azure.Core;
using Azure.Core.Pipeline;
using LoginAudit.LocalHost;
using LoginAudit.Log.Tables;
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

    /// <summary>What takes little time is measured in more rounds, since little disturbs it.</summary>
    private static readonly TimeSpan AtLeast = TimeSpan.FromSeconds(5);

    private readonly AzuriteProcess? _azurite;
    private readonly ServiceProvider _services;

    private BenchmarkApp(AzuriteProcess? azurite, string connectionString)
    {
        _azurite = azurite;
        ConnectionString = connectionString;
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddLoginAudit(new ConfigurationBuilder().AddInMemoryCollection([new("AuditStorage", connectionString)]).Build());
        services.AddSingleton<StoragePipelineHook>(options => options.AddPolicy(Requests, HttpPipelinePosition.PerRetry));
        _services = services.BuildServiceProvider();
    }

    public RequestCount Requests { get; } = new();

    public string ConnectionString { get; }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public static async Task<BenchmarkApp> StartAsync()
    {
        var azurite = await AzuriteProcess.StartAsync(Ports.FindFree(3), dataFolder: null, CancellationToken.None, heapMegabytes: HeapMegabytes);
        var app = new BenchmarkApp(azurite, azurite.ConnectionString);
        await app.Get<StorageClients>().EnsureAsync(CancellationToken.None);
        return app;
    }

    /// <summary>Over the storage of another process.</summary>
    public static BenchmarkApp Over(string connectionString) => new(null, connectionString);

    /// <summary>Medians of two ways of doing the same, in turn, after runs that do not count, until the runtime has compiled both for speed.</summary>
    public static async Task<(double Ours, double Bare)> CompareAsync(BenchmarkOptions options, Func<Task> ours, Func<Task> bare)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var warmUp = options.Quick ? TimeSpan.Zero : WarmUp;
        do
        {
            await ours();
            await bare();
        }
        while (Stopwatch.GetElapsedTime(startedAt) < warmUp);

        var (left, right) = (new List<double>(), new List<double>());
        var atLeast = options.Quick ? TimeSpan.Zero : AtLeast;
        for (startedAt = Stopwatch.GetTimestamp(); left.Count < options.Rounds || Stopwatch.GetElapsedTime(startedAt) < atLeast;)
        {
            left.Add(await TimeAsync(ours));
            right.Add(await TimeAsync(bare));
        }

        return (Median(left), Median(right));
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        if (_azurite is not null)
        {
            await _azurite.DisposeAsync();
        }
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
    private int _sentToTables;
    private int _transactions;

    public int Sent => _sent;

    public int SentToTables => _sentToTables;

    /// <summary>Of these, entity group transactions.</summary>
    public int Transactions => _transactions;

    public override void OnSendingRequest(HttpMessage message)
    {
        Interlocked.Increment(ref _sent);
        if (message.Request.Headers.Contains("DataServiceVersion"))
        {
            Interlocked.Increment(ref _sentToTables);
        }

        if (message.Request.Uri.Path.EndsWith("$batch", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _transactions);
        }
    }
}
