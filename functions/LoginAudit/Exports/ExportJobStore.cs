using System.Globalization;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;
using LoginAudit.Storage;

namespace LoginAudit.Exports;

/// <summary>Table <c>ExportJobs</c>: one partition a tenant, a row a job, and one for each idempotency key.</summary>
public sealed class ExportJobStore(StorageClients storage)
{
    /// <summary>A page of the list needs no more, and each row may hold a long query.</summary>
    private const int PageRows = 200;

    private const string JobId = "JobId";
    private const string RequestHash = "RequestHash";
    private const string PositionTicks = "PositionTicks";
    private const string PositionKey = "PositionKey";
    private const string Blocks = "Blocks";
    private const string StagedRows = "StagedRows";
    private const string StagedBytes = "StagedBytes";

    /// <summary>Adds a job, with its idempotency key in the same transaction.</summary>
    /// <returns>False if that key is taken: then nothing was added.</returns>
    public async Task<bool> TryAddAsync(
        ExportJob job, string? idempotencyKey, string requestHash, CancellationToken cancellationToken)
    {
        var rows = new List<TableTransactionAction> { new(TableTransactionActionType.Add, ToRow(job)) };
        if (idempotencyKey is not null)
        {
            var row = new TableEntity(job.Tenant.Value, StoreKeys.IdempotencyRow(idempotencyKey))
            {
                [JobId] = job.Id,
                [RequestHash] = requestHash,
                [nameof(job.RequestedAt)] = job.RequestedAt,
            };
            rows.Add(new TableTransactionAction(TableTransactionActionType.Add, row));
        }

        try
        {
            var table = storage.Of(job.Tenant).ExportJobs;
            await table.WithTableAsync(() => table.SubmitTransactionAsync(rows, cancellationToken), cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.IsAlreadyExists())
        {
            return false;
        }
    }

    /// <summary>The job and request that an idempotency key stands for.</summary>
    public async Task<(string JobId, string RequestHash)?> FindByKeyAsync(
        TenantId tenant, string idempotencyKey, CancellationToken cancellationToken)
    {
        var row = await storage.Of(tenant).ExportJobs.FindRowAsync(
            tenant.Value, StoreKeys.IdempotencyRow(idempotencyKey), cancellationToken);
        return row is null ? null : (row.GetString(JobId), row.GetString(RequestHash));
    }

    public async Task<ExportJob?> FindAsync(TenantId tenant, string jobId, CancellationToken cancellationToken)
    {
        var row = await storage.Of(tenant).ExportJobs.FindRowAsync(
            tenant.Value, StoreKeys.ExportJobRow(jobId), cancellationToken);
        return row is null ? null : ToJob(row);
    }

    /// <summary>A tenant's jobs, newest first, from behind <paramref name="afterId"/> on.</summary>
    public async IAsyncEnumerable<ExportJob> ReadAsync(
        TenantId tenant, string? afterId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var first = StoreKeys.ExportJobRow(afterId is null ? "" : afterId + "!");
        var rows = new RowRange(first, StoreKeys.ExportJobRow(LogPosition.AfterEveryKey));
        await foreach (var row in storage.Of(tenant).ExportJobs.QueryAsync<TableEntity>(
            TableFilters.RowsOf(tenant.Value, rows), PageRows, cancellationToken: cancellationToken))
        {
            yield return ToJob(row);
        }
    }

    /// <summary>The jobs of all tenants that wait or are worked on.</summary>
    public async IAsyncEnumerable<ExportJob> ReadUnfinishedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var unfinished = TableFilters.StateIs(Code<ExportState>.Text(ExportState.Queued), Code<ExportState>.Text(ExportState.Running));
        foreach (var account in storage.Accounts)
        {
            await foreach (var row in account.ExportJobs.QueryAsync<TableEntity>(unfinished, PageRows, cancellationToken: cancellationToken))
            {
                yield return ToJob(row);
            }
        }
    }

    /// <summary>Removes jobs, and idempotency keys, of all tenants that were requested before then.</summary>
    public async Task DropBeforeAsync(DateTimeOffset requestedBefore, CancellationToken cancellationToken)
    {
        foreach (var account in storage.Accounts)
        {
            await account.ExportJobs.DeleteRowsAsync(TableFilters.RequestedBefore(requestedBefore), cancellationToken);
        }
    }

