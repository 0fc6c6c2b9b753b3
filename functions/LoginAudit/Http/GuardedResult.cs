using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace LoginAudit.Http;

/// <summary>
/// Writes a result. If the caller leaves meanwhile, the function has not failed. An exception here would be a failed
/// invocation to the Functions host.
/// </summary>
/// <param name="inner">What is written.</param>
/// <param name="abandoned">Called if the caller left.</param>
internal sealed class GuardedResult(IResult inner, Action abandoned) : IResult, IStatusCodeHttpResult
{
    /// <summary>Kestrel's words where a connection was closed in the middle of a body; its exception has no code for it.</summary>
    private const string BodyCutOff = "Unexpected end of request content.";

    public int? StatusCode => (inner as IStatusCodeHttpResult)?.StatusCode;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        try
        {
            await inner.ExecuteAsync(httpContext);
        }
        catch (Exception e) when (IsOfACallerWhoLeft(e, httpContext.RequestAborted))
        {
            abandoned();
        }
    }

    /// <summary>Whether the exception only tells that nobody waits for the answer any more.</summary>
    public static bool IsOfACallerWhoLeft(Exception e, CancellationToken left) =>
        e is ConnectionResetException or ConnectionAbortedException or BadHttpRequestException { Message: BodyCutOff }
        || (left.IsCancellationRequested && e is OperationCanceledException or IOException);
}
