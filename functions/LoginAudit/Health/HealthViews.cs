using System.ComponentModel.DataAnnotations;

namespace LoginAudit.Health;

/// <summary>The process answers.</summary>
internal sealed record LiveView([property: AllowedValues("live")] string Status);

/// <summary>Storage answers.</summary>
/// <param name="Status">Always <c>ready</c>; what is not is a problem.</param>
/// <param name="OldestDay">The oldest UTC day that has a table, <c>yyyyMMdd</c>.</param>
/// <param name="LastRetentionRun">When retention last ran.</param>
internal sealed record ReadyView(
    [property: AllowedValues("ready")] string Status,
    [property: RegularExpression("^[0-9]{8}$")] string? OldestDay,
    DateTimeOffset? LastRetentionRun);
