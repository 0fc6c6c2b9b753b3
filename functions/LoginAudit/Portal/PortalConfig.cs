using LoginAudit.Auth;

namespace LoginAudit.Portal;

/// <summary>What the page must know before anyone has signed in; nothing in it is secret.</summary>
/// <param name="Issuers">Where people sign in.</param>
internal sealed record PortalConfig(IReadOnlyList<PortalIssuer> Issuers);

/// <summary>An OpenID Connect issuer with a client of its own for the page.</summary>
/// <param name="Authority">Where its metadata is.</param>
/// <param name="ClientId">The page's client there.</param>
/// <param name="Scope">What it asks for.</param>
/// <param name="Tenant">The one tenant that it speaks for; or null.</param>
/// <param name="TenantClaim">The claim of the token that names the user's tenants; or null.</param>
internal sealed record PortalIssuer(string Authority, string ClientId, string Scope, string? Tenant, string? TenantClaim)
{
    public static PortalIssuer Of(TokenIssuerOptions issuer) =>
        new(issuer.Authority, issuer.PortalClientId!, issuer.PortalScope, issuer.Tenant, issuer.TenantClaim);
}
