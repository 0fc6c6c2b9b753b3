using System.ComponentModel;
using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Providers;

/// <summary>Gives a webhook source a new secret; the old one is good until it ends.</summary>
public sealed class RotateSourceFunction(RequestPipeline pipeline, SourceService sources)
{
    [Function("RotateSource")]
    [NeedsRole(Role.Operator)]
    [TakesBody(typeof(RotateSourceRequest))]
    [ProducesResponseType<SourceView>(StatusCodes.Status201Created)]
    [ProducesResponseType(StatusCodes.Status409Conflict, Description = "Two secrets live already.")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/tenants/{tenant}/sources/{sourceId}/rotate")] HttpRequest request,
        string tenant,
        [Description("`id` of a source.")] string sourceId,
        CancellationToken cancellationToken) => pipeline.TenantCallAsync(
            request,
            tenant,
            Role.Operator,
            AccessAction.SourceRotate,
            async (call, token) =>
            {
                var body = await RequestBody.ReadJsonAsync<RotateSourceRequest>(request, token);
                return ApiJson.Status(StatusCodes.Status201Created, await sources.RotateAsync(call, sourceId, body, token));
            },
            cancellationToken);
}
