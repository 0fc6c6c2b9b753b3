using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;
using LoginAudit.Search;
using LoginAudit.Telemetry;
using Microsoft.Extensions.Options;

namespace LoginAudit.Exports;

/// <summary>A fresh link to a file.</summary>
public sealed record ExportLink(Uri Url, DateTimeOffset ExpiresAt, string FileName);

/// <summary>The Log Download list: requests, jobs, links.</summary>
public sealed class ExportService(
    ExportJobStore jobs, ExportQueue queue, ExportFiles files, AuditMeter meter, IOptions<ExportOptions> options, TimeProvider time)
{
    public const int MaxIdempotencyKey = 200;

    /// <summary>What one property of a table row holds, 64 KiB of UTF-16.</summary>
    private const int MaxQuery = 32 * 1024;

    /// <summary>Takes a request in. With the idempotency key of an earlier one, the earlier job is the answer.</summary>
    /// <exception cref="ProblemException">The request is invalid, or the key stands for another request (409).</exception>
    public async Task<ExportJob> RequestAsync(
        Call call, ExportRequest request, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var tenant = call.Tenant;
        var faults = new List<Fault>();
        if (idempotencyKey is { Length: > MaxIdempotencyKey })
        {
            faults.Add(Fault.Of(FaultCodes.TooLong, "Idempotency-Key", idempotencyKey, $"at most {MaxIdempotencyKey} characters"));
        }

        var job = NewJob(tenant, call.Caller, request, faults);
        if (job.Query.Length > MaxQuery)
        {
            faults.Add(Fault.Of(FaultCodes.TooLong, "query", $"{job.Query.Length} characters", $"at most {MaxQuery} characters as JSON"));
        }

        if (faults.Count > 0)
        {
            throw ProblemException.Invalid(faults);
        }

        var requestHash = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, ApiJson.Options)));
        if (await jobs.TryAddAsync(job, idempotencyKey, requestHash, cancellationToken))
        {
            meter.ExportStateChanged(job);
        }
        else if (idempotencyKey is not null)
        {
            var earlier = await jobs.FindByKeyAsync(tenant, idempotencyKey, cancellationToken);
            if (earlier?.RequestHash != requestHash)
            {
                throw new ProblemException(409, ProblemCodes.KeyReused, "The Idempotency-Key was used for another request.");
            }

            job = await jobs.FindAsync(tenant, earlier.Value.JobId, cancellationToken) ?? throw ProblemException.NotFound("export");
        }

        // Also for an earlier job that still waits: its request may have died between row and message, and one message too
        // many does no harm. Without a key, a row that is there already is our own: the answer to it was lost.
        if (job.State == ExportState.Queued)
        {
            await queue.SendAsync(job, options.Value.StartDelay, cancellationToken);
        }

        call.Target = job.Id;
        call.Details = JsonSerializer.Deserialize<JsonElement>(job.Query);
        return job;
    }

    /// <summary>A page of the jobs that match.</summary>
    internal async Task<ExportList> ListAsync(TenantId tenant, ExportListQuery query, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var page = new List<ExportView>();
        await foreach (var job in jobs.ReadAsync(tenant, query.AfterId, cancellationToken))
        {
            if (query.Matches(job, now))
            {
                page.Add(ExportView.Of(job, now));
            }

            if (page.Count == query.Limit)
            {
                return new ExportList(page, job.Id);
            }
        }

        return new ExportList(page, null);
    }

    /// <exception cref="ProblemException">There is no such job in this tenant (404).</exception>
    public async Task<ExportJob> GetAsync(TenantId tenant, string jobId, CancellationToken cancellationToken) =>
        IsJobId(jobId) && await jobs.FindAsync(tenant, jobId, cancellationToken) is { } job
            ? job
            : throw ProblemException.NotFound("export");

    /// <exception cref="ProblemException">There is no file yet (409), or no longer (404).</exception>
    public async Task<ExportLink> LinkAsync(Call call, string jobId, CancellationToken cancellationToken)
    {
        var job = await GetAsync(call.Tenant, jobId, cancellationToken);
        call.Target = job.Id;
        var now = time.GetUtcNow();
        if (job.State is ExportState.Queued or ExportState.Running)
        {
            throw new ProblemException(409, ProblemCodes.NotReady, "The file is not ready yet.");
        }

        if (job.State != ExportState.Ready || job.ExpiresAt <= now || !await files.ExistsAsync(job, cancellationToken))
        {
            throw ProblemException.NotFound("file");
        }

        var expiresAt = now + options.Value.LinkLifetime;
        var name = FileName(job);
        return new ExportLink(await files.LinkAsync(job, name, expiresAt, cancellationToken), expiresAt, name);
    }

    /// <summary>Cancels a job that is not done; deletes a finished one with its file.</summary>
    public async Task CancelOrDeleteAsync(Call call, string jobId, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt = Attempts.Next(attempt))
        {
            var job = await GetAsync(call.Tenant, jobId, cancellationToken);
            call.Target = job.Id;
            if (job.State is ExportState.Queued or ExportState.Running)
            {
                var cancelled = job with { State = ExportState.Cancelled, FinishedAt = time.GetUtcNow(), LeaseOwner = null, LeaseUntil = null };
                if (await jobs.TryUpdateAsync(cancelled, cancellationToken) is { } saved)
                {
                    meter.ExportStateChanged(saved);
                    return;
                }

                continue;
            }

            await files.DeleteAsync(job, cancellationToken);
            await jobs.DeleteAsync(job, cancellationToken);
            return;
        }
    }

    internal static bool IsJobId(string text) => text.Length == 24 && text.All(char.IsAsciiHexDigitLower);

    /// <summary><c>login-audit_acme_20260901_20260930.csv.gz</c>: the first and the last day, in the job's time zone.</summary>
    private static string FileName(ExportJob job)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(job.TimeZone);
        return $"login-audit_{job.Tenant}_{Day(job.From)}_{Day(job.To.AddTicks(-1))}.{job.Extension}";

        string Day(DateTimeOffset instant) =>
            TimeZoneInfo.ConvertTime(instant, zone).ToString("yyyyMMdd", CultureInfo.InvariantCulture);
    }

    private ExportJob NewJob(TenantId tenant, Caller caller, ExportRequest request, List<Fault> faults)
    {
        var now = time.GetUtcNow();
        var (format, language, timeZone) = request.Check(faults);
        var search = new SearchParameters(request.Parameters(faults));
        var query = search.ParseForExport(tenant, now, faults);
        return new ExportJob
        {
            Tenant = tenant,
            Id = $"{DateTime.MaxValue.Ticks - now.UtcTicks:x16}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}",
            State = ExportState.Queued,
            Format = format,
            Gzip = request.Gzip,
            Language = language,
            TimeZone = timeZone,
            Columns = request.Columns is null ? null : [.. request.Columns.Distinct(StringComparer.Ordinal)],
            Query = JsonSerializer.Serialize(search.Settled(query)),
            From = query.From,
            To = query.To,
            RequestedAt = now,
            RequestedBy = caller.Id,
            RequestedByName = caller.Name,
        };
    }
}
