using Azure;
using Azure.Data.Tables;
using LoginAudit.Events;

namespace LoginAudit.Storage;

/// <summary>Table <c>Tenants</c>: the settings of tenants. Their API keys are in the same partitions: <see cref="ApiKeyStore"/>.</summary>
public sealed class TenantStore(StorageClients storage)
{
    private const string DisplayName = "DisplayName";
    private const string Shards = "Shards";
    private const string CreatedAt = "CreatedAt";
    private const string State = "State";

    public async Task<Tenant?> FindAsync(TenantId id, CancellationToken cancellationToken)
    {
        var found = await storage.Tenants.GetEntityIfExistsAsync<TableEntity>(
            id.Value, Keys.TenantRow, cancellationToken: cancellationToken);
        return found.HasValue ? Read(found.Value!) : null;
    }

    /// <summary>Adds a new tenant, or replaces the settings of one that was read, if nobody changed it since.</summary>
    /// <returns>False if somebody did, or the tenant is there already.</returns>
    public async Task<bool> TrySaveAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var row = new TableEntity(tenant.Id.Value, Keys.TenantRow)
        {
            [DisplayName] = tenant.DisplayName,
            [Shards] = tenant.Shards,
            [CreatedAt] = tenant.CreatedAt,
            [State] = Code<TenantState>.Text(tenant.State),
        };
        try
        {
            await (tenant.ETag == default
                ? storage.Tenants.AddEntityAsync(row, cancellationToken)
                : storage.Tenants.UpdateEntityAsync(row, tenant.ETag, TableUpdateMode.Replace, cancellationToken));
            return true;
        }
        catch (RequestFailedException e) when (e.IsAlreadyExists() || e.IsLostRace())
        {
            return false;
        }
    }

    internal static Tenant Read(TableEntity row) => new(
        TenantId.Parse(row.PartitionKey),
        row.GetString(DisplayName),
        row.GetInt32(Shards)!.Value,
        row.GetDateTimeOffset(CreatedAt)!.Value,
        row.GetString(State) is { } state ? Code<TenantState>.Parse(state) : TenantState.Active)
    {
        ETag = row.ETag,
    };
}
