using Azure.Data.Tables;
using Azure.Storage.Blobs;
using LoginAudit.Events;

namespace LoginAudit.Storage;

/// <summary>An account that holds what is kept of tenants, by table and container.</summary>
/// <param name="Name">In the settings; empty: the audit account itself.</param>
/// <param name="Tables">Its one client for tables.</param>
/// <param name="Blobs">Its one client for blobs.</param>
internal sealed record StorageAccount(string Name, TableServiceClient Tables, BlobServiceClient Blobs)
{
    public TableClient LoginDays => Tables.GetTableClient(Keys.LoginDaysTable);

    public TableClient ExportJobs => Tables.GetTableClient(Keys.ExportJobsTable);

    public BlobContainerClient ExportsContainer => Blobs.GetBlobContainerClient(Keys.ExportsContainer);

    public BlobContainerClient RejectedContainer => Blobs.GetBlobContainerClient(Keys.RejectedContainer);

    public TableClient EventsOf(UtcDay day) => Tables.GetTableClient(Keys.EventsTable(day));

    public TableClient AccessTrailOf(UtcDay day) => Tables.GetTableClient(Keys.AccessTrailTable(day));

    /// <summary>Makes what must be there before the first request; safe to repeat. In Azure the infra makes the same.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        await LoginDays.CreateIfNotExistsAsync(cancellationToken);
        await ExportJobs.CreateIfNotExistsAsync(cancellationToken);
        await ExportsContainer.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await RejectedContainer.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
    }
}
