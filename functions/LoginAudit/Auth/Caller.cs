using LoginAudit.Log.Events;

namespace LoginAudit.Auth;

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
/// <param name="Kind">A key or a person.</param>
/// <param name="Id">Id of the key, or the person's subject; not secret.</param>
/// <param name="Tenants">The tenants it belongs to; none for an operator.</param>
/// <param name="Roles">What it may do.</param>
public sealed record Caller(
    CallerKind Kind, string Id, IReadOnlyCollection<TenantId> Tenants, IReadOnlyCollection<Role> Roles)
{
    /// <summary>A person's name as the token has it, or a key's.</summary>
    public string? Name { get; init; }

    /// <summary>The tenant as it was read with the key; a person's is not read yet.</summary>
    internal Tenant? Home { get; init; }

    public bool IsOperator => Kind == CallerKind.Operator;

    public bool Has(Role role) => IsOperator || Roles.Contains(role);

    public bool Belongs(TenantId tenant) => IsOperator || Tenants.Contains(tenant);
}