    /// <summary>Replaces a job, if nobody changed it since it was read.</summary>
    /// <returns>The job as it stands now, or null if somebody else was faster or it is gone.</returns>
    public async Task<ExportJob?> TryUpdateAsync(ExportJob job, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await storage.Of(job.Tenant).ExportJobs.UpdateEntityAsync(
                ToRow(job), job.ETag, TableUpdateMode.Replace, cancellationToken);
            return job with { ETag = answer.Headers.ETag!.Value };
        }
        catch (RequestFailedException e) when (e.IsLostRace())
        {
            // Or the answer to an earlier try was lost, and the row is as it was to be.
            return await FindAsync(job.Tenant, job.Id, cancellationToken) is { } current && IsSame(ToRow(current), ToRow(job)) ? current : null;
        }
    }

    public async Task DeleteAsync(ExportJob job, CancellationToken cancellationToken) =>
        await storage.Of(job.Tenant).ExportJobs.DeleteEntityAsync(job.Tenant.Value, StoreKeys.ExportJobRow(job.Id), ETag.All, cancellationToken);

    private static bool IsSame(TableEntity left, TableEntity right) =>
        left.Count == right.Count && left.All(column => right.TryGetValue(column.Key, out var value) && Equals(column.Value, value));

    private static TableEntity ToRow(ExportJob job)
    {
        var row = new TableEntity(job.Tenant.Value, StoreKeys.ExportJobRow(job.Id))
        {
            [nameof(job.State)] = Code<ExportState>.Text(job.State),
            [nameof(job.Format)] = Code<ExportFormat>.Text(job.Format),
            [nameof(job.Gzip)] = job.Gzip,
            [nameof(job.Language)] = job.Language,
            [nameof(job.TimeZone)] = job.TimeZone,
            [nameof(job.Columns)] = job.Columns is { } columns ? string.Join(',', columns) : null,
            [nameof(job.Query)] = job.Query,
            [nameof(job.From)] = job.From,
            [nameof(job.To)] = job.To,
            [nameof(job.RequestedAt)] = job.RequestedAt,
            [nameof(job.RequestedBy)] = job.RequestedBy,
            [nameof(job.RequestedByName)] = job.RequestedByName,
            [nameof(job.Progress)] = job.Progress,
            [nameof(job.LeaseOwner)] = job.LeaseOwner,
            [nameof(job.LeaseUntil)] = job.LeaseUntil,
            [nameof(job.Writers)] = job.Writers,
            [nameof(job.Rows)] = job.Rows,
            [nameof(job.Bytes)] = job.Bytes,
            [nameof(job.Sha256)] = job.Sha256,
            [nameof(job.FinishedAt)] = job.FinishedAt,
            [nameof(job.ExpiresAt)] = job.ExpiresAt,
            [nameof(job.Failure)] = job.Failure,
        };
        if (job.Checkpoint is { } checkpoint)
        {
            // Ticks as text: the last tick of time does not fit what a JSON number is read as everywhere.
            row[PositionTicks] = checkpoint.Position.Ticks.ToString(CultureInfo.InvariantCulture);
            row[PositionKey] = checkpoint.Position.Key;
            row[Blocks] = checkpoint.Blocks;
            row[StagedRows] = checkpoint.Rows;
            row[StagedBytes] = checkpoint.Bytes;
        }

        return row;
    }

    private static ExportJob ToJob(TableEntity row) => new()
    {
        Tenant = TenantId.Parse(row.PartitionKey),
        Id = row.RowKey[StoreKeys.ExportJobRow("").Length..],
        State = Code<ExportState>.Parse(row.GetString(nameof(ExportJob.State))),
        Format = Code<ExportFormat>.Parse(row.GetString(nameof(ExportJob.Format))),
        Gzip = row.GetBoolean(nameof(ExportJob.Gzip))!.Value,
        Language = row.GetString(nameof(ExportJob.Language)),
        TimeZone = row.GetString(nameof(ExportJob.TimeZone)),
        Columns = row.GetString(nameof(ExportJob.Columns))?.Split(','),
        Query = row.GetString(nameof(ExportJob.Query)),
        From = row.GetDateTimeOffset(nameof(ExportJob.From))!.Value,
        To = row.GetDateTimeOffset(nameof(ExportJob.To))!.Value,
        RequestedAt = row.GetDateTimeOffset(nameof(ExportJob.RequestedAt))!.Value,
        RequestedBy = row.GetString(nameof(ExportJob.RequestedBy)),
        RequestedByName = row.GetString(nameof(ExportJob.RequestedByName)),
        Progress = row.GetDouble(nameof(ExportJob.Progress)) ?? 0,
        LeaseOwner = row.GetString(nameof(ExportJob.LeaseOwner)),
        LeaseUntil = row.GetDateTimeOffset(nameof(ExportJob.LeaseUntil)),
        Writers = row.GetString(nameof(ExportJob.Writers)) ?? "",
        Rows = row.GetInt64(nameof(ExportJob.Rows)) ?? 0,
        Bytes = row.GetInt64(nameof(ExportJob.Bytes)) ?? 0,
        Sha256 = row.GetString(nameof(ExportJob.Sha256)),
        FinishedAt = row.GetDateTimeOffset(nameof(ExportJob.FinishedAt)),
        ExpiresAt = row.GetDateTimeOffset(nameof(ExportJob.ExpiresAt)),
        Failure = row.GetString(nameof(ExportJob.Failure)),
        Checkpoint = row.GetString(PositionTicks) is not { } ticks ? null : new ExportCheckpoint(
            new LogPosition(long.Parse(ticks, CultureInfo.InvariantCulture), row.GetString(PositionKey)),
            row.GetInt32(Blocks)!.Value,
            row.GetInt64(StagedRows)!.Value,
            row.GetInt64(StagedBytes)!.Value),
        ETag = row.ETag,
    };
}
