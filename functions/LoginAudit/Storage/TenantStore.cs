using Azure;
using Azure.Data.Tables;
using LoginAudit.Events;

namespace LoginAudit.Storage;

/// <summary>A tenant and its settings.</summary>
/// <param name="Id">Its name in addresses and keys.</param>
/// <param name="DisplayName">Up to 200 characters.</param>
/// <param name="Shards">1, 2, 4 … 64 partitions a day; holds from the next day that gets its first event.</param>
/// <param name="CreatedAt">UTC.</param>
public sealed record Tenant(TenantId Id, string DisplayName, int Shards, DateTimeOffset CreatedAt);

/// <summary>An API key as it is stored: never the key itself.</summary>
/// <param name="Id">The part of the key that finds it.</param>
/// <param name="Hash">SHA-256 of the whole key, 64 hex digits.</param>
/// <param name="Roles">Names of the roles, such as <c>ingest</c>.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="ExpiresAt">UTC; null lives until revoked.</param>
public sealed record StoredKey(
    string Id, string Hash, IReadOnlyList<string> Roles, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);

/// <summary>Table <c>Tenants</c>: one partition a tenant, with its settings and its API keys.</summary>
public sealed class TenantStore(StorageClients storage)
{
    private const string DisplayName = "DisplayName";
    private const string Shards = "Shards";
    private const string CreatedAt = "CreatedAt";
    private const string ExpiresAt = "ExpiresAt";
    private const string Hash = "Hash";
    private const string Roles = "Roles";

    public async Task<Tenant?> FindAsync(TenantId id, CancellationToken cancellationToken)
    {
        var found = await storage.Tenants.GetEntityIfExistsAsync<TableEntity>(
            id.Value, Keys.TenantRow, cancellationToken: cancellationToken);
        return found.HasValue ? ToTenant(found.Value!) : null;
    }

    /// <summary>Makes the tenant, or changes the settings of the one that is there.</summary>
    public async Task SaveAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var row = new TableEntity(tenant.Id.Value, Keys.TenantRow)
        {
            [DisplayName] = tenant.DisplayName,
            [Shards] = tenant.Shards,
            [CreatedAt] = tenant.CreatedAt,
        };
        await storage.Tenants.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
    }

    public async Task<StoredKey?> FindKeyAsync(TenantId tenant, string keyId, CancellationToken cancellationToken)
    {
        var found = await storage.Tenants.GetEntityIfExistsAsync<TableEntity>(
            tenant.Value, Keys.ApiKeyRow(keyId), cancellationToken: cancellationToken);
        return found.HasValue ? ToKey(found.Value!) : null;
    }

    public async Task AddKeyAsync(TenantId tenant, StoredKey key, CancellationToken cancellationToken)
    {
        var row = new TableEntity(tenant.Value, Keys.ApiKeyRow(key.Id))
        {
            [Hash] = key.Hash,
            [Roles] = string.Join(',', key.Roles),
            [CreatedAt] = key.CreatedAt,
        };
        if (key.ExpiresAt is { } expires)
        {
            row[ExpiresAt] = expires;
        }

        await storage.Tenants.AddEntityAsync(row, cancellationToken);
    }

    public async Task<List<StoredKey>> ListKeysAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var keys = new List<StoredKey>();
        var rows = new RowRange(Keys.ApiKeyRow(""), Keys.ApiKeyRow(LogPosition.AfterEveryKey));
        await foreach (var row in storage.Tenants.QueryAsync<TableEntity>(
            Filters.RowsOf(tenant.Value, rows), cancellationToken: cancellationToken))
        {
            keys.Add(ToKey(row));
        }

        return keys;
    }

    /// <returns>Whether the key was there.</returns>
    public async Task<bool> DeleteKeyAsync(TenantId tenant, string keyId, CancellationToken cancellationToken)
    {
        // The SDK turns a delete of nothing into a plain 404 answer.
        var answer = await storage.Tenants.DeleteEntityAsync(
            tenant.Value, Keys.ApiKeyRow(keyId), ETag.All, cancellationToken);
        return answer.Status != 404;
    }

    private static Tenant ToTenant(TableEntity row) => new(
        TenantId.Parse(row.PartitionKey),
        row.GetString(DisplayName),
        row.GetInt32(Shards)!.Value,
        row.GetDateTimeOffset(CreatedAt)!.Value);

    private static StoredKey ToKey(TableEntity row) => new(
        row.RowKey[Keys.ApiKeyRow("").Length..],
        row.GetString(Hash),
        row.GetString(Roles).Split(','),
        row.GetDateTimeOffset(CreatedAt)!.Value,
        row.GetDateTimeOffset(ExpiresAt));
}
