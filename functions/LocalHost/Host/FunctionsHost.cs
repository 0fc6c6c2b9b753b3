using System.Net;
using LoginAudit.LocalHost.Host.Rpc;

namespace LoginAudit.LocalHost.Host;

/// <summary>How a <see cref="FunctionsHost"/> runs.</summary>
internal sealed record FunctionsHostOptions
{
    /// <summary>The app, and its host.json.</summary>
    public required WorkerApp App { get; init; }

    /// <summary>Of HTTP, on loopback; 0 takes a free one.</summary>
    public required int Port { get; init; }

    /// <summary>App settings by their names, <c>Section__Name</c>; what is not here comes from the environment.</summary>
    public required IReadOnlyDictionary<string, string?> Settings { get; init; }

    /// <summary>Where it is noted when timers last ran.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Instead of what the app's host.json says.</summary>
    public HostJson? HostJson { get; init; }

    /// <summary>More endpoints beside the functions.</summary>
    public Action<WebApplication>? Configure { get; init; }

    /// <summary>Where logs go, besides the console's defaults.</summary>
    public Action<ILoggingBuilder>? Logging { get; init; }
}

/// <summary>
/// A small Azure Functions host: runs an app's worker process, starts it anew when it dies, and drives its functions by HTTP, queues
/// and timers, by host.json.
/// </summary>
internal sealed partial class FunctionsHost : IAsyncDisposable
{
    /// <summary>As in the Functions host.</summary>
    private const long MaxBodyBytes = 104_857_600;

    private static readonly TimeSpan LongestRestartPause = TimeSpan.FromSeconds(30);

    private readonly FunctionsHostOptions _options;
    private readonly HostJson _hostJson;
    private readonly WebApplication _http;
    private readonly WorkerServer _server;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private HttpFunctions? _calls;
    private Task<Worker> _worker;
    private Task _running = Task.CompletedTask;

    private FunctionsHost(FunctionsHostOptions options, HostJson hostJson, WebApplication http, WorkerServer server, Worker worker)
    {
        (_options, _hostJson, _http, _server, _worker) = (options, hostJson, http, server, Task.FromResult(worker));
        _logger = http.Services.GetRequiredService<ILogger<FunctionsHost>>();
    }

    /// <summary>Where HTTP is served.</summary>
    public Uri Address => new(_http.Urls.Single());

    /// <summary>
    /// The caller's own <c>X-Forwarded-For</c> goes through as it came, as some versions of the Functions host let it; else it is
    /// replaced by the caller's address.
    /// </summary>
    public bool PassesForwardedFor
    {
        get => _calls!.PassesForwardedFor;
        set => _calls!.PassesForwardedFor = value;
    }

    /// <summary>Process id of the worker that is running, or of the next one.</summary>
    public async Task<int> WorkerProcessIdAsync() => (await _worker).ProcessId;

