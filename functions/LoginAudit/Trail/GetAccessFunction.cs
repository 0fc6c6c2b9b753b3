using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Trail;

/// <summary>Shows the access trail: who searched, exported and changed what.</summary>
public sealed class GetAccessFunction(RequestPipeline pipeline, AccessReader trail)
{
    [Function("GetAccess")]
    [NeedsRole(Role.Audit)]
    [TakesQuery(typeof(AccessFields))]
    [ProducesResponseType<AccessPage>(StatusCodes.Status200OK)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/tenants/{tenant}/access")] HttpRequest request,
        string tenant,
        CancellationToken cancellationToken) => pipeline.OwnerCallAsync(
            request,
            tenant,
            Role.Audit,
            AccessAction.AccessRead,
            async (call, token) => ApiJson.Ok(await trail.ReadAsync(call, RequestQuery.Read(request), token)),
            cancellationToken);
}
