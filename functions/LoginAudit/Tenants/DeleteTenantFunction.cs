using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Tenants;

/// <summary>Cuts a tenant off at once, and has a job remove all of its data.</summary>
public sealed class DeleteTenantFunction(RequestPipeline pipeline, TenantService tenants)
{
    [Function("DeleteTenant")]
    [NeedsRole(Role.Operator)]
    [ProducesResponseType<TenantView>(StatusCodes.Status202Accepted)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/tenants/{tenant}")] HttpRequest request,
        string tenant,
        CancellationToken cancellationToken) => pipeline.OperatorCallAsync(
            request,
            tenant,
            AccessAction.TenantDelete,
            async (call, token) => ApiJson.Status(
                StatusCodes.Status202Accepted, TenantView.Of(await tenants.DeleteAsync(call, token))),
            cancellationToken);
}
