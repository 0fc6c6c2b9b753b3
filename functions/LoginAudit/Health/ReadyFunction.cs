using LoginAudit.Auth;
using LoginAudit.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Health;

/// <summary>Storage answers and is complete; and how old the last retention run and the oldest day are.</summary>
public sealed class ReadyFunction(RequestPipeline pipeline, Readiness readiness)
{
    [Function("Ready")]
    [AllowAnonymous]
    [ProducesResponseType<ReadyView>(StatusCodes.Status200OK)]
    [ProducesResponseType(StatusCodes.Status503ServiceUnavailable)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "health/ready")] HttpRequest request,
        CancellationToken cancellationToken) =>
        pipeline.AnswerAsync(request, async token => ApiJson.Ok(await readiness.CheckAsync(token)), cancellationToken);
}
