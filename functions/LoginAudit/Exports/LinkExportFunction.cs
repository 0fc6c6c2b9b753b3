using System.ComponentModel;
using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Exports;

/// <summary>Makes a fresh link to a file.</summary>
public sealed class LinkExportFunction(RequestPipeline pipeline, ExportService exports)
{
    [Function("LinkExport")]
    [NeedsRole(Role.Export)]
    [ProducesResponseType<ExportLink>(StatusCodes.Status200OK)]
    [ProducesResponseType(StatusCodes.Status409Conflict, Description = "The file is not written yet: `not_ready`.")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/tenants/{tenant}/exports/{exportId}/link")] HttpRequest request,
        string tenant,
        [Description("`id` of a job.")] string exportId,
        CancellationToken cancellationToken) => pipeline.TenantCallAsync(
            request,
            tenant,
            Role.Export,
            AccessAction.ExportLink,
            async (call, token) => ApiJson.Ok(await exports.LinkAsync(call, exportId, token)),
            cancellationToken);
}
