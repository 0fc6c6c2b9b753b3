using LoginAudit.Access;
using LoginAudit.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Providers;

/// <summary>Shows a webhook source, without its secrets.</summary>
public sealed class GetSourceFunction(HttpGate gate, SourceService sources)
{
    [Function("GetSource")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/tenants/{tenant}/sources/{sourceId}")] HttpRequest request,
        string tenant,
        string sourceId,
        CancellationToken cancellationToken) => gate.TenantCallAsync(
            request,
            tenant,
            Role.Operator,
            action: null,
            async (call, token) => ApiJson.Ok(await sources.GetAsync(call, sourceId, token)),
            cancellationToken);
}
