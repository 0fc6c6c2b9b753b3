using LoginAudit.Access;
using LoginAudit.Http;
using LoginAudit.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Exports;

/// <summary>Requests a download.</summary>
public sealed class RequestExportFunction(HttpGate gate, ExportService exports, TimeProvider time)
{
    [Function("RequestExport")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/tenants/{tenant}/exports")] HttpRequest request,
        string tenant,
        CancellationToken cancellationToken) => gate.TenantCallAsync(
            request,
            tenant,
            Role.Export,
            AccessAction.ExportRequest,
            async (call, token) =>
            {
                var body = await RequestBody.ReadJsonAsync<ExportRequest>(request, token);
                var key = request.Headers["Idempotency-Key"].FirstOrDefault(value => !string.IsNullOrWhiteSpace(value));
                var job = await exports.RequestAsync(call, body, key, token);
                request.HttpContext.Response.Headers.Location = $"/v1/tenants/{call.Tenant}/exports/{job.Id}";
                return ApiJson.Status(StatusCodes.Status202Accepted, ExportView.Of(job, time.GetUtcNow()));
            },
            cancellationToken);
}