    /// <exception cref="StartException">The app cannot be run.</exception>
    public static async Task<FunctionsHost> StartAsync(FunctionsHostOptions options, CancellationToken cancellationToken)
    {
        var hostJson = options.HostJson ?? HostJson.Read(options.App.Folder);
        var http = BuildHttp(options);
        var server = await WorkerServer.StartAsync(cancellationToken);
        FunctionsHost host;
        try
        {
            var worker = await Worker.StartAsync(
                options.App, server, options.Settings, http.Services.GetRequiredService<ILoggerFactory>(), cancellationToken);
            host = new FunctionsHost(options, hostJson, http, server, worker);
        }
        catch
        {
            await server.DisposeAsync();
            await http.DisposeAsync();
            throw;
        }

        try
        {
            await host.ServeAsync(cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes no more calls, ends what is in work, and ends the worker.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _http.StopAsync();
        await _running;
        if (await _worker.ContinueWith(started => started.IsCompletedSuccessfully ? started.Result : null, TaskScheduler.Default) is { } worker)
        {
            await worker.DisposeAsync();
        }

        await _server.DisposeAsync();
        await _http.DisposeAsync();
        _calls?.Dispose();
        _stopping.Dispose();
    }

    private static WebApplication BuildHttp(FunctionsHostOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, options.Port);
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        });
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true)
            .SetMinimumLevel(LogLevel.Warning)
            .AddFilter("LoginAudit", LogLevel.Information);
        options.Logging?.Invoke(builder.Logging);
        builder.Services.AddRouting();
        builder.Services.AddHttpForwarder();
        return builder.Build();
    }

    private async Task ServeAsync(CancellationToken cancellationToken)
    {
        var functions = (await _worker).Functions;
        _calls = ActivatorUtilities.CreateInstance<HttpFunctions>(_http.Services, functions, _hostJson, (Func<CancellationToken, Task<Worker>>)WorkerAsync);
        _http.Use(_calls.AddHeadersAsync);
        _options.Configure?.Invoke(_http);
        _http.MapFallback("{**path}", _calls.AnswerAsync);
        await _http.StartAsync(cancellationToken);

        var loggers = _http.Services.GetRequiredService<ILoggerFactory>();
        _running = Task.WhenAll([
            KeepRunningAsync(loggers),
            .. functions.Where(function => function.Is("queueTrigger"))
                .Select(function => Listener(function, loggers).RunAsync(_stopping.Token)),
            .. functions.Where(function => function.Is("timerTrigger"))
                .Select(function => Timer(function, loggers).RunAsync(_stopping.Token)),
        ]);
    }

    private QueueListener Listener(Function function, ILoggerFactory loggers) => new(
        SettingOf(function),
        function.Text("queueName")!,
        _hostJson.Queues,
        (message, token) => InvokeAsync(QueueFunction.Invocation(function, message), token),
        TimeProvider.System,
        loggers.CreateLogger<QueueListener>());

    private TimerFunction Timer(Function function, ILoggerFactory loggers) =>
        new(function, _options.DataFolder, InvokeAsync, TimeProvider.System, loggers.CreateLogger<TimerFunction>());

    private async Task InvokeAsync(InvocationRequest request, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_hostJson.FunctionTimeout);
        await (await WorkerAsync(limit.Token)).InvokeAsync(request, limit.Token);
    }

    /// <summary>The connection string that a trigger names.</summary>
    private string SettingOf(Function function)
    {
        var name = function.Text("connection") ?? "AzureWebJobsStorage";
        return (_options.Settings.TryGetValue(name, out var value) ? value : Environment.GetEnvironmentVariable(name))
            ?? throw new StartException($"The function {function.Name} needs the app setting {name}.");
    }

    private Task<Worker> WorkerAsync(CancellationToken cancellationToken) => _worker.WaitAsync(cancellationToken);

    private async Task KeepRunningAsync(ILoggerFactory loggers)
    {
        var pause = TimeSpan.Zero;
        while (true)
        {
            var worker = await _worker;
            var startedAt = TimeProvider.System.GetTimestamp();
            await Task.WhenAny(worker.Ended, Task.Delay(Timeout.Infinite, _stopping.Token));
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            Log.WorkerEnded(_logger, worker.ProcessId);
            var next = new TaskCompletionSource<Worker>(TaskCreationOptions.RunContinuationsAsynchronously);
            _worker = next.Task;
            await worker.DisposeAsync();
            pause = TimeProvider.System.GetElapsedTime(startedAt) > LongestRestartPause ? TimeSpan.Zero : pause;
            while (!next.Task.IsCompleted)
            {
                await Task.Delay(pause, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = TimeSpan.FromTicks(Math.Clamp(pause.Ticks * 2, TimeSpan.TicksPerSecond, LongestRestartPause.Ticks));
                try
                {
                    next.SetResult(await Worker.StartAsync(_options.App, _server, _options.Settings, loggers, _stopping.Token));
                }
                catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
                {
                    next.SetCanceled(_stopping.Token);
                    return;
                }
                catch (StartException e)
                {
                    Log.NotStarted(_logger, e.Message);
                }
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The worker process {ProcessId} ended. Starting another one ...")]
        public static partial void WorkerEnded(ILogger logger, int processId);

        [LoggerMessage(2, LogLevel.Error, "{Reason}")]
        public static partial void NotStarted(ILogger logger, string reason);
    }
}
