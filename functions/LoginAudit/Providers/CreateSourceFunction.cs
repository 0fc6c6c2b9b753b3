using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.OpenApi;
using LoginAudit.Providers.Reading;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Providers;

/// <summary>Makes a webhook source; its answer is the only place that ever shows its secret.</summary>
public sealed class CreateSourceFunction(RequestPipeline pipeline, SourceService sources)
{
    [Function("CreateSource")]
    [NeedsRole(Role.Operator)]
    [TakesBody(typeof(SourceRequest))]
    [ProducesResponseType<SourceView>(StatusCodes.Status201Created)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/tenants/{tenant}/sources")] HttpRequest request,
        string tenant,
        CancellationToken cancellationToken) => pipeline.TenantCallAsync(
            request,
            tenant,
            Role.Operator,
            AccessAction.SourceCreate,
            async (call, token) =>
            {
                var body = await RequestBody.ReadJsonAsync<SourceRequest>(request, token);
                return ApiJson.Status(StatusCodes.Status201Created, await sources.CreateAsync(call, body, token));
            },
            cancellationToken);
}
