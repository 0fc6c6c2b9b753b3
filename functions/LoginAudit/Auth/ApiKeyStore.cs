using Azure;
using Azure.Data.Tables;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;
using LoginAudit.Storage;

namespace LoginAudit.Auth;

/// <summary>The API keys of a tenant, or of the operator, in table <c>Tenants</c>.</summary>
public sealed class ApiKeyStore(StorageClients storage)
{
    private const string Hash = "Hash";
    private const string Roles = "Roles";
    private const string Name = "Name";
    private const string CreatedAt = "CreatedAt";
    private const string ExpiresAt = "ExpiresAt";
    private const string LastUsedAt = "LastUsedAt";
    private const string ReplacedBy = "ReplacedBy";

    /// <summary>A key and the tenant that it belongs to, as they stand at one instant, in one request.</summary>
    public async Task<(StoredKey? Key, Tenant? Tenant)> FindAsync(TenantId owner, string keyId, CancellationToken cancellationToken)
    {
        StoredKey? key = null;
        Tenant? tenant = null;
        await foreach (var row in storage.Tenants.QueryAsync<TableEntity>(
            TableFilters.EitherRow(owner.Value, StoreKeys.ApiKeyRow(keyId), StoreKeys.TenantRow), cancellationToken: cancellationToken))
        {
            if (row.RowKey == StoreKeys.TenantRow)
            {
                tenant = TenantStore.Read(storage, row);
            }
            else
            {
                key = Read(row);
            }
        }

        return (key, tenant);
    }

    /// <summary>All keys of an owner, ordered by id.</summary>
    public async Task<List<StoredKey>> ListAsync(TenantId owner, CancellationToken cancellationToken)
    {
        var keys = new List<StoredKey>();
        var rows = new RowRange(StoreKeys.ApiKeyRow(""), StoreKeys.ApiKeyRow(LogPosition.AfterEveryKey));
        await foreach (var row in storage.Tenants.QueryAsync<TableEntity>(
            TableFilters.RowsOf(owner.Value, rows), cancellationToken: cancellationToken))
        {
            keys.Add(Read(row));
        }

        return keys;
    }

    public Task AddAsync(TenantId owner, StoredKey key, CancellationToken cancellationToken) =>
        storage.Tenants.AddIdempotentAsync(ToRow(owner, key), cancellationToken);

    /// <summary>Adds a key and ends the one that it follows, both or neither.</summary>
    /// <returns>False if the old key was changed or removed since it was read.</returns>
    public async Task<bool> TryReplaceAsync(TenantId owner, StoredKey old, StoredKey next, CancellationToken cancellationToken)
    {
        try
        {
            await storage.Tenants.SubmitTransactionAsync(
                [
                    new TableTransactionAction(TableTransactionActionType.UpdateReplace, ToRow(owner, old), old.ETag),
                    new TableTransactionAction(TableTransactionActionType.Add, ToRow(owner, next)),
                ],
                cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.IsLostRace())
        {
            return false;
        }
    }

    /// <summary>Notes a use. A key that was changed or revoked since it was read stays as it is.</summary>
    public async Task MarkUsedAsync(TenantId owner, StoredKey key, DateTimeOffset usedAt, CancellationToken cancellationToken)
    {
        try
        {
            var row = new TableEntity(owner.Value, StoreKeys.ApiKeyRow(key.Id)) { [LastUsedAt] = usedAt };
            await storage.Tenants.UpdateEntityAsync(row, key.ETag, TableUpdateMode.Merge, cancellationToken);
        }
        catch (RequestFailedException e) when (e.IsLostRace())
        {
            // Another instance noted it, or the key is gone.
        }
    }

    /// <summary>Removes a key, or nothing.</summary>
    public async Task DeleteAsync(TenantId owner, string keyId, CancellationToken cancellationToken) =>
        await storage.Tenants.DeleteEntityAsync(owner.Value, StoreKeys.ApiKeyRow(keyId), ETag.All, cancellationToken);

    private static TableEntity ToRow(TenantId owner, StoredKey key)
    {
        var row = new TableEntity(owner.Value, StoreKeys.ApiKeyRow(key.Id))
        {
            [Hash] = key.Hash,
            [Roles] = string.Join(',', key.Roles),
            [CreatedAt] = key.CreatedAt,
        };
        AddIfGiven(Name, key.Name);
        AddIfGiven(ExpiresAt, key.ExpiresAt);
        AddIfGiven(LastUsedAt, key.LastUsedAt);
        AddIfGiven(ReplacedBy, key.ReplacedBy);
        return row;

        void AddIfGiven(string column, object? value)
        {
            if (value is not null)
            {
                row[column] = value;
            }
        }
    }

    private static StoredKey Read(TableEntity row) => new(
        row.RowKey[StoreKeys.ApiKeyRow("").Length..],
        row.GetString(Hash),
        row.GetString(Roles).Split(','),
        row.GetDateTimeOffset(CreatedAt)!.Value,
        row.GetDateTimeOffset(ExpiresAt))
    {
        Name = row.GetString(Name),
        LastUsedAt = row.GetDateTimeOffset(LastUsedAt),
        ReplacedBy = row.GetString(ReplacedBy),
        ETag = row.ETag,
    };
}
