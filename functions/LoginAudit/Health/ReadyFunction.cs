using LoginAudit.Http;
using LoginAudit.Storage;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Health;

/// <summary>Storage answers; and how old the last retention run and the oldest day are.</summary>
public sealed class ReadyFunction(HttpGate gate, DayTables tables, Heartbeats heartbeats)
{
    [Function("Ready")]
    [AllowAnonymous]
    [ProducesResponseType<ReadyView>(StatusCodes.Status200OK)]
    [ProducesResponseType(StatusCodes.Status503ServiceUnavailable)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/ready")] HttpRequest request,
        CancellationToken cancellationToken) => gate.AnswerAsync(
            request,
            async token =>
            {
                var days = await tables.ListAsync(token);
                var run = await heartbeats.FindLastAsync(token);
                return ApiJson.Ok(new ReadyView("ready", days.Count == 0 ? null : days[0].ToString(), run?.RanAt));
            },
            cancellationToken);
}
