using LoginAudit.Http;
using LoginAudit.OpenApi;
using LoginAudit.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Access;

/// <summary>Makes an API key; its answer is the only place that ever shows it.</summary>
public sealed class CreateKeyFunction(HttpGate gate, TenantStore tenants, TimeProvider time)
{
    [Function("CreateKey")]
    [NeedsRole(Role.Operator)]
    [TakesBody(typeof(KeyRequest))]
    [ProducesResponseType<KeyView>(StatusCodes.Status201Created)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/tenants/{tenant}/keys")] HttpRequest request,
        string tenant,
        CancellationToken cancellationToken) => gate.TenantCallAsync(
            request,
            tenant,
            Role.Operator,
            async (_, id, token) =>
            {
                var now = time.GetUtcNow();
                var body = await RequestBody.ReadJsonAsync<KeyRequest>(request, token);
                var key = ApiKey.Create(id.Value);
                var stored = new StoredKey(key.Id, key.Hash(), body.Check(now), now, body.ExpiresAt);
                await tenants.AddKeyAsync(id, stored, token);
                return ApiJson.Status(StatusCodes.Status201Created, KeyView.Of(stored) with { Key = key.ToString() });
            },
            cancellationToken);
}
