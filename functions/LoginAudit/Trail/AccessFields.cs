using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using LoginAudit.Auth;
using LoginAudit.OpenApi;

namespace LoginAudit.Trail;

/// <summary>What of the access trail is asked for.</summary>
/// <remarks>For the API's document; <see cref="AccessReader"/> reads them one by one.</remarks>
internal sealed record AccessFields
{
    /// <summary>Start of the period, which is in it; at most 180 days before its end. Default: 7 days before its end.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>End of the period, itself not in it. Default: now.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>What was done; several, given one by one or with commas, are joined by OR.</summary>
    [Codes(typeof(AccessAction)), MaxLength(AccessReader.MaxActions)]
    public string[]? Action { get; init; }

    /// <summary>Id of a key, or subject of a user.</summary>
    public string? Caller { get; init; }

    /// <summary>Entries in a page.</summary>
    [Range(1, AccessReader.MaxLimit), DefaultValue(AccessReader.DefaultLimit)]
    public int? Limit { get; init; }

    /// <summary><c>nextCursor</c> of the page before, of the same question.</summary>
    public string? Cursor { get; init; }
}
