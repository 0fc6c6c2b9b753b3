using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Tenants;

/// <summary>Shows a tenant's settings, and whether it is being deleted.</summary>
public sealed class GetTenantFunction(RequestPipeline pipeline, TenantStore tenants)
{
    [Function("GetTenant")]
    [NeedsRole(Role.Operator)]
    [ProducesResponseType<TenantView>(StatusCodes.Status200OK)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/tenants/{tenant}")] HttpRequest request,
        string tenant,
        CancellationToken cancellationToken) => pipeline.OperatorCallAsync(
            request,
            tenant,
            action: null,
            async (call, token) => await tenants.FindAsync(call.Tenant, token) is { } found
                ? ApiJson.Ok(TenantView.Of(found))
                : throw ProblemException.NotFound("tenant"),
            cancellationToken);
}
