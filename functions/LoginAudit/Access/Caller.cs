using LoginAudit.Events;

namespace LoginAudit.Access;

public enum Role
{
    /// <summary>Sends events.</summary>
    Ingest,

    /// <summary>Searches.</summary>
    Read,

    /// <summary>Requests and fetches downloads.</summary>
    Export,

    /// <summary>Reads who searched, exported and downloaded what.</summary>
    Audit,

    /// <summary>Makes tenants and keys; belongs to no tenant, and may do in each what its own keys may.</summary>
    Operator,
}

/// <summary>Who calls.</summary>
/// <param name="KeyId">Id of the key, not secret.</param>
/// <param name="Tenant">The tenant it belongs to; none for the operator.</param>
/// <param name="Roles">What it may do.</param>
public sealed record Caller(string KeyId, TenantId? Tenant, IReadOnlyCollection<Role> Roles)
{
    public bool IsOperator => Roles.Contains(Role.Operator);

    public bool Has(Role role) => IsOperator || Roles.Contains(role);
}
