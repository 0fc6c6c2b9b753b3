using LoginAudit.Auth;
using LoginAudit.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Health;

/// <summary>The process answers.</summary>
public sealed class LiveFunction(RequestPipeline pipeline)
{
    [Function("Live")]
    [AllowAnonymous]
    [ProducesResponseType<LiveView>(StatusCodes.Status200OK)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "health/live")] HttpRequest request,
        CancellationToken cancellationToken) =>
        pipeline.AnswerAsync(request, _ => Task.FromResult(ApiJson.Ok(new LiveView("live"))), cancellationToken);
}
