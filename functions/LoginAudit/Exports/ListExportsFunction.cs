using System.Globalization;
using LoginAudit.Access;
using LoginAudit.Http;
using LoginAudit.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Exports;

/// <summary>The Log Download list, newest first.</summary>
public sealed class ListExportsFunction(HttpGate gate, ExportService exports, TimeProvider time)
{
    [Function("ListExports")]
    [NeedsRole(Role.Export)]
    [TakesQuery(typeof(ExportListFields))]
    [ProducesResponseType<ExportList>(StatusCodes.Status200OK)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/tenants/{tenant}/exports")] HttpRequest request,
        string tenant,
        CancellationToken cancellationToken) => gate.TenantCallAsync(
            request,
            tenant,
            Role.Export,
            action: null,
            async (call, token) =>
            {
                var (after, limit) = Parse(request.Query);
                var jobs = await exports.ListAsync(call.Tenant, after, limit, token);
                return ApiJson.Ok(new ExportList(
                    [.. jobs.Select(job => ExportView.Of(job, time.GetUtcNow()))], jobs.Count == limit ? jobs[^1].Id : null));
            },
            cancellationToken);

    private static (string? After, int Limit) Parse(IQueryCollection query)
    {
        var faults = query.Keys.Where(name => name is not ("cursor" or "limit"))
            .Select(name => Fault.Of(FaultCodes.UnknownParameter, name, name, "only cursor, limit")).ToList();
        var limit = ExportListFields.DefaultLimit;
        if (query.TryGetValue("limit", out var limitText)
            && (!int.TryParse(limitText, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > ExportListFields.MaxLimit))
        {
            faults.Add(Fault.Of(FaultCodes.InvalidValue, "limit", limitText, $"a whole number from 1 to {ExportListFields.MaxLimit}"));
        }

        // Several values of one parameter are one text with commas here, which neither takes.
        var cursor = query.TryGetValue("cursor", out var cursorText) ? cursorText.ToString() : null;
        if (cursor is not null && !ExportService.IsJobId(cursor))
        {
            faults.Add(Fault.Of(FaultCodes.InvalidValue, "cursor", cursor, "a nextCursor of this list"));
        }

        return faults.Count == 0 ? (cursor, limit) : throw ProblemException.Invalid(faults);
    }
}
