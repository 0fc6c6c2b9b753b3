using LoginAudit.Http;
using LoginAudit.OpenApi;
using LoginAudit.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Access;

/// <summary>Lists a tenant's API keys, without their secrets.</summary>
public sealed class ListKeysFunction(HttpGate gate, TenantStore tenants)
{
    [Function("ListKeys")]
    [NeedsRole(Role.Operator)]
    [ProducesResponseType<KeyList>(StatusCodes.Status200OK)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/tenants/{tenant}/keys")] HttpRequest request,
        string tenant,
        CancellationToken cancellationToken) => gate.TenantCallAsync(
            request,
            tenant,
            Role.Operator,
            async (_, id, token) =>
            {
                var keys = await tenants.ListKeysAsync(id, token);
                return ApiJson.Ok(new KeyList([.. keys.Select(KeyView.Of)]));
            },
            cancellationToken);
}
