using System.Collections.Frozen;
using Azure.Core;
using Azure.Data.Tables;
using LoginAudit.Log.Events;
using Microsoft.Extensions.Options;

namespace LoginAudit.Log.Tables;

/// <summary>A storage account's tables.</summary>
/// <param name="Name">In the settings; empty: the audit account itself.</param>
/// <param name="Tables">Its one client for tables.</param>
public sealed record TableAccount(string Name, TableServiceClient Tables)
{
    internal TableClient LoginDays => Tables.GetTableClient(TableKeys.LoginDaysTable);

    internal TableClient EventsOf(UtcDay day) => Tables.GetTableClient(TableKeys.EventsTable(day));
}

/// <summary>The accounts that hold the log, each with one client for tables, and which of them holds a tenant's.</summary>
public sealed class TableAccounts
{
    /// <summary>
    /// The service ends a query's page after 5 s. A request without an answer is sent again while ingest, with its 10 s, still
    /// waits.
    /// </summary>
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(8);

    private readonly FrozenDictionary<string, TableAccount> _placed;

    /// <param name="options">The accounts.</param>
    /// <param name="hooks">What a host or a test adds to the SDK's pipeline.</param>
    /// <param name="identity">Instead of the app's own.</param>
    public TableAccounts(
        IOptions<AuditStorageOptions> options, IEnumerable<StoragePipelineHook> hooks, TokenCredential? identity = null)
    {
        var settings = options.Value;
        var clientOptions = new TableClientOptions().Tune(Answer, hooks);
        var credential = new Lazy<TokenCredential>(() => identity ?? AuditCredential.Of(settings.ClientId));
        Home = Account("", AuditStorageOptions.Section, settings.ConnectionString, settings.TableServiceUri);
        var others = settings.Accounts.Select(other => (other.TenantNames, Account: Account(
            other.Name, $"{AuditStorageOptions.Section}__Accounts '{other.Name}'", other.ConnectionString, other.TableServiceUri))).ToList();
        _placed = others.SelectMany(other => other.TenantNames.Select(tenant => (tenant, other.Account)))
            .ToFrozenDictionary(pair => pair.tenant, pair => pair.Account, StringComparer.Ordinal);
        All = [Home, .. others.Select(other => other.Account)];

        TableAccount Account(string name, string setting, string? connectionString, Uri? address) => new(
            name,
            string.IsNullOrEmpty(connectionString)
                ? new TableServiceClient(address!, credential.Value, clientOptions)
                : AuditStorageOptions.Read(setting, () => new TableServiceClient(connectionString, clientOptions)));
    }

    /// <summary>All accounts, the audit account first.</summary>
    public IReadOnlyList<TableAccount> All { get; }

    /// <summary>The audit account itself.</summary>
    public TableAccount Home { get; }

    /// <summary>Where the data of a tenant is.</summary>
    public TableAccount Of(TenantId tenant) => _placed.GetValueOrDefault(tenant.Value, Home);
}
