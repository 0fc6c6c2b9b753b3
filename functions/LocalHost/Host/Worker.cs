using System.Diagnostics;
using System.Net.Sockets;
using LoginAudit.LocalHost.Host.Rpc;

namespace LoginAudit.LocalHost.Host;

/// <summary>One worker process: started, told to load its functions, and ready for invocations until it ends.</summary>
internal sealed partial class Worker : IAsyncDisposable
{
    /// <summary>From the start of the process to its stream; it compiles its first code then, on a machine that may be busy.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    /// <summary>As the Functions host gives it.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly WorkerServer _server;
    private readonly WorkerChannel _channel;
    private readonly Process _process;
    private readonly string _id;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Worker(WorkerServer server, Process process, string id, ILoggerFactory loggers)
    {
        (_server, _process, _id) = (server, process, id);
        _logger = loggers.CreateLogger<Worker>();
        _channel = new WorkerChannel(log => Write(loggers, log));
    }

    /// <summary>Id of the process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>The worker's own HTTP server, which calls are forwarded to.</summary>
    public string HttpUri { get; private set; } = "";

    public IReadOnlyList<Function> Functions { get; private set; } = [];

    /// <summary>Completes once the process has ended.</summary>
    public Task Ended => _ended.Task;

    /// <exception cref="StartException">The worker ended, or did not come up, or cannot load its functions.</exception>
    public static async Task<Worker> StartAsync(
        WorkerApp app,
        WorkerServer server,
        IReadOnlyDictionary<string, string?> settings,
        ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7().ToString();
        var process = new Process { StartInfo = app.StartInfo(server.Address, id, settings), EnableRaisingEvents = true };
        var worker = new Worker(server, process, id, loggers);
        process.OutputDataReceived += (_, line) => worker.Write(line.Data);
        process.ErrorDataReceived += (_, line) => worker.Write(line.Data);
        process.Exited += (_, _) => worker.End();
        server.Add(id, worker._channel);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await worker.InitializeAsync(app, cancellationToken).WaitAsync(StartLimit, cancellationToken);
            return worker;
        }
        catch (Exception e)
        {
            await worker.DisposeAsync();
            throw e switch
            {
                TimeoutException => new StartException($"The app's worker did not come up within {StartLimit.TotalSeconds:0} s."),
                WorkerException => new StartException($"The app's worker could not start: {e.Message}"),
                _ => e,
            };
        }
    }

    /// <summary>Runs a function; a cancelled token asks it to stop, and its answer is awaited all the same.</summary>
    /// <exception cref="WorkerException">The function failed, or the worker ended.</exception>
    public async Task InvokeAsync(InvocationRequest request, CancellationToken cancellationToken)
    {
        var activity = Activity.Current is { IdFormat: ActivityIdFormat.W3C } current ? current : null;
        request.TraceContext = new RpcTraceContext { TraceParent = activity?.Id ?? "", TraceState = activity?.TraceStateString ?? "" };
        await using var cancelling = cancellationToken.Register(() => _channel.Cancel(request.InvocationId));
        var answer = await _channel.AskAsync(new StreamingMessage { InvocationRequest = request });
        Require(answer.InvocationResponse.Result);
    }

    /// <summary>Asks the worker to end, gives it its grace period, and kills what is left.</summary>
    public async ValueTask DisposeAsync()
    {
        _channel.Terminate(Grace);
        await Task.WhenAny(_ended.Task, Task.Delay(Grace));
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.StandardInput.Close();
        _process.Dispose();
        _server.Remove(_id);
    }

    private async Task InitializeAsync(WorkerApp app, CancellationToken cancellationToken)
    {
        await _channel.Connected.WaitAsync(cancellationToken);
        var init = (await AskAsync(new StreamingMessage
        {
            WorkerInitRequest = new WorkerInitRequest
            {
                HostVersion = "4.0.0-localhost",
                WorkerDirectory = app.Folder,
                FunctionAppDirectory = app.Folder,
            },
        })).WorkerInitResponse;
        Require(init.Result);
        HttpUri = init.Capabilities.TryGetValue("HttpUri", out var uri)
            ? uri
            : throw new WorkerException("it has no HTTP server of its own (ASP.NET Core integration).");

        var metadata = (await AskAsync(new StreamingMessage
        {
            FunctionsMetadataRequest = new FunctionsMetadataRequest { FunctionAppDirectory = app.Folder },
        })).FunctionMetadataResponse;
        Require(metadata.Result);
        foreach (var function in metadata.FunctionMetadataResults.OrderBy(function => function.Name, StringComparer.OrdinalIgnoreCase))
        {
            var load = new FunctionLoadRequest { FunctionId = function.FunctionId, Metadata = function };
            Require((await AskAsync(new StreamingMessage { FunctionLoadRequest = load })).FunctionLoadResponse.Result);
        }

        Functions = [.. metadata.FunctionMetadataResults.Select(Function.Of)];
        await ListeningAsync(new Uri(HttpUri), cancellationToken);

        Task<StreamingMessage> AskAsync(StreamingMessage request) => _channel.AskAsync(request).WaitAsync(cancellationToken);
    }

    /// <summary>The worker's HTTP server may start a moment after its stream.</summary>
    private static async Task ListeningAsync(Uri server, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var connection = new TcpClient();
            try
            {
                await connection.ConnectAsync(server.Host, server.Port, cancellationToken);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
            }
        }
    }

    private static void Require(StatusResult? result)
    {
        if (result is { Status: not StatusResult.Types.Status.Success })
        {
            throw new WorkerException(result.Exception is { } e ? $"{e.Type}: {e.Message}".TrimStart(':', ' ') : result.Status.ToString());
        }
    }

    private void End()
    {
        _channel.Fail("The worker ended.");
        _ended.TrySetResult();
    }

    /// <summary>What the worker prints outside its logs: an error at its start, mostly.</summary>
    private void Write(string? line)
    {
        if (!string.IsNullOrWhiteSpace(line))
        {
            Log.Printed(_logger, line);
        }
    }

    private static void Write(ILoggerFactory loggers, RpcLog log)
    {
        var text = log.Exception is { } e ? $"{log.Message} {e.Type}: {e.Message}" : log.Message;
        loggers.CreateLogger(log.Category).Log((LogLevel)log.Level, "{Text}", text);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Line}")]
        public static partial void Printed(ILogger logger, string line);
    }
}
