using LoginAudit.Access;
using LoginAudit.Http;
using LoginAudit.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Exports;

/// <summary>Makes a fresh link to a file.</summary>
public sealed class LinkExportFunction(HttpGate gate, ExportService exports)
{
    [Function("LinkExport")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/tenants/{tenant}/exports/{exportId}/link")] HttpRequest request,
        string tenant,
        string exportId,
        CancellationToken cancellationToken) => gate.TenantCallAsync(
            request,
            tenant,
            Role.Export,
            AccessAction.ExportLink,
            async (call, token) => ApiJson.Ok(await exports.LinkAsync(call, exportId, token)),
            cancellationToken);
}
