using System.ComponentModel;
using LoginAudit.Auth;
using LoginAudit.OpenApi;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Providers;

/// <summary>Answers a provider that asks for leave to send, as CloudEvents has it.</summary>
public sealed class PermitWebhookFunction(RequestPipeline pipeline, WebhookIngest webhooks, TimeProvider time)
{
    [Function("PermitWebhook")]
    [AllowAnonymous]
    [ProducesResponseType(StatusCodes.Status200OK, Description = "It may.")]
    [AnswersHeader(StatusCodes.Status200OK, "WebHook-Allowed-Origin", "Who may send.")]
    [AnswersHeader(StatusCodes.Status200OK, "WebHook-Allowed-Rate", "How often.")]
    [AnswersHeader(StatusCodes.Status200OK, "Allow", "`POST`")]
    [ProducesResponseType(StatusCodes.Status400BadRequest, Description = "`WebHook-Request-Origin` is not in ASCII.")]
    [ProducesResponseType(StatusCodes.Status404NotFound, Description = "There is no such hook, or its kind asks for no leave.")]
    [ProducesResponseType(StatusCodes.Status429TooManyRequests, Description = "Too many calls to this hook.")]
    [ProducesResponseType(StatusCodes.Status503ServiceUnavailable, Description = "Storage did not do what was asked.")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "options", Route = "v1/webhooks/{hookId}")] HttpRequest request,
        [Description("`id` of a source.")] string hookId,
        CancellationToken cancellationToken) => pipeline.HookCallAsync(
            request,
            hookId,
            async token =>
            {
                var call = await WebhookHttp.ReadAsync(request, maxBytes: 0, time.GetUtcNow(), token);
                return WebhookHttp.Answer(request.HttpContext.Response, await webhooks.AskAsync(hookId, provider => provider.Permit(call), token));
            },
            cancellationToken);
}
