using LoginAudit.Access;
using LoginAudit.Events;
using LoginAudit.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Search;

/// <summary>Shows one event, with the provider's own JSON.</summary>
public sealed class GetEventFunction(HttpGate gate, EventSearch search)
{
    [Function("GetEvent")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/tenants/{tenant}/events/{eventId}")] HttpRequest request,
        string tenant,
        string eventId,
        CancellationToken cancellationToken) => gate.TenantCallAsync(
            request,
            tenant,
            Role.Read,
            async (_, id, token) => EventId.TryParse(eventId, out var parsed) && await search.FindAsync(id, parsed, token) is { } found
                ? ApiJson.Ok(found)
                : throw ProblemException.NotFound("event"),
            cancellationToken);
}
