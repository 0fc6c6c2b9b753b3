using LoginAudit.Access;
using LoginAudit.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Providers;

/// <summary>Lists a tenant's webhook sources, without their secrets.</summary>
public sealed class ListSourcesFunction(HttpGate gate, SourceService sources)
{
    [Function("ListSources")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/tenants/{tenant}/sources")] HttpRequest request,
        string tenant,
        CancellationToken cancellationToken) => gate.TenantCallAsync(
            request,
            tenant,
            Role.Operator,
            action: null,
            async (call, token) => ApiJson.Ok(new { sources = await sources.ListAsync(call, token) }),
            cancellationToken);
}
