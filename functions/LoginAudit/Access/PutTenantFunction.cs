using LoginAudit.Http;
using LoginAudit.OpenApi;
using LoginAudit.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Access;

/// <summary>Makes a tenant, or changes its settings.</summary>
public sealed class PutTenantFunction(HttpGate gate, TenantStore tenants, TimeProvider time)
{
    [Function("PutTenant")]
    [NeedsRole(Role.Operator)]
    [TakesBody(typeof(TenantRequest))]
    [ProducesResponseType<TenantView>(StatusCodes.Status200OK, Description = "The tenant was there.")]
    [ProducesResponseType<TenantView>(StatusCodes.Status201Created)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "v1/tenants/{tenant}")] HttpRequest request,
        string tenant,
        CancellationToken cancellationToken) => gate.OperatorCallAsync(
            request,
            tenant,
            async (id, token) =>
            {
                var body = await RequestBody.ReadJsonAsync<TenantRequest>(request, token);
                var existing = await tenants.FindAsync(id, token);
                var saved = body.ToTenant(id, existing?.CreatedAt ?? time.GetUtcNow(), existing?.Shards ?? 1);
                await tenants.SaveAsync(saved, token);
                return ApiJson.Status(existing is null ? StatusCodes.Status201Created : StatusCodes.Status200OK, TenantView.Of(saved));
            },
            cancellationToken);
}
