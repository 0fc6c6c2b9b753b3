using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Tenants;

/// <summary>Lists a tenant's API keys, without their secrets.</summary>
public sealed class ListKeysFunction(RequestPipeline pipeline, ApiKeyStore keys)
{
    [Function("ListKeys")]
    [NeedsRole(Role.Operator)]
    [ProducesResponseType<KeyList>(StatusCodes.Status200OK)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/tenants/{tenant}/keys")] HttpRequest request,
        string tenant,
        CancellationToken cancellationToken) => pipeline.OwnerCallAsync(
            request,
            tenant,
            Role.Operator,
            action: null,
            async (call, token) =>
            {
                var found = await keys.ListAsync(call.Tenant, token);
                return ApiJson.Ok(new KeyList([.. found.Select(KeyView.Of)]));
            },
            cancellationToken);
}
