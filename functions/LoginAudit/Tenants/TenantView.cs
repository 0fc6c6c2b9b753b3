using LoginAudit.Auth;
using LoginAudit.OpenApi;

namespace LoginAudit.Tenants;

/// <summary>A tenant as an answer shows it.</summary>
internal sealed record TenantView(string Tenant, string DisplayName, int Shards, TenantState State, DateTimeOffset CreatedAt)
{
    public static TenantView Of(Tenant tenant) =>
        new(tenant.Id.Value, tenant.DisplayName, tenant.Shards, tenant.State, tenant.CreatedAt);
}

/// <summary>A key as an answer shows it; <see cref="Key"/> only in the one that made it.</summary>
internal sealed record KeyView(
    string Id,
    string? Name,
    [property: Codes(typeof(Role))] IReadOnlyList<string> Roles,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt,
    string? ReplacedBy,
    string? Key = null)
{
    public static KeyView Of(StoredKey key) =>
        new(key.Id, key.Name, key.Roles, key.CreatedAt, key.ExpiresAt, key.LastUsedAt, key.ReplacedBy);
}

internal sealed record KeyList(IReadOnlyList<KeyView> Keys);
