using System.Net;

namespace LoginAudit.Log.Events;

/// <summary>One line of the login audit log. Immutable: what is stored once stands.</summary>
public sealed record LoginEvent
{
    public required TenantId Tenant { get; init; }

    /// <summary>Name of the provider instance, 1 to 63 characters.</summary>
    public required string Source { get; init; }

    /// <summary>The provider's own stable id, or <c>sha256-…</c> of the content where a sender gave none; up to 256 characters.</summary>
    public required string SourceEventId { get; init; }

    /// <summary>When it happened, by the provider's clock; UTC, 100 ns.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>When LoginAudit got it; UTC, 100 ns. What an export's watermark is compared with.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    public required EventType EventType { get; init; }

    public required EventResult Result { get; init; }

    public Reason? Reason { get; init; }

    /// <summary>The provider's own words for the reason; cut at 1,024 characters.</summary>
    public string? ReasonRaw { get; init; }

    /// <summary>The member's id at the provider.</summary>
    public string? UserId { get; init; }

    /// <summary>What was typed to sign in, or the email address.</summary>
    public string? LoginId { get; init; }

    /// <summary>The display name.</summary>
    public string? UserName { get; init; }

    /// <summary>The address that tried to sign in, as the provider saw it; never the webhook's own peer.</summary>
    public IPAddress? Ip { get; init; }

    public LoginMethod? LoginMethod { get; init; }

    public required ServiceType ServiceType { get; init; }

    /// <summary>Cut at 1,024 characters.</summary>
    public string? UserAgent { get; init; }

    public string? SessionId { get; init; }

    public string? CorrelationId { get; init; }

    public string? Application { get; init; }

    public string? Country { get; init; }

    public string? City { get; init; }

    /// <summary>Autonomous system number, 0 to 4,294,967,295.</summary>
    public long? Asn { get; init; }

    public string? RiskLevel { get; init; }

    /// <summary>The provider's own JSON, UTF-8; read for single events only.</summary>
    public ReadOnlyMemory<byte>? Raw { get; init; }

    /// <summary>There was a raw payload, and it was too large to keep (64 KiB compressed).</summary>
    public bool RawDropped { get; init; }

    public EventKey Key => EventKey.Of(Source, SourceEventId);

    public EventId Id
    {
        get
        {
            var key = Key;
            return new EventId(OccurredAt.UtcTicks, key.ShardHash, key);
        }
    }

    /// <summary>The normalized user id and login id, each once.</summary>
    internal IEnumerable<string> UserKeys()
    {
        var user = UserId is null ? null : UserKey.Normalize(UserId);
        var login = LoginId is null ? null : UserKey.Normalize(LoginId);
        if (!string.IsNullOrEmpty(user))
        {
            yield return user;
        }

        if (!string.IsNullOrEmpty(login) && login != user)
        {
            yield return login;
        }
    }
}
