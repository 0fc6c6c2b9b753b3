using System.Collections.Frozen;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using LoginAudit.Events;
using Microsoft.Extensions.Options;

namespace LoginAudit.Storage;

/// <summary>One client for each service of the audit account and of the accounts beside it, and the tables, queues and containers by name.</summary>
public sealed class StorageClients
{
    /// <summary>The service ends a query's page after 5 s. A request without an answer is sent again while ingest, with its 10 s, still waits.</summary>
    private static readonly TimeSpan TableAnswer = TimeSpan.FromSeconds(8);

    /// <summary>The service's own limit is 30 s, but for large blocks.</summary>
    private static readonly TimeSpan OtherAnswer = TimeSpan.FromSeconds(35);

    private readonly StorageAccount _home;
    private readonly QueueServiceClient _queues;
    private readonly FrozenDictionary<string, StorageAccount> _placed;

    /// <param name="options">The accounts.</param>
    /// <param name="hooks">What a host or a test adds to the SDK's pipeline.</param>
    /// <param name="identity">Instead of the app's own.</param>
    public StorageClients(IOptions<AuditStorageOptions> options, IEnumerable<StoragePipelineHook> hooks, TokenCredential? identity = null)
    {
        // The Functions host's queue trigger reads base64 unless host.json says otherwise; both are pinned by a test.
        var queueOptions = Tuned(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 }, OtherAnswer, hooks);
        var tableOptions = Tuned(new TableClientOptions(), TableAnswer, hooks);
        var blobOptions = Tuned(new BlobClientOptions(), OtherAnswer, hooks);
        var account = options.Value;
        var credential = new Lazy<TokenCredential>(() => identity ?? AuditCredential.Of(account.ClientId));

        _home = Account("", AuditStorageOptions.Section, account.ConnectionString, account.TableServiceUri, account.BlobServiceUri);
        _queues = string.IsNullOrEmpty(account.ConnectionString)
            ? new QueueServiceClient(account.QueueServiceUri!, credential.Value, queueOptions)
            : new QueueServiceClient(account.ConnectionString, queueOptions);
        var others = account.Accounts.Select(other => (other.TenantNames, Account: Account(
            other.Name, $"{AuditStorageOptions.Section}__Accounts '{other.Name}'", other.ConnectionString, other.TableServiceUri, other.BlobServiceUri))).ToList();
        _placed = others.SelectMany(other => other.TenantNames.Select(tenant => (tenant, other.Account)))
            .ToFrozenDictionary(pair => pair.tenant, pair => pair.Account, StringComparer.Ordinal);
        Accounts = [_home, .. others.Select(other => other.Account)];

        StorageAccount Account(string name, string setting, string? connectionString, Uri? tables, Uri? blobs)
        {
            if (string.IsNullOrEmpty(connectionString))
            {
                return new StorageAccount(
                    name, new TableServiceClient(tables!, credential.Value, tableOptions), new BlobServiceClient(blobs!, credential.Value, blobOptions));
            }

            try
            {
                return new StorageAccount(
                    name, new TableServiceClient(connectionString, tableOptions), new BlobServiceClient(connectionString, blobOptions));
            }
            catch (Exception e) when (e is FormatException or InvalidOperationException or ArgumentException)
            {
                // Without the SDK's words, which may quote the string with its key.
                throw new OptionsValidationException(
                    AuditStorageOptions.Section, typeof(AuditStorageOptions), [$"{setting} is not a storage account's connection string."]);
            }
        }
    }

    /// <summary>All accounts, the audit account first.</summary>
    internal IReadOnlyList<StorageAccount> Accounts { get; }

    internal TableClient Tenants => _home.Tenants;

    internal TableClient Heartbeats => _home.Heartbeats;

    internal TableClient Webhooks => _home.Webhooks;

    internal QueueClient ExportsQueue => _queues.GetQueueClient(Keys.ExportsQueue);

    internal QueueClient DeletionsQueue => _queues.GetQueueClient(Keys.DeletionsQueue);

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
    internal static StoragePipelineHook Watch(AuditMeter meter) => options => options.AddPolicy(new LoadWatch(meter), HttpPipelinePosition.PerRetry);

    private static T Tuned<T>(T options, TimeSpan answer, IEnumerable<StoragePipelineHook> hooks)
        where T : ClientOptions
    {
        // A caller waits: three quick tries, then it hears the truth.
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.MaxRetries = 3;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(2);
        options.Retry.NetworkTimeout = answer;
        // Its spans carry whole exceptions; those of System.Net.Http below tell of each request without a word of it.
        options.Diagnostics.IsDistributedTracingEnabled = false;
        foreach (var hook in hooks)
        {
            hook(options);
        }

        return options;
    }
}

/// <summary>Lets a host or a test add to the SDK's pipeline, such as a policy that counts requests.</summary>
public delegate void StoragePipelineHook(ClientOptions options);
