using System.Collections.Frozen;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;
using LoginAudit.Telemetry;
using Microsoft.Extensions.Options;

namespace LoginAudit.Storage;

/// <summary>One client for each service of the audit account and of the accounts beside it, and the tables, queues and containers by name.</summary>
public sealed class StorageClients
{
    /// <summary>The service's own limit is 30 s, but for large blocks.</summary>
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(35);

    private readonly StorageAccount _home;
    private readonly QueueServiceClient _queues;
    private readonly FrozenDictionary<string, StorageAccount> _placed;

    /// <param name="tables">The accounts' tables.</param>
    /// <param name="options">The accounts.</param>
    /// <param name="hooks">What a host or a test adds to the SDK's pipeline.</param>
    /// <param name="identity">Instead of the app's own.</param>
    public StorageClients(
        TableAccounts tables,
        IOptions<AuditStorageOptions> options,
        IEnumerable<StoragePipelineHook> hooks,
        TokenCredential? identity = null)
    {
        // The Functions host's queue trigger reads base64 unless host.json says otherwise; both are pinned by a test.
        var queueOptions = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 }.Tune(Answer, hooks);
        var blobOptions = new BlobClientOptions().Tune(Answer, hooks);
        var settings = options.Value;
        var credential = new Lazy<TokenCredential>(() => identity ?? AuditCredential.Of(settings.ClientId));
        _queues = string.IsNullOrEmpty(settings.ConnectionString)
            ? new QueueServiceClient(settings.QueueServiceUri!, credential.Value, queueOptions)
            : AuditStorageOptions.Read(AuditStorageOptions.Section, () => new QueueServiceClient(settings.ConnectionString, queueOptions));
        _home = new StorageAccount("", tables.Home.Tables, Blobs(settings.ConnectionString, settings.BlobServiceUri));
        var others = settings.Accounts.Select(other => (other.TenantNames, Account: new StorageAccount(
            other.Name,
            tables.All.Single(account => account.Name == other.Name).Tables,
            Blobs(other.ConnectionString, other.BlobServiceUri)))).ToList();
        _placed = others.SelectMany(other => other.TenantNames.Select(tenant => (tenant, other.Account)))
            .ToFrozenDictionary(pair => pair.tenant, pair => pair.Account, StringComparer.Ordinal);
        Accounts = [_home, .. others.Select(other => other.Account)];

        BlobServiceClient Blobs(string? connectionString, Uri? address) => string.IsNullOrEmpty(connectionString)
            ? new BlobServiceClient(address!, credential.Value, blobOptions)
            : new BlobServiceClient(connectionString, blobOptions);
    }

    internal StorageClients(
        IOptions<AuditStorageOptions> options, IEnumerable<StoragePipelineHook> hooks, TokenCredential? identity = null)
        : this(new TableAccounts(options, hooks, identity), options, hooks, identity)
    {
    }

    /// <summary>All accounts, the audit account first.</summary>
    internal IReadOnlyList<StorageAccount> Accounts { get; }

    internal TableClient Tenants => _home.Tenants;

    internal TableClient Heartbeats => _home.Heartbeats;

    internal TableClient Webhooks => _home.Webhooks;

    internal QueueClient ExportsQueue => _queues.GetQueueClient(StoreKeys.ExportsQueue);

    internal QueueClient DeletionsQueue => _queues.GetQueueClient(StoreKeys.DeletionsQueue);

    internal BlobContainerClient KeyRingContainer => _home.KeyRingContainer;

    private QueueClient[] RequiredQueues => [ExportsQueue, DeletionsQueue];

    /// <summary>Where the data of a tenant is.</summary>
    internal StorageAccount Of(TenantId tenant) => _placed.GetValueOrDefault(tenant.Value, _home);

    /// <summary>A queue by name, for a host that pumps it (LocalHost); the Functions host has its own client.</summary>
    internal QueueClient Queue(string name) => _queues.GetQueueClient(name);

    /// <summary>Makes what must be there before the first request; safe to repeat. In Azure the infra makes the same.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        foreach (var queue in RequiredQueues)
        {
            await queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        }

        foreach (var account in Accounts)
        {
            await account.EnsureAsync(cancellationToken);
        }
    }

    /// <summary>What must be there and is not, as <c>queue exports</c>; none: storage is complete.</summary>
    internal async Task<List<string>> FindMissingAsync(CancellationToken cancellationToken)
    {
        var queues = Task.WhenAll(RequiredQueues.Select(async queue =>
            (queue.Name, IsThere: (await queue.ExistsAsync(cancellationToken)).Value)));
        var accounts = await Task.WhenAll(Accounts.Select(account => account.FindMissingAsync(cancellationToken)));
        return
        [
            .. accounts.SelectMany(missing => missing),
            .. (await queues).Where(queue => !queue.IsThere).Select(queue => $"queue {queue.Name}"),
        ];
    }

    /// <summary>Counts what storage turns away.</summary>
    internal static StoragePipelineHook Watch(AuditMeter meter) => options => options.AddPolicy(new ThrottlingPolicy(meter), HttpPipelinePosition.PerRetry);
}
