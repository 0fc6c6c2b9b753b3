using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Tenants;

/// <summary>Makes a tenant, or changes its settings.</summary>
public sealed class PutTenantFunction(RequestPipeline pipeline, TenantService tenants)
{
    [Function("PutTenant")]
    [NeedsRole(Role.Operator)]
    [TakesBody(typeof(TenantRequest))]
    [ProducesResponseType<TenantView>(StatusCodes.Status200OK, Description = "The tenant was there.")]
    [ProducesResponseType<TenantView>(StatusCodes.Status201Created)]
    [ProducesResponseType(StatusCodes.Status409Conflict, Description = "The tenant is being deleted.")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "v1/tenants/{tenant}")] HttpRequest request,
        string tenant,
        CancellationToken cancellationToken) => pipeline.OperatorCallAsync(
            request,
            tenant,
            AccessAction.TenantPut,
            async (call, token) =>
            {
                var body = await RequestBody.ReadJsonAsync<TenantRequest>(request, token);
                var (saved, isNew) = await tenants.PutAsync(call, body, token);
                return ApiJson.Status(isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK, TenantView.Of(saved));
            },
            cancellationToken);
}
