using System.ComponentModel;
using System.Text.Json;
using LoginAudit.Auth;
using LoginAudit.Ingest;
using LoginAudit.OpenApi;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace LoginAudit.Providers;

/// <summary>Takes what a provider sends to a hook, by the provider's own rules.</summary>
/// <remarks>The kind of the source says how a call proves itself, what its body is, and how it is answered: docs/providers.</remarks>
public sealed class WebhookFunction(RequestPipeline pipeline, WebhookIngest webhooks, IOptions<IngestOptions> options, TimeProvider time)
{
    [Function("Webhook")]
    [AllowAnonymous]
    [TakesBody(typeof(JsonElement))]
    [ProducesResponseType(StatusCodes.Status200OK, Description = "All that could be taken is stored; what could not is kept for the operator.")]
    [ProducesResponseType(StatusCodes.Status202Accepted, Description = "The same, for kinds whose rules say so.")]
    [ProducesResponseType(StatusCodes.Status400BadRequest, Description = "The body cannot be read.")]
    [ProducesResponseType(StatusCodes.Status401Unauthorized, Description = "The proof is missing or wrong.")]
    [ProducesResponseType(StatusCodes.Status404NotFound, Description = "There is no such hook.")]
    [ProducesResponseType(StatusCodes.Status413PayloadTooLarge, Description = "The body is too large, or holds too much.")]
    [ProducesResponseType(StatusCodes.Status415UnsupportedMediaType, Description = "The body is packed in another way than gzip, or of a type that the kind does not know.")]
    [ProducesResponseType(StatusCodes.Status429TooManyRequests, Description = "Too many calls to this hook.")]
    [ProducesResponseType(StatusCodes.Status503ServiceUnavailable, Description = "Nothing was acknowledged that is not stored. Send the same again.")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/webhooks/{hookId}")] HttpRequest request,
        [Description("`id` of a source.")] string hookId,
        CancellationToken cancellationToken) => pipeline.HookCallAsync(
            request,
            hookId,
            async token =>
            {
                var call = await WebhookHttp.ReadAsync(request, options.Value.MaxBodyBytes, time.GetUtcNow(), token);
                return WebhookHttp.Answer(request.HttpContext.Response, await webhooks.TakeAsync(hookId, call, token));
            },
            cancellationToken);
}
