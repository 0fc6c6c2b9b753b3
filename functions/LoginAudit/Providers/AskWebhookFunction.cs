using System.ComponentModel;
using LoginAudit.Auth;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Providers;

/// <summary>Answers a provider that asks, before it sends anything, whether a hook is there.</summary>
public sealed class AskWebhookFunction(RequestPipeline pipeline, WebhookIngest webhooks, TimeProvider time)
{
    [Function("AskWebhook")]
    [AllowAnonymous]
    [ProducesResponseType<IReadOnlyDictionary<string, string>>(StatusCodes.Status200OK, Description = "The provider's own challenge.")]
    [ProducesResponseType(StatusCodes.Status404NotFound, Description = "There is no such hook, or its kind asks nothing.")]
    [ProducesResponseType(StatusCodes.Status429TooManyRequests, Description = "Too many calls to this hook.")]
    [ProducesResponseType(StatusCodes.Status503ServiceUnavailable, Description = "Storage did not do what was asked.")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/webhooks/{hookId}")] HttpRequest request,
        [Description("`id` of a source.")] string hookId,
        CancellationToken cancellationToken) => pipeline.HookCallAsync(
            request,
            hookId,
            async token =>
            {
                var call = await WebhookHttp.ReadAsync(request, maxBytes: 0, time.GetUtcNow(), token);
                return WebhookHttp.Answer(request.HttpContext.Response, await webhooks.AskAsync(hookId, provider => provider.Verify(call), token));
            },
            cancellationToken);
}
