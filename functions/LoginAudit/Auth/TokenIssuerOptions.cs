using LoginAudit.Log.Events;

namespace LoginAudit.Auth;

/// <summary>An OpenID Connect issuer whose tokens are taken: <c>Access__Issuers__0__Authority</c> and so on.</summary>
public sealed class TokenIssuerOptions
{
    /// <summary>
    /// Where its metadata is: <c>{Authority}/.well-known/openid-configuration</c>. An https address; http for loopback only.
    /// </summary>
    public string Authority { get; set; } = "";

    /// <summary>
    /// Its name, as its tokens (<c>iss</c>) and its metadata write it, to the last slash. Empty: the authority as it is written.
    /// </summary>
    public string? Issuer { get; set; }

    /// <summary>Whom its tokens must be made for (<c>aud</c>): this API's name at the issuer.</summary>
    public string Audience { get; set; } = "";

    /// <summary>The one tenant that it speaks for, whatever its tokens claim. Either this or <see cref="TenantClaim"/>.</summary>
    public string? Tenant { get; set; }

    /// <summary>The claim that names the user's tenants, a text or an array. Only for an issuer that is trusted for all tenants.</summary>
    public string? TenantClaim { get; set; }

    /// <summary>The claim with the user's roles: a text, several parted by spaces, or an array.</summary>
    public string RolesClaim { get; set; } = "roles";

    /// <summary>What stands before each role, such as <c>LoginAudit.</c>; values without it are no roles of ours.</summary>
    public string? RolePrefix { get; set; }

    /// <summary>The claim with the user's name, for people who read who did what.</summary>
    public string NameClaim { get; set; } = "preferred_username";

    /// <summary>
    /// The admin page's client at the issuer: a public client with authorization code and PKCE, and <c>{app}/portal/</c> as its redirect
    /// address. Empty: nobody signs in to the page there.
    /// </summary>
    public string? PortalClientId { get; set; }

    /// <summary>What the page asks for: the scope that gives access tokens for <see cref="Audience"/>.</summary>
    public string PortalScope { get; set; } = "openid profile";

    internal string Name => string.IsNullOrEmpty(Issuer) ? Authority : Issuer;

    internal string MetadataAddress => Authority.TrimEnd('/') + "/.well-known/openid-configuration";

    /// <summary>All that is wrong, by setting.</summary>
    /// <param name="setting">What stands before each setting's name, such as <c>Access__Issuers__0</c>.</param>
    internal IEnumerable<string> Faults(string setting)
    {
        if (!IsSafeAddress(Authority))
        {
            yield return $"{setting}__Authority takes an https address without query and fragment; http for loopback hosts only.";
        }

        if (string.IsNullOrWhiteSpace(Audience))
        {
            yield return $"{setting}__Audience is missing: whom the issuer's tokens are made for.";
        }

        if (string.IsNullOrEmpty(Tenant) == string.IsNullOrEmpty(TenantClaim))
        {
            yield return $"{setting} takes one of {setting}__Tenant and {setting}__TenantClaim.";
        }

        if (!string.IsNullOrEmpty(Tenant) && !TenantId.TryParse(Tenant, out _))
        {
            yield return $"{setting}__Tenant takes {TenantId.Takes}.";
        }

        if (string.IsNullOrWhiteSpace(RolesClaim))
        {
            yield return $"{setting}__RolesClaim takes the name of a claim.";
        }

        if (string.IsNullOrWhiteSpace(NameClaim))
        {
            yield return $"{setting}__NameClaim takes the name of a claim.";
        }
    }

    /// <summary>Https, or http on loopback only; nothing that hides in a query.</summary>
    internal static bool IsSafeAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
        && uri is { Query: "", Fragment: "", UserInfo: "" };
}
