using System.ComponentModel;
using LoginAudit.Auth;
using LoginAudit.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Providers;

/// <summary>Deletes a webhook source; the next call to its address finds nothing.</summary>
public sealed class DeleteSourceFunction(RequestPipeline pipeline, SourceService sources)
{
    [Function("DeleteSource")]
    [NeedsRole(Role.Operator)]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/tenants/{tenant}/sources/{sourceId}")] HttpRequest request,
        string tenant,
        [Description("`id` of a source.")] string sourceId,
        CancellationToken cancellationToken) => pipeline.TenantCallAsync(
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
