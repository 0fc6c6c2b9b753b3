using System.ComponentModel;
using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Providers;

/// <summary>Shows a webhook source, without its secrets.</summary>
public sealed class GetSourceFunction(RequestPipeline pipeline, SourceService sources)
{
    [Function("GetSource")]
    [NeedsRole(Role.Operator)]
    [ProducesResponseType<SourceView>(StatusCodes.Status200OK)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/tenants/{tenant}/sources/{sourceId}")] HttpRequest request,
        string tenant,
        [Description("`id` of a source.")] string sourceId,
        CancellationToken cancellationToken) => pipeline.TenantCallAsync(
            request,
            tenant,
            Role.Operator,
            action: null,
            async (call, token) => ApiJson.Ok(await sources.GetAsync(call, sourceId, token)),
            cancellationToken);
}
