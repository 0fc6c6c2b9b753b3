using LoginAudit.Http;
using LoginAudit.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Access;

/// <summary>Lists a tenant's API keys, without their secrets.</summary>
public sealed class ListKeysFunction(HttpGate gate, ApiKeyStore keys)
{
    [Function("ListKeys")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/tenants/{tenant}/keys")] HttpRequest request,
        string tenant,
        CancellationToken cancellationToken) => gate.OwnerCallAsync(
            request,
            tenant,
            Role.Operator,
            action: null,
            async (call, token) =>
            {
                var found = await keys.ListAsync(call.Tenant, token);
                return ApiJson.Ok(new { keys = found.Select(KeyView.Of) });
            },
            cancellationToken);
}
