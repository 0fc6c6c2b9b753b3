using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Providers;

/// <summary>Lists a tenant's webhook sources, without their secrets.</summary>
public sealed class ListSourcesFunction(RequestPipeline pipeline, SourceService sources)
{
    [Function("ListSources")]
    [NeedsRole(Role.Operator)]
    [ProducesResponseType<SourceList>(StatusCodes.Status200OK)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/tenants/{tenant}/sources")] HttpRequest request,
        string tenant,
        CancellationToken cancellationToken) => pipeline.TenantCallAsync(
            request,
            tenant,
            Role.Operator,
            action: null,
            async (call, token) => ApiJson.Ok(new SourceList(await sources.ListAsync(call, token))),
            cancellationToken);
}
