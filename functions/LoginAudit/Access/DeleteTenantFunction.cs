using LoginAudit.Http;
using LoginAudit.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Access;

/// <summary>Cuts a tenant off at once, and has a job remove all of its data.</summary>
public sealed class DeleteTenantFunction(HttpGate gate, TenantService tenants)
{
    [Function("DeleteTenant")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/tenants/{tenant}")] HttpRequest request,
        string tenant,
        CancellationToken cancellationToken) => gate.OperatorCallAsync(
            request,
            tenant,
            AccessAction.TenantDelete,
            async (call, token) => ApiJson.Status(
                StatusCodes.Status202Accepted, TenantView.Of(await tenants.DeleteAsync(call, token))),
            cancellationToken);
}
