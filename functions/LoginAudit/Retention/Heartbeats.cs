using Azure.Data.Tables;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;
using LoginAudit.Storage;

namespace LoginAudit.Retention;

/// <summary>What a retention run did.</summary>
/// <param name="RanAt">UTC, its end.</param>
/// <param name="OldestKept">The oldest day that it kept.</param>
/// <param name="DroppedTables">Day tables dropped.</param>
/// <param name="DroppedDayRows">Rows of the day index removed.</param>
/// <param name="DroppedBlobs">Export files and rejected events deleted, where it is the one that does.</param>
public sealed record RetentionRun(
    DateTimeOffset RanAt, UtcDay OldestKept, int DroppedTables, int DroppedDayRows, int DroppedBlobs);

/// <summary>Table <c>Heartbeats</c>: proof that what should run on its own did.</summary>
public sealed class Heartbeats(StorageClients storage)
{
    public async Task WriteAsync(RetentionRun run, CancellationToken cancellationToken)
    {
        var row = new TableEntity(StoreKeys.RetentionPartition, StoreKeys.LastRow)
        {
            [nameof(run.RanAt)] = run.RanAt,
            [nameof(run.OldestKept)] = run.OldestKept.ToString(),
            [nameof(run.DroppedTables)] = run.DroppedTables,
            [nameof(run.DroppedDayRows)] = run.DroppedDayRows,
            [nameof(run.DroppedBlobs)] = run.DroppedBlobs,
        };
        await storage.Heartbeats.WithTableAsync(
            () => storage.Heartbeats.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken),
            cancellationToken);
    }

    /// <summary>The last run, or null before the first.</summary>
    public async Task<RetentionRun?> FindLastAsync(CancellationToken cancellationToken)
    {
        var row = await storage.Heartbeats.FindRowAsync(StoreKeys.RetentionPartition, StoreKeys.LastRow, cancellationToken);
        if (row is null || !UtcDay.TryParse(row.GetString(nameof(RetentionRun.OldestKept)), out var oldest))
        {
            return null;
        }

        return new RetentionRun(
            row.GetDateTimeOffset(nameof(RetentionRun.RanAt))!.Value,
            oldest,
            row.GetInt32(nameof(RetentionRun.DroppedTables))!.Value,
            row.GetInt32(nameof(RetentionRun.DroppedDayRows))!.Value,
            row.GetInt32(nameof(RetentionRun.DroppedBlobs))!.Value);
    }
}
