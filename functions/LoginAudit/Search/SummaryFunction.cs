using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Search;

/// <summary>Sums up a tenant's log: how sign-ins ended by day or hour, why they failed, for whom and from where.</summary>
public sealed class SummaryFunction(RequestPipeline pipeline, SummaryReader summaries, TimeProvider time)
{
    [Function("Summary")]
    [NeedsRole(Role.Read)]
    [TakesQuery(typeof(SummaryFields))]
    [ProducesResponseType<Summary>(StatusCodes.Status200OK)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/tenants/{tenant}/summary")] HttpRequest request,
        string tenant,
        CancellationToken cancellationToken) => pipeline.TenantCallAsync(
            request,
            tenant,
            Role.Read,
            AccessAction.Summary,
            async (call, token) =>
            {
                var query = SummaryQuery.Parse(RequestQuery.Read(request), time.GetUtcNow());
                call.Details = new { query.From, query.To, tz = query.Zone.Id };
                return ApiJson.Ok(await summaries.ReadAsync(call.Settings, query, token));
            },
            cancellationToken);
}
