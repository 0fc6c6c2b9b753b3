using LoginAudit.Access;
using LoginAudit.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Exports;

/// <summary>Shows one job.</summary>
public sealed class GetExportFunction(HttpGate gate, ExportService exports, TimeProvider time)
{
    [Function("GetExport")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/tenants/{tenant}/exports/{exportId}")] HttpRequest request,
        string tenant,
        string exportId,
        CancellationToken cancellationToken) => gate.TenantCallAsync(
            request,
            tenant,
            Role.Export,
            action: null,
            async (call, token) => ApiJson.Ok(ExportView.Of(await exports.GetAsync(call.Tenant, exportId, token), time.GetUtcNow())),
            cancellationToken);
}
