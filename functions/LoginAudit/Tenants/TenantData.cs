using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using LoginAudit.Auth;
using LoginAudit.Log.Days;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;
using LoginAudit.Storage;

namespace LoginAudit.Tenants;

/// <summary>Everything that is kept of one tenant, to be removed. What is gone stays gone, so it may be cut off and go on at any time.</summary>
public sealed class TenantData(TableAccounts accounts, StorageClients storage, DayIndex days, DayTables tables, HookStore hooks)
{
    /// <summary>The steps, in an order in which nothing that is still at work leaves something behind; the tenant's own row is last.</summary>
    public async Task DeleteAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var account = storage.Of(tenant);
        // First what still brings events, then the jobs: a worker that loses its job removes its file itself.
        await hooks.KillAllAsync(tenant, cancellationToken);
        await account.ExportJobs.DeleteRowsAsync(TableFilters.Partition(tenant.Value), cancellationToken);
        foreach (var day in await days.ListAsync(tenant, createdAt: null, UtcDay.Of(DateTimeOffset.MinValue.AddDays(1)), UtcDay.Of(DateTimeOffset.MaxValue), cancellationToken))
        {
            for (var shard = 0; shard < day.Shards; shard++)
            {
                var partition = TableKeys.EventsPartition(tenant, day.Day, day.Shards, shard);
                await accounts.Of(tenant).EventsOf(day.Day).DeleteRowsAsync(TableFilters.Partition(partition), cancellationToken);
            }

            await days.DeleteAsync(tenant, day.Day, cancellationToken);
        }

        foreach (var day in await tables.ListAsync(AccessTrail.Tables, cancellationToken))
        {
            await account.AccessTrailOf(day).DeleteRowsAsync(TableFilters.Partition(tenant.Value), cancellationToken);
        }

        await DeleteBlobsAsync(account.ExportsContainer, tenant, cancellationToken);
        await DeleteBlobsAsync(account.RejectedContainer, tenant, cancellationToken);
        await storage.Tenants.DeleteRowsAsync(TableFilters.Partition(tenant.Value), cancellationToken, except: StoreKeys.TenantRow);
        await storage.Tenants.DeleteEntityAsync(tenant.Value, StoreKeys.TenantRow, ETag.All, cancellationToken);
    }

    private static async Task DeleteBlobsAsync(BlobContainerClient container, TenantId tenant, CancellationToken cancellationToken)
    {
        var options = new GetBlobsOptions { Prefix = StoreKeys.TenantBlobs(tenant) };
        try
        {
            await foreach (var blob in container.GetBlobsAsync(options, cancellationToken))
            {
                await container.DeleteBlobIfExistsAsync(blob.Name, cancellationToken: cancellationToken);
            }
        }
        catch (RequestFailedException e) when (e.IsContainerNotFound())
        {
            // Nothing was ever put into it.
        }
    }
}
