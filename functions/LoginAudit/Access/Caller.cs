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

public enum CallerKind
{
    /// <summary>A program, by its API key.</summary>
    Key,

    /// <summary>A person, by a token of an OpenID Connect issuer.</summary>
    User,
}

/// <summary>Who calls.</summary>
/// <param name="Kind">What it proved itself with.</param>
/// <param name="Id">Id of the key, or the user's id at the issuer (<c>sub</c>); not secret.</param>
/// <param name="Tenants">The tenants it belongs to; none for the operator.</param>
/// <param name="Roles">What it may do in each of them.</param>
public sealed record Caller(CallerKind Kind, string Id, IReadOnlyCollection<TenantId> Tenants, IReadOnlyCollection<Role> Roles)
{
    /// <summary>A user's name, for people who read who did what.</summary>
    public string? Name { get; init; }

    public bool IsOperator => Roles.Contains(Role.Operator);

    public bool Has(Role role) => IsOperator || Roles.Contains(role);

    public bool Belongs(TenantId tenant) => Tenants.Contains(tenant);
}
