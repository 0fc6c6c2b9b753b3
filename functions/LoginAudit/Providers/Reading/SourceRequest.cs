namespace LoginAudit.Providers.Reading;

/// <summary>Body of <c>POST /v1/tenants/{tenant}/sources</c>.</summary>
/// <param name="Name">What the source's events are to have as their source; several sources may have one name.</param>
/// <param name="Kind">A kind of provider.</param>
/// <param name="Secret">16 to 512 visible ASCII characters; without it one is made.</param>
/// <param name="Issuer">Kind <c>set</c>, required: the transmitter's <c>iss</c>, to the last slash.</param>
/// <param name="Audience">Kind <c>set</c>, required: whom its tokens are made for, their <c>aud</c>.</param>
/// <param name="MetadataUrl">
/// Kind <c>set</c>: where the transmitter tells <c>issuer</c> and <c>jwks_uri</c>; without it the issuer's <c>/.well-known/ssf-configuration</c>.
/// </param>
/// <param name="Categories">Kind <c>entra</c>: sign-ins to be taken besides those of people, such as <c>NonInteractiveUserSignInLogs</c>.</param>
public sealed record SourceRequest(
    string? Name = null,
    string? Kind = null,
    string? Secret = null,
    string? Issuer = null,
    string? Audience = null,
    string? MetadataUrl = null,
    IReadOnlyList<string>? Categories = null);
