using System.ComponentModel;
using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Tenants;

/// <summary>Makes the key that follows another; both are valid until the older one ends.</summary>
public sealed class RotateKeyFunction(RequestPipeline pipeline, KeyService keys)
{
    [Function("RotateKey")]
    [NeedsRole(Role.Operator)]
    [TakesBody(typeof(RotateRequest))]
    [ProducesResponseType<KeyView>(StatusCodes.Status201Created)]
    [ProducesResponseType(StatusCodes.Status409Conflict, Description = "The key was rotated already, or has expired.")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/tenants/{tenant}/keys/{keyId}/rotate")] HttpRequest request,
        string tenant,
        [Description("`id` of a key.")] string keyId,
        CancellationToken cancellationToken) => pipeline.OwnerCallAsync(
            request,
            tenant,
            Role.Operator,
            AccessAction.KeyRotate,
            async (call, token) =>
            {
                var body = await RequestBody.ReadJsonAsync<RotateRequest>(request, token);
                return ApiJson.Status(StatusCodes.Status201Created, await keys.RotateAsync(call, keyId, body, token));
            },
            cancellationToken);
}
