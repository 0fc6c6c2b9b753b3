using System.ComponentModel;
using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.Log.Events;
using LoginAudit.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Search;

/// <summary>Shows one event, with the provider's own JSON.</summary>
public sealed class GetEventFunction(RequestPipeline pipeline, EventSearch search)
{
    [Function("GetEvent")]
    [NeedsRole(Role.Read)]
    [ProducesResponseType<LoginEvent>(StatusCodes.Status200OK)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/tenants/{tenant}/events/{eventId}")] HttpRequest request,
        string tenant,
        [Description("`id` of an event.")] string eventId,
        CancellationToken cancellationToken) => pipeline.TenantCallAsync(
            request,
            tenant,
            Role.Read,
            AccessAction.EventRead,
            async (call, token) =>
            {
                if (!EventId.TryParse(eventId, out var id))
                {
                    throw ProblemException.NotFound("event");
                }

                call.Target = id.ToString();
                return await search.FindAsync(call.Tenant, id, token) is { } found
                    ? ApiJson.Ok(found)
                    : throw ProblemException.NotFound("event");
            },
            cancellationToken);
}
