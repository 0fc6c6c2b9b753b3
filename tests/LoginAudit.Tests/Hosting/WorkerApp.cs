using LoginAudit.Auth;
using LoginAudit.LocalHost.Host;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.Logging;

[assembly: AssemblyFixture(typeof(SharedWorkerApp))]

namespace LoginAudit.Tests.Hosting;

/// <summary>The app's own worker process, driven by LocalHost's Functions host: what runs in Azure.</summary>
public sealed class WorkerApp : HttpApp
{
    private readonly FunctionsHost _host;
    private readonly TemporaryFolder _data;

    private WorkerApp(FunctionsHost host, TemporaryFolder data, LogCapture logs, string operatorKey, string connectionString)
        : base(new HttpClient { BaseAddress = host.Address }, operatorKey, connectionString)
    {
        (_host, _data, Logs) = (host, data, logs);
    }

    /// <summary>What the worker and the host log.</summary>
    public LogCapture Logs { get; }

    internal FunctionsHost Host => _host;

    /// <param name="azurite">Gives the account.</param>
    /// <param name="connectionString">An account that another app of the same test has.</param>
    /// <param name="hostJson">Changes what host.json says.</param>
    /// <param name="settings">App settings, <c>Section__Name</c>.</param>
    internal static async Task<WorkerApp> StartAsync(
        AzuriteFixture azurite,
        string? connectionString = null,
        Func<HostJson, HostJson>? hostJson = null,
        params (string Name, string Value)[] settings)
    {
        var operatorKey = ApiKey.Create(ApiKey.OperatorOwner);
        connectionString ??= await azurite.TakeAccountAsync();
        var all = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["AuditStorage"] = connectionString,
            ["Access__OperatorKeyHash"] = operatorKey.Hash(),
            ["Access__ForwardedHops"] = "0",
            ["Access__RateBurst"] = "1000000",
            ["Exports__StartDelay"] = "00:00:00",
        };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        var data = new TemporaryFolder();
        var logs = new LogCapture();
        var app = LoginAudit.LocalHost.Host.WorkerApp.Read(LoginAudit.LocalHost.Host.WorkerApp.BuildFolder());
        var read = HostJson.Read(app.Folder);
        var host = await FunctionsHost.StartAsync(
            new FunctionsHostOptions
            {
                App = app,
                Port = 0,
                Settings = all,
                DataFolder = data.Path,
                HostJson = hostJson is null ? read : hostJson(read),
                Logging = logging => logging.ClearProviders().AddProvider(logs),
            },
            CancellationToken.None);
        var started = new WorkerApp(host, data, logs, operatorKey.ToString(), connectionString);
        await started.UntilReadyAsync();
        return started;
    }

    /// <summary>Ends the worker process as a crash would.</summary>
    public async Task KillWorkerAsync()
    {
        using var process = System.Diagnostics.Process.GetProcessById(await _host.WorkerProcessIdAsync());
        process.Kill();
        await process.WaitForExitAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.DisposeAsync();
        _data.Dispose();
    }

    private async Task UntilReadyAsync()
    {
        while (true)
        {
            using var answer = await Client.GetAsync("/health/ready");
            if (answer.IsSuccessStatusCode)
            {
                return;
            }

            await Task.Delay(50);
        }
    }
}

/// <summary>One worker process for all tests that need nothing of their own from it; started with the first of them.</summary>
public sealed class SharedWorkerApp : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private Task<WorkerApp>? _app;

    public Task<WorkerApp> AppAsync(AzuriteFixture azurite)
    {
        lock (_gate)
        {
            return _app ??= WorkerApp.StartAsync(azurite);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await (await _app).DisposeAsync();
        }
    }
}
