using Azure;
using LoginAudit.Log.Events;

namespace LoginAudit.Tenants;

/// <summary>A webhook source: where a provider sends to, and what proves that it is the provider.</summary>
/// <param name="Id">The last part of its address.</param>
/// <param name="Tenant">Whose events it takes.</param>
/// <param name="Name">What its events have as their source.</param>
/// <param name="Kind">Which provider's rules and payload, such as <c>okta</c>.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="Secrets">
/// Oldest first, and those that have ended since the last rotation. None: its making or its deletion was cut off, and it takes
/// nothing.
/// </param>
public sealed record Hook(
    HookId Id, TenantId Tenant, string Name, string Kind, DateTimeOffset CreatedAt, IReadOnlyList<HookSecret> Secrets)
{
    public HookSettings Settings { get; init; } = new();

    internal ETag ETag { get; init; }

    /// <summary>The secrets that are good at <paramref name="now"/>: one, or two while the source is rotated.</summary>
    public IEnumerable<HookSecret> LiveSecrets(DateTimeOffset now) =>
        Secrets.Where(secret => secret.ExpiresAt is null || secret.ExpiresAt > now);
}

/// <summary>A secret as it is stored; <see cref="HookSecrets"/> reads it.</summary>
/// <param name="Id">10 hex digits, not secret: it tells the secrets of a source apart.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="ExpiresAt">UTC; null lives until the source is rotated or deleted.</param>
/// <param name="Protected">Encrypted for this source only, base64url.</param>
public sealed record HookSecret(string Id, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, string Protected);
