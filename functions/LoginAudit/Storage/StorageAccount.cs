using Azure.Data.Tables;
using Azure.Storage.Blobs;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;

namespace LoginAudit.Storage;

/// <summary>An account that holds what is kept of tenants, by table and container.</summary>
/// <param name="Name">In the settings; empty: the audit account itself.</param>
/// <param name="Tables">Its one client for tables.</param>
/// <param name="Blobs">Its one client for blobs.</param>
internal sealed record StorageAccount(string Name, TableServiceClient Tables, BlobServiceClient Blobs)
{
    public TableClient LoginDays => Tables.GetTableClient(TableKeys.LoginDaysTable);

    public TableClient ExportJobs => Tables.GetTableClient(StoreKeys.ExportJobsTable);

    public BlobContainerClient ExportsContainer => Blobs.GetBlobContainerClient(StoreKeys.ExportsContainer);

    public BlobContainerClient RejectedContainer => Blobs.GetBlobContainerClient(StoreKeys.RejectedContainer);

    public TableClient AccessTrailOf(UtcDay day) => Tables.GetTableClient(StoreKeys.AccessTrailTable(day));

    /// <summary>Tables that must be there, whatever is in them. Day tables come and go.</summary>
    public IReadOnlyList<TableClient> RequiredTables => [LoginDays, ExportJobs, .. IsHome ? HomeTables : []];

    public IReadOnlyList<BlobContainerClient> RequiredContainers =>
        [ExportsContainer, RejectedContainer, .. IsHome ? [KeyRingContainer] : Array.Empty<BlobContainerClient>()];

    public TableClient Tenants => Tables.GetTableClient(StoreKeys.TenantsTable);

    public TableClient Heartbeats => Tables.GetTableClient(StoreKeys.HeartbeatsTable);

    public TableClient Webhooks => Tables.GetTableClient(StoreKeys.WebhooksTable);

    public BlobContainerClient KeyRingContainer => Blobs.GetBlobContainerClient(StoreKeys.KeyRingContainer);

    /// <summary>The audit account itself, which also has what is not of one tenant.</summary>
    private bool IsHome => Name.Length == 0;

    private TableClient[] HomeTables => [Tenants, Heartbeats, Webhooks];

    /// <summary>
    /// Makes what must be there before the first request; safe to repeat. In Azure the infra makes the same.
    /// </summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        foreach (var table in RequiredTables)
        {
            await table.CreateIfNotExistsAsync(cancellationToken);
        }

        foreach (var container in RequiredContainers)
        {
            await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        }
    }

    /// <summary>
    /// What must be there and is not, as <c>table Tenants</c>; a request for all tables, and one a container.
    /// </summary>
    public async Task<List<string>> FindMissingAsync(CancellationToken cancellationToken)
    {
        var tables = RequiredTables.Select(table => table.Name).ToHashSet(StringComparer.Ordinal);
        await foreach (var table in Tables.QueryAsync(TableFilters.Tables(tables), TableLimits.PageRows, cancellationToken))
        {
            tables.Remove(table.Name);
        }

        var containers = await Task.WhenAll(RequiredContainers.Select(async container =>
            (container.Name, IsThere: (await container.ExistsAsync(cancellationToken)).Value)));
        var of = IsHome ? "" : $" of account '{Name}'";
        return
        [
            .. tables.Select(table => $"table {table}{of}"),
            .. containers.Where(container => !container.IsThere).Select(container => $"container {container.Name}{of}"),
        ];
    }
}
