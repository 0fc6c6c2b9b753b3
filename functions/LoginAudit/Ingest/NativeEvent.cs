using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Text.Json;
using LoginAudit.Log.Events;

namespace LoginAudit.Ingest;

/// <summary>
/// An event in our own format. The same <c>source</c>, <c>sourceEventId</c> and <c>occurredAt</c> are the same event.
/// </summary>
/// <remarks>For the API's document; <see cref="NativeEventParser"/> reads an event field by field.</remarks>
internal sealed record NativeEvent
{
    /// <summary>When it happened; from 180 days ago to 5 minutes ahead.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    public required EventType EventType { get; init; }

    public required EventResult Result { get; init; }

    /// <summary>Name of the provider instance.</summary>
    [RegularExpression("^" + SourceName.Shape + "$"), DefaultValue("native")]
    public string? Source { get; init; }

    /// <summary>The provider's own stable id; without it a hash of the content.</summary>
    [MaxLength(EventRules.IdLength)]
    public string? SourceEventId { get; init; }

    public Reason? Reason { get; init; }

    /// <summary>The provider's own words for the reason; cut at 1,024 characters.</summary>
    public string? ReasonRaw { get; init; }

    /// <summary>The member's id at the provider.</summary>
    [MaxLength(EventRules.IdLength)]
    public string? UserId { get; init; }

    /// <summary>What was typed to sign in, or the email address.</summary>
    [MaxLength(EventRules.IdLength)]
    public string? LoginId { get; init; }

    /// <summary>The display name.</summary>
    [MaxLength(EventRules.NameLength)]
    public string? UserName { get; init; }

    /// <summary>The address that tried to sign in, without a port.</summary>
    public IPAddress? Ip { get; init; }

    public LoginMethod? LoginMethod { get; init; }

    /// <summary>Default: <c>others</c>.</summary>
    public ServiceType? ServiceType { get; init; }

    /// <summary>Cut at 1,024 characters.</summary>
    public string? UserAgent { get; init; }

    [MaxLength(EventRules.IdLength)]
    public string? SessionId { get; init; }

    [MaxLength(EventRules.IdLength)]
    public string? CorrelationId { get; init; }

    [MaxLength(EventRules.NameLength)]
    public string? Application { get; init; }

    [MaxLength(EventRules.ShortTextLength)]
    public string? Country { get; init; }

    [MaxLength(EventRules.ShortTextLength)]
    public string? City { get; init; }

    /// <summary>Autonomous system number.</summary>
    [Range(0d, uint.MaxValue)]
    public long? Asn { get; init; }

    [MaxLength(EventRules.ShortTextLength)]
    public string? RiskLevel { get; init; }

    /// <summary>The provider's own payload; kept up to 64 KiB compressed, else dropped with a mark.</summary>
    public JsonElement? Raw { get; init; }
}
