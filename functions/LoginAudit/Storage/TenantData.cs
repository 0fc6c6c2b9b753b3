using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using LoginAudit.Events;

namespace LoginAudit.Storage;

/// <summary>Everything that is kept of one tenant, to be removed. What is gone stays gone, so it may be cut off and go on at any time.</summary>
public sealed class TenantData(StorageClients storage, DayIndex days, DayTables tables, HookStore hooks)
{
    private const int ParallelTransactions = 4;

    /// <summary>The steps, in an order in which nothing that is still at work leaves something behind; the tenant's own row is last.</summary>
    public async Task DeleteAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        // First what still brings events, then the jobs: a worker that loses its job removes its file itself.
        await hooks.KillAllAsync(tenant, cancellationToken);
        await DeletePartitionAsync(storage.ExportJobs, tenant.Value, cancellationToken);
        foreach (var day in await days.ListAsync(tenant, createdAt: null, UtcDay.Of(DateTimeOffset.MinValue.AddDays(1)), UtcDay.Of(DateTimeOffset.MaxValue), cancellationToken))
        {
            for (var shard = 0; shard < day.Shards; shard++)
            {
                var partition = Keys.EventsPartition(tenant, day.Day, day.Shards, shard);
                await DeletePartitionAsync(storage.EventsOf(day.Day), partition, cancellationToken);
            }

            await days.DeleteAsync(tenant, day.Day, cancellationToken);
        }

        foreach (var day in await tables.ListTrailAsync(cancellationToken))
        {
            await DeletePartitionAsync(storage.AccessTrailOf(day), tenant.Value, cancellationToken);
        }

        await DeleteBlobsAsync(storage.ExportsContainer, tenant, cancellationToken);
        await DeleteBlobsAsync(storage.RejectedContainer, tenant, cancellationToken);
        await DeletePartitionAsync(storage.Tenants, tenant.Value, cancellationToken, last: Keys.TenantRow);
    }

    private static async Task DeletePartitionAsync(
        TableClient table, string partition, CancellationToken cancellationToken, string? last = null)
    {
        var pages = table.PagesOrNoneAsync(Filters.Partition(partition), Limits.PageRows, ["PartitionKey", "RowKey"], cancellationToken);
        await foreach (var page in pages)
        {
            var deletes = page.Values.Where(row => row.RowKey != last)
                .Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, ETag.All));
            await Parallel.ForEachAsync(
                deletes.Chunk(Limits.TransactionRows),
                new ParallelOptions { MaxDegreeOfParallelism = ParallelTransactions, CancellationToken = cancellationToken },
                async (chunk, token) => await DeleteAsync(table, chunk, token));
        }

        if (last is not null)
        {
            await table.DeleteEntityAsync(partition, last, ETag.All, cancellationToken);
        }
    }

    private static async Task DeleteAsync(TableClient table, TableTransactionAction[] rows, CancellationToken cancellationToken)
    {
        try
        {
            await table.SubmitTransactionAsync(rows, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // One of them is gone: somebody removed it meanwhile, or the answer to an earlier try was lost. So one at a time.
            foreach (var row in rows)
            {
                await table.DeleteEntityAsync(row.Entity.PartitionKey, row.Entity.RowKey, ETag.All, cancellationToken);
            }
        }
    }

    private static async Task DeleteBlobsAsync(BlobContainerClient container, TenantId tenant, CancellationToken cancellationToken)
    {
        var options = new GetBlobsOptions { Prefix = Keys.TenantBlobs(tenant) };
        await foreach (var blob in container.GetBlobsAsync(options, cancellationToken))
        {
            await container.DeleteBlobIfExistsAsync(blob.Name, cancellationToken: cancellationToken);
        }
    }
}
