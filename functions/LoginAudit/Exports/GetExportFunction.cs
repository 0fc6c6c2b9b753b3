using System.ComponentModel;
using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Exports;

/// <summary>Shows one job.</summary>
public sealed class GetExportFunction(RequestPipeline pipeline, ExportService exports, TimeProvider time)
{
    [Function("GetExport")]
    [NeedsRole(Role.Export)]
    [ProducesResponseType<ExportView>(StatusCodes.Status200OK)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/tenants/{tenant}/exports/{exportId}")] HttpRequest request,
        string tenant,
        [Description("`id` of a job.")] string exportId,
        CancellationToken cancellationToken) => pipeline.TenantCallAsync(
            request,
            tenant,
            Role.Export,
            action: null,
            async (call, token) => ApiJson.Ok(ExportView.Of(await exports.GetAsync(call.Tenant, exportId, token), time.GetUtcNow())),
            cancellationToken);
}
