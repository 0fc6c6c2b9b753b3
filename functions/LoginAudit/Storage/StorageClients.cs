using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Options;

namespace LoginAudit.Storage;

/// <summary>One client for each service of the audit account, and the tables, queue and containers by name.</summary>
public sealed class StorageClients
{
    private readonly TableServiceClient _tables;
    private readonly BlobServiceClient _blobs;
    private readonly QueueServiceClient _queues;

    public StorageClients(IOptions<AuditStorageOptions> options, IEnumerable<StoragePipelineHook> hooks)
    {
        var tableOptions = new TableClientOptions();
        var blobOptions = new BlobClientOptions();
        // The Functions host's queue trigger reads base64 unless host.json says otherwise; both are pinned by a test.
        var queueOptions = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 };
        Tune(tableOptions, hooks);
        Tune(blobOptions, hooks);
        Tune(queueOptions, hooks);

        var account = options.Value;
        if (!string.IsNullOrEmpty(account.ConnectionString))
        {
            try
            {
                _tables = new TableServiceClient(account.ConnectionString, tableOptions);
                _blobs = new BlobServiceClient(account.ConnectionString, blobOptions);
                _queues = new QueueServiceClient(account.ConnectionString, queueOptions);
                return;
            }
            catch (Exception e) when (e is FormatException or InvalidOperationException or ArgumentException)
            {
                // Without the SDK's words, which may quote the string with its key.
                throw new OptionsValidationException(
                    AuditStorageOptions.Section, typeof(AuditStorageOptions),
                    [$"{AuditStorageOptions.Section} is not a storage account's connection string."]);
            }
        }

        TokenCredential credential = string.IsNullOrEmpty(account.ClientId)
            ? new DefaultAzureCredential()
            : new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(account.ClientId));
        _tables = new TableServiceClient(account.TableServiceUri!, credential, tableOptions);
        _blobs = new BlobServiceClient(account.BlobServiceUri!, credential, blobOptions);
        _queues = new QueueServiceClient(account.QueueServiceUri!, credential, queueOptions);
    }

    internal TableServiceClient Tables => _tables;

    internal BlobServiceClient Blobs => _blobs;

    internal TableClient Tenants => _tables.GetTableClient(Keys.TenantsTable);

    internal TableClient LoginDays => _tables.GetTableClient(Keys.LoginDaysTable);

    internal TableClient ExportJobs => _tables.GetTableClient(Keys.ExportJobsTable);

    internal TableClient Heartbeats => _tables.GetTableClient(Keys.HeartbeatsTable);

    internal TableClient Webhooks => _tables.GetTableClient(Keys.WebhooksTable);

    internal QueueClient ExportsQueue => _queues.GetQueueClient(Keys.ExportsQueue);

    internal QueueClient DeletionsQueue => _queues.GetQueueClient(Keys.DeletionsQueue);

    internal BlobContainerClient ExportsContainer => _blobs.GetBlobContainerClient(Keys.ExportsContainer);

    internal BlobContainerClient RejectedContainer => _blobs.GetBlobContainerClient(Keys.RejectedContainer);

    internal BlobContainerClient KeyRingContainer => _blobs.GetBlobContainerClient(Keys.KeyRingContainer);

    internal TableClient EventsOf(Events.UtcDay day) => _tables.GetTableClient(Keys.EventsTable(day));

    internal TableClient AccessTrailOf(Events.UtcDay day) => _tables.GetTableClient(Keys.AccessTrailTable(day));

    /// <summary>A queue by name, for a host that pumps it (LocalHost); the Functions host has its own client.</summary>
    internal QueueClient Queue(string name) => _queues.GetQueueClient(name);

    /// <summary>Makes what must be there before the first request; safe to repeat. In Azure the infra makes the same.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        foreach (var table in new[] { Tenants, LoginDays, ExportJobs, Heartbeats, Webhooks })
        {
            await table.CreateIfNotExistsAsync(cancellationToken);
        }

        await ExportsQueue.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await DeletionsQueue.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await ExportsContainer.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await RejectedContainer.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await KeyRingContainer.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
    }

    private static void Tune(ClientOptions options, IEnumerable<StoragePipelineHook> hooks)
    {
        // A caller waits: three quick tries, then it hears the truth. The service's own limit for a table call is 30 s.
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.MaxRetries = 3;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(2);
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(35);
        // Its spans carry whole exceptions; those of System.Net.Http below tell of each request without a word of it.
        options.Diagnostics.IsDistributedTracingEnabled = false;
        foreach (var hook in hooks)
        {
            hook(options);
        }
    }
}

/// <summary>Lets a host or a test add to the SDK's pipeline, such as a policy that counts requests.</summary>
public delegate void StoragePipelineHook(ClientOptions options);
