using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Exports;

/// <summary>The Log Download list, newest first.</summary>
public sealed class ListExportsFunction(RequestPipeline pipeline, ExportService exports)
{
    [Function("ListExports")]
    [NeedsRole(Role.Export)]
    [TakesQuery(typeof(ExportListFields))]
    [ProducesResponseType<ExportList>(StatusCodes.Status200OK)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/tenants/{tenant}/exports")] HttpRequest request,
        string tenant,
        CancellationToken cancellationToken) => pipeline.TenantCallAsync(
            request,
            tenant,
            Role.Export,
            action: null,
            async (call, token) => ApiJson.Ok(await exports.ListAsync(call.Tenant, ExportListQuery.Parse(RequestQuery.Read(request)), token)),
            cancellationToken);
}
