using LoginAudit.Http;
using LoginAudit.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Access;

/// <summary>Revokes an API key; the next call with it is refused.</summary>
public sealed class RevokeKeyFunction(HttpGate gate, KeyService keys)
{
    [Function("RevokeKey")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/tenants/{tenant}/keys/{keyId}")] HttpRequest request,
        string tenant,
        string keyId,
        CancellationToken cancellationToken) => gate.OwnerCallAsync(
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
