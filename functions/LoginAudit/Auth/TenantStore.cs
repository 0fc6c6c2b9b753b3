using Azure;
using Azure.Data.Tables;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;
using LoginAudit.Storage;

namespace LoginAudit.Auth;

/// <summary>Table <c>Tenants</c>: the settings of tenants. Their API keys are in the same partitions: <see cref="ApiKeyStore"/>.</summary>
public sealed class TenantStore(StorageClients storage)
{
    private const string DisplayName = "DisplayName";
    private const string Shards = "Shards";
    private const string CreatedAt = "CreatedAt";
    private const string State = "State";
    private const string Account = "Account";

    public async Task<Tenant?> FindAsync(TenantId id, CancellationToken cancellationToken)
    {
        var row = await storage.Tenants.FindRowAsync(id.Value, StoreKeys.TenantRow, cancellationToken);
        return row is null ? null : Read(storage, row);
    }

    /// <summary>As <see cref="FindAsync"/>, before a save: the first tenant has no table yet.</summary>
    public async Task<Tenant?> FindToSaveAsync(TenantId id, CancellationToken cancellationToken)
    {
        Tenant? found = null;
        await storage.Tenants.WithTableAsync(
            async () => found = await FindAsync(id, cancellationToken), cancellationToken);
        return found;
    }

    /// <summary>Adds a new tenant, or replaces the settings of one that was read, if nobody changed it since.</summary>
    /// <returns>False if somebody did, or the tenant is there already.</returns>
    public async Task<bool> TrySaveAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var row = new TableEntity(tenant.Id.Value, StoreKeys.TenantRow)
        {
            [DisplayName] = tenant.DisplayName,
            [Shards] = tenant.Shards,
            [CreatedAt] = tenant.CreatedAt,
            [State] = Code<TenantState>.Text(tenant.State),
            [Account] = storage.Of(tenant.Id).Name,
        };
        try
        {
            await storage.Tenants.WithTableAsync(
                () => tenant.ETag == default
                    ? storage.Tenants.AddEntityAsync(row, cancellationToken)
                    : storage.Tenants.UpdateEntityAsync(row, tenant.ETag, TableUpdateMode.Replace, cancellationToken),
                cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.IsAlreadyExists() || e.IsLostRace())
        {
            return false;
        }
    }

    /// <exception cref="MisplacedTenantException">Its data is in another account than the settings say.</exception>
    internal static Tenant Read(StorageClients storage, TableEntity row)
    {
        var id = TenantId.Parse(row.PartitionKey);
        if ((row.GetString(Account) ?? "") is var account && account != storage.Of(id).Name)
        {
            // Going on would show an empty log, and write a second one.
            throw new MisplacedTenantException();
        }

        return new Tenant(
            id,
            row.GetString(DisplayName),
            row.GetInt32(Shards)!.Value,
            row.GetDateTimeOffset(CreatedAt)!.Value,
            row.GetString(State) is { } state ? Code<TenantState>.Parse(state) : TenantState.Active)
        {
            ETag = row.ETag,
        };
    }
}

/// <summary><c>AuditStorage__Accounts</c> places a tenant elsewhere than it was made, and its data is there.</summary>
internal sealed class MisplacedTenantException : Exception;
