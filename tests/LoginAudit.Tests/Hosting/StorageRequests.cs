using System.Collections.Concurrent;
using Azure.Core;
using Azure.Core.Pipeline;

namespace LoginAudit.Tests.Hosting;

/// <summary>Every request that the app sends to storage, as <c>POST /account/$batch</c>; tries count each.</summary>
public sealed class StorageRequests : HttpPipelineSynchronousPolicy
{
    private readonly ConcurrentQueue<string> _sent = new();

    public IReadOnlyCollection<string> Sent => _sent;

    /// <summary>Runs before a request leaves; throw to have it fail.</summary>
    public Action<HttpMessage>? BeforeSend { get; set; }

    /// <summary>Runs when an answer is there; throw to lose it.</summary>
    public Action<HttpMessage>? AfterAnswer { get; set; }

    public void Clear() => _sent.Clear();

    public override void OnSendingRequest(HttpMessage message)
    {
        _sent.Enqueue($"{message.Request.Method} {message.Request.Uri.Path}");
        BeforeSend?.Invoke(message);
    }

    public override void OnReceivedResponse(HttpMessage message) => AfterAnswer?.Invoke(message);
}
