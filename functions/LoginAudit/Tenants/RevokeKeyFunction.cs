using System.ComponentModel;
using LoginAudit.Auth;
using LoginAudit.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Tenants;

/// <summary>Revokes an API key; the next call with it is refused.</summary>
public sealed class RevokeKeyFunction(RequestPipeline pipeline, KeyService keys)
{
    [Function("RevokeKey")]
    [NeedsRole(Role.Operator)]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/tenants/{tenant}/keys/{keyId}")] HttpRequest request,
        string tenant,
        [Description("`id` of a key.")] string keyId,
        CancellationToken cancellationToken) => pipeline.OwnerCallAsync(
            request,
            tenant,
            Role.Operator,
            AccessAction.KeyRevoke,
            async (call, token) =>
            {
                await keys.RevokeAsync(call, keyId, token);
                return Results.NoContent();
            },
            cancellationToken);
}
