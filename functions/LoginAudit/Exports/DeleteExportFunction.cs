using System.ComponentModel;
using LoginAudit.Auth;
using LoginAudit.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Exports;

/// <summary>Cancels a job that is not done; deletes a finished one with its file.</summary>
public sealed class DeleteExportFunction(RequestPipeline pipeline, ExportService exports)
{
    [Function("DeleteExport")]
    [NeedsRole(Role.Export)]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/tenants/{tenant}/exports/{exportId}")] HttpRequest request,
        string tenant,
        [Description("`id` of a job.")] string exportId,
        CancellationToken cancellationToken) => pipeline.TenantCallAsync(
            request,
            tenant,
            Role.Export,
            AccessAction.ExportDelete,
            async (call, token) =>
            {
                await exports.CancelOrDeleteAsync(call, exportId, token);
                return Results.NoContent();
            },
            cancellationToken);
}
