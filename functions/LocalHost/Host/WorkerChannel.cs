using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LoginAudit.LocalHost.Host.Rpc;

namespace LoginAudit.LocalHost.Host;

/// <summary>The gRPC stream to one worker process: requests, and the answers to them by their request id.</summary>
internal sealed class WorkerChannel(Action<RpcLog> log)
{
    private readonly Channel<StreamingMessage> _outgoing = Channel.CreateUnbounded<StreamingMessage>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> _waiting = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _lastId;

    /// <summary>The worker has opened its stream.</summary>
    public Task Connected => _connected.Task;

    /// <summary>Serves the stream until the worker closes it or dies.</summary>
    public async Task RunAsync(
        IAsyncStreamReader<StreamingMessage> incoming, IServerStreamWriter<StreamingMessage> outgoing, CancellationToken ended)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ended);
        var sending = SendAsync(outgoing, done.Token);
        _connected.TrySetResult();
        try
        {
            while (await incoming.MoveNext(ended))
            {
                Receive(incoming.Current);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The worker is gone; so say the requests that wait.
        }

        await done.CancelAsync();
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Fail("The worker ended.");
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <exception cref="WorkerException">The worker ended.</exception>
    public async Task<StreamingMessage> AskAsync(StreamingMessage request)
    {
        request.RequestId = Interlocked.Increment(ref _lastId).ToString(CultureInfo.InvariantCulture);
        var answer = new TaskCompletionSource<StreamingMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[request.RequestId] = answer;
        if (!_outgoing.Writer.TryWrite(request))
        {
            answer.TrySetException(new WorkerException("The worker ended."));
        }

        try
        {
            return await answer.Task;
        }
        finally
        {
            _waiting.TryRemove(request.RequestId, out _);
        }
    }

    /// <summary>Asks the worker to stop the work of an invocation; the invocation is still answered.</summary>
    public void Cancel(string invocationId) => _outgoing.Writer.TryWrite(
        new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = invocationId } });

    /// <summary>Asks the worker to end.</summary>
    public void Terminate(TimeSpan grace) => _outgoing.Writer.TryWrite(
        new StreamingMessage { WorkerTerminate = new WorkerTerminate { GracePeriod = Duration.FromTimeSpan(grace) } });

    /// <summary>Nothing more is sent or answered.</summary>
    public void Fail(string reason)
    {
        _outgoing.Writer.TryComplete();
        _connected.TrySetException(new WorkerException(reason));
        foreach (var waiting in _waiting.Values)
        {
            waiting.TrySetException(new WorkerException(reason));
        }
    }

    private void Receive(StreamingMessage message)
    {
        if (message.ContentCase == StreamingMessage.ContentOneofCase.RpcLog)
        {
            log(message.RpcLog);
        }
        else if (_waiting.TryGetValue(message.RequestId, out var waiting))
        {
            waiting.TrySetResult(message);
        }
    }

    private async Task SendAsync(IServerStreamWriter<StreamingMessage> outgoing, CancellationToken done)
    {
        await foreach (var message in _outgoing.Reader.ReadAllAsync(done))
        {
            await outgoing.WriteAsync(message, done);
        }
    }
}

/// <summary>The worker did not do what it was asked.</summary>
internal sealed class WorkerException(string message) : Exception(message);
