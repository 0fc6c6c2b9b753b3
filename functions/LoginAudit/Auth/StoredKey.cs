using Azure;

namespace LoginAudit.Auth;

/// <summary>An API key as it is stored: never the key itself.</summary>
/// <param name="Id">The part of the key that finds it.</param>
/// <param name="Hash">SHA-256 of the whole key, 64 hex digits.</param>
/// <param name="Roles">Names of the roles, such as <c>ingest</c>.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="ExpiresAt">UTC; null lives until revoked.</param>
public sealed record StoredKey(
    string Id, string Hash, IReadOnlyList<string> Roles, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt)
{
    /// <summary>What it is for, in the operator's words.</summary>
    public string? Name { get; init; }

    /// <summary>UTC, to the hour or so.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>Id of the key that was made to follow it.</summary>
    public string? ReplacedBy { get; init; }

    internal ETag ETag { get; init; }
}
