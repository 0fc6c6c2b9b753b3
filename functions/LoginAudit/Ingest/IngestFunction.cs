using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace LoginAudit.Ingest;

/// <summary>Takes in login events in our own format.</summary>
public sealed class IngestFunction(RequestPipeline pipeline, EventIngest ingest, IOptions<IngestOptions> options)
{
    [Function("Ingest")]
    [NeedsRole(Role.Ingest)]
    [TakesBody(typeof(NativeEvent), OrArray = true)]
    [TakesBody(typeof(NativeEvent), "application/x-ndjson")]
    [ProducesResponseType<IngestAnswer>(StatusCodes.Status200OK)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/tenants/{tenant}/events")] HttpRequest request,
        string tenant,
        CancellationToken cancellationToken) => pipeline.TenantCallAsync(
            request,
            tenant,
            Role.Ingest,
            action: null,
            async (call, token) =>
            {
                var body = await RequestBody.ReadAsync(request, options.Value.MaxBodyBytes, token);
                return ApiJson.Ok(await ingest.IngestAsync(call.Settings, body, token));
            },
            cancellationToken);
}
