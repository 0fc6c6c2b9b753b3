using Azure.Core;
using LoginAudit.Auth;
using LoginAudit.Health;
using LoginAudit.InProcess;
using LoginAudit.Log.Tables;
using LoginAudit.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LoginAudit.Tests.Hosting;

/// <summary>The app over HTTP on a free port, with a storage account of its own.</summary>
public sealed class TestApp : HttpApp
{
    private readonly WebApplication _app;
    private readonly PlantedValues _planted;

    private TestApp(
        WebApplication app, string operatorKey, StorageRequests requests, LogCapture logs, string connectionString, PlantedValues planted)
        : base(new HttpClient(planted) { BaseAddress = new Uri(app.Urls.Single()) }, operatorKey, connectionString)
    {
        _app = app;
        _planted = planted;
        Logs = logs;
        Requests = requests;
    }

    public IServiceProvider Services => _app.Services;

    public StorageRequests Requests { get; }

    /// <summary>All that the app logs; none of it may hold what tests send as personal or secret.</summary>
    public LogCapture Logs { get; }

    protected override DateTimeOffset Now => Services.GetRequiredService<TimeProvider>().GetUtcNow();

    /// <summary>Name of the storage account.</summary>
    public string Account => ConnectionString.Split(';').Single(part => part.StartsWith("AccountName=", StringComparison.Ordinal)).Split('=')[1];

    /// <param name="azurite">Gives the account.</param>
    /// <param name="time">The app's clock; the system's without it.</param>
    /// <param name="pumps">Runs the queue functions too; not with a clock that stands still.</param>
    /// <param name="connectionString">An account that another app of the same test has.</param>
    /// <param name="configure">Changes the services, last of all.</param>
    /// <param name="handler">What the client's calls pass through.</param>
    /// <param name="storage">What is in the account when the app starts.</param>
    /// <param name="settings">App settings, <c>Section__Name</c>.</param>
    public static async Task<TestApp> StartAsync(
        AzuriteFixture azurite,
        TimeProvider? time = null,
        bool pumps = false,
        string? connectionString = null,
        Action<IServiceCollection>? configure = null,
        HttpMessageHandler? handler = null,
        StorageAtStart storage = StorageAtStart.Made,
        params (string Name, string Value)[] settings)
    {
        var operatorKey = ApiKey.Create(ApiKey.OperatorOwner);
        var requests = new StorageRequests();
        var logs = new LogCapture();
        connectionString ??= await azurite.TakeAccountAsync();
        var all = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["AuditStorage"] = connectionString,
            ["Access__OperatorKeyHash"] = operatorKey.Hash(),
            ["Retention__DeleteBlobs"] = "true",
            ["Exports__StartDelay"] = "00:00:00",
            ["Access__RateBurst"] = "1000000",
            ["Access__ForwardedHops"] = "0",
        };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        var app = InProcessApp.Build(0, all, services =>
        {
            services.AddLogging(logging => logging.ClearProviders().AddProvider(logs).SetMinimumLevel(LogLevel.Trace).AddFilter("LoginAudit", LogLevel.Trace));
            services.AddSingleton<StoragePipelineHook>(options => options.AddPolicy(requests, HttpPipelinePosition.PerRetry));
            if (time is not null)
            {
                services.Replace(ServiceDescriptor.Singleton(time));
            }

            Type[] pumpTypes = pumps ? [] : [typeof(QueuePump)];
            Type[] left = storage == StorageAtStart.MadeByTheApp ? pumpTypes : [.. pumpTypes, typeof(StartPreparation)];
            foreach (var service in services
                .Where(s => s.ServiceType == typeof(IHostedService) && left.Contains(s.ImplementationType)).ToList())
            {
                services.Remove(service);
            }

            configure?.Invoke(services);
        });
        if (storage == StorageAtStart.Made)
        {
            await app.Services.GetRequiredService<StorageClients>().EnsureAsync(CancellationToken.None);
        }

        await app.StartAsync();
        return new TestApp(
            app, operatorKey.ToString(), requests, logs, connectionString, new PlantedValues(handler ?? new SocketsHttpHandler()));
    }

    public Task StopAsync() => _app.StopAsync();

    /// <summary>Writes no more entries of the trail, nor last uses, from here on.</summary>
    public Task StopTrailAsync() => Services.GetRequiredService<BackgroundWrites>().StopAsync(CancellationToken.None);

    public override async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Assert.Empty(_planted.FindIn(Logs.Lines));
    }
}

/// <summary>What is in a storage account when an app of a test starts.</summary>
public enum StorageAtStart
{
    /// <summary>All that must be there. The app makes no requests of its own.</summary>
    Made,

    /// <summary>Nothing, and nobody makes it at the start.</summary>
    Empty,

    /// <summary>Nothing, and the app makes it behind its start, as in Azure.</summary>
    MadeByTheApp,
}
