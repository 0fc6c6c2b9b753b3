using System.Text.Json;
using LoginAudit.Auth;

namespace LoginAudit.Trail;

/// <summary>A page of the access trail, newest first.</summary>
internal sealed record AccessPage(
    IReadOnlyList<AccessEntryView> Entries, string? NextCursor, DateTimeOffset ReadThrough, bool Complete);

/// <summary>An entry of the trail as an answer shows it.</summary>
internal sealed record AccessEntryView(
    DateTimeOffset At,
    AccessAction Action,
    int Status,
    CallerKind CallerKind,
    string CallerId,
    string? CallerName,
    string? Address,
    string? UserAgent,
    string? Target,
    JsonElement? Details)
{
    public static AccessEntryView Of(AccessEntry entry) => new(
        entry.At,
        entry.Action,
        entry.Status,
        entry.CallerKind,
        entry.CallerId,
        entry.CallerName,
        entry.Address,
        entry.UserAgent,
        entry.Target,
        entry.Details is { } details ? JsonElement.Parse(details) : null);
}
