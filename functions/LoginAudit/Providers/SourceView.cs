using LoginAudit.Tenants;

namespace LoginAudit.Providers;

/// <summary>A webhook source as an answer shows it; <see cref="Secret"/> only in the one that made it.</summary>
internal sealed record SourceView(
    string Id,
    string Name,
    string Kind,
    string Url,
    DateTimeOffset CreatedAt,
    string? Issuer,
    string? Audience,
    string? MetadataUrl,
    IReadOnlyList<string>? Categories,
    string? Secret,
    IEnumerable<SecretView> Secrets)
{
    public static SourceView Of(Hook hook, string? secret = null) => new(
        hook.Id.Value,
        hook.Name,
        hook.Kind,
        $"/v1/webhooks/{hook.Id}",
        hook.CreatedAt,
        hook.Settings.Issuer,
        hook.Settings.Audience,
        hook.Settings.MetadataUrl,
        hook.Settings.Categories,
        secret,
        hook.Secrets.Select(stored => new SecretView(stored.Id, stored.CreatedAt, stored.ExpiresAt)));
}

/// <summary>One of a source's secrets, without the secret.</summary>
internal sealed record SecretView(string Id, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);

internal sealed record SourceList(IReadOnlyList<SourceView> Sources);
