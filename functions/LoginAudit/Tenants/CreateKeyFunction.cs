using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Tenants;

/// <summary>Makes an API key; its answer is the only place that ever shows it.</summary>
public sealed class CreateKeyFunction(RequestPipeline pipeline, KeyService keys)
{
    [Function("CreateKey")]
    [NeedsRole(Role.Operator)]
    [TakesBody(typeof(KeyRequest))]
    [ProducesResponseType<KeyView>(StatusCodes.Status201Created)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/tenants/{tenant}/keys")] HttpRequest request,
        string tenant,
        CancellationToken cancellationToken) => pipeline.OwnerCallAsync(
            request,
            tenant,
            Role.Operator,
            AccessAction.KeyCreate,
            async (call, token) =>
            {
                var body = await RequestBody.ReadJsonAsync<KeyRequest>(request, token);
                return ApiJson.Status(StatusCodes.Status201Created, await keys.CreateAsync(call, body, token));
            },
            cancellationToken);
}
