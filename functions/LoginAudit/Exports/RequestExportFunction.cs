using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Exports;

/// <summary>Requests a download.</summary>
public sealed class RequestExportFunction(RequestPipeline pipeline, ExportService exports, TimeProvider time)
{
    [Function("RequestExport")]
    [NeedsRole(Role.Export)]
    [TakesBody(typeof(ExportRequest))]
    [TakesHeader("Idempotency-Key", "With the key of an earlier request, its job is the answer.", MaxLength = ExportService.MaxIdempotencyKey)]
    [ProducesResponseType<ExportView>(StatusCodes.Status202Accepted)]
    [AnswersHeader(StatusCodes.Status202Accepted, "Location", "The job's address.")]
    [ProducesResponseType(StatusCodes.Status409Conflict, Description = "The key stands for another request: `idempotency_key_reused`.")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/tenants/{tenant}/exports")] HttpRequest request,
        string tenant,
        CancellationToken cancellationToken) => pipeline.TenantCallAsync(
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
