using LoginAudit.Access;
using LoginAudit.Http;
using LoginAudit.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Providers;

/// <summary>Deletes a webhook source; the next call to its address finds nothing.</summary>
public sealed class DeleteSourceFunction(HttpGate gate, SourceService sources)
{
    [Function("DeleteSource")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/tenants/{tenant}/sources/{sourceId}")] HttpRequest request,
        string tenant,
        string sourceId,
        CancellationToken cancellationToken) => gate.TenantCallAsync(
            request,
            tenant,
            Role.Operator,
            AccessAction.SourceDelete,
            async (call, token) =>
            {
                await sources.DeleteAsync(call, sourceId, token);
                return Results.NoContent();
            },
            cancellationToken);
}
