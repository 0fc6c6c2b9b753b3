using System.ComponentModel;
using LoginAudit.Access;
using LoginAudit.Events;
using LoginAudit.Http;
using LoginAudit.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Search;

/// <summary>Shows one event, with the provider's own JSON.</summary>
public sealed class GetEventFunction(HttpGate gate, EventSearch search)
{
    [Function("GetEvent")]
    [NeedsRole(Role.Read)]
    [ProducesResponseType<LoginEvent>(StatusCodes.Status200OK)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/tenants/{tenant}/events/{eventId}")] HttpRequest request,
        string tenant,
        [Description("`id` of an event.")] string eventId,
        CancellationToken cancellationToken) => gate.TenantCallAsync(
            request,
            tenant,
            Role.Read,
            async (_, id, token) => EventId.TryParse(eventId, out var parsed) && await search.FindAsync(id, parsed, token) is { } found
                ? ApiJson.Ok(found)
                : throw ProblemException.NotFound("event"),
            cancellationToken);
}
