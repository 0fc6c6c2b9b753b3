using System.ComponentModel;
using LoginAudit.Http;
using LoginAudit.OpenApi;
using LoginAudit.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Access;

/// <summary>Revokes an API key; the next call with it is refused.</summary>
public sealed class RevokeKeyFunction(HttpGate gate, TenantStore tenants)
{
    [Function("RevokeKey")]
    [NeedsRole(Role.Operator)]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/tenants/{tenant}/keys/{keyId}")] HttpRequest request,
        string tenant,
        [Description("`id` of a key.")] string keyId,
        CancellationToken cancellationToken) => gate.TenantCallAsync(
            request,
            tenant,
            Role.Operator,
            async (_, id, token) => ApiKey.IsValidId(keyId) && await tenants.DeleteKeyAsync(id, keyId, token)
                ? Results.NoContent()
                : throw ProblemException.NotFound("key"),
            cancellationToken);
}
