using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using LoginAudit.Log.Events;
using LoginAudit.OpenApi;

namespace LoginAudit.Search;

/// <summary>
/// The conditions of a search. Several values of one, given one by one or with commas, are joined by OR; different ones by AND.
/// </summary>
/// <remarks>For the API's document; <see cref="SearchParameters"/> reads them one by one.</remarks>
internal record SearchConditions
{
    /// <summary>
    /// Start of the period, which is in it: ISO 8601 with an offset, or with <c>tz</c> a date. At most 180 days before its end. Default:
    /// 7 days before its end.
    /// </summary>
    public string? From { get; init; }

    /// <summary>End of the period, itself not in it; a date is included whole. Default: now.</summary>
    public string? To { get; init; }

    /// <summary>An IANA time zone, such as <c>Asia/Seoul</c>, whose days the dates in <c>from</c> and <c>to</c> are.</summary>
    public string? Tz { get; init; }

    /// <summary>User ids or login ids, whatever their case. A leading <c>!</c> excludes.</summary>
    [MaxLength(SearchParameters.MaxValues)]
    public string[]? User { get; init; }

    /// <summary>Addresses or CIDR blocks: <c>203.0.113.7</c>, <c>203.0.113.0/24</c>, <c>2001:db8::/32</c>. A leading <c>!</c> excludes.</summary>
    [MaxLength(SearchParameters.MaxValues)]
    public string[]? Ip { get; init; }

    /// <summary>A leading <c>!</c> excludes.</summary>
    [Codes(typeof(EventType), Excludable = true), MaxLength(SearchParameters.MaxValues)]
    public string[]? EventType { get; init; }

    /// <inheritdoc cref="EventType"/>
    [Codes(typeof(EventResult), Excludable = true), MaxLength(SearchParameters.MaxValues)]
    public string[]? Result { get; init; }

    /// <inheritdoc cref="EventType"/>
    [Codes(typeof(Reason), Excludable = true), MaxLength(SearchParameters.MaxValues)]
    public string[]? Reason { get; init; }

    /// <inheritdoc cref="EventType"/>
    [Codes(typeof(LoginMethod), Excludable = true), MaxLength(SearchParameters.MaxValues)]
    public string[]? Method { get; init; }

    /// <inheritdoc cref="EventType"/>
    [Codes(typeof(ServiceType), Excludable = true), MaxLength(SearchParameters.MaxValues)]
    public string[]? Service { get; init; }

    /// <summary>Names of sources. A leading <c>!</c> excludes.</summary>
    [MaxLength(SearchParameters.MaxValues)]
    public string[]? Source { get; init; }

    /// <summary>At most 10 words, all of which are in the name, login id, reason text or user agent, whatever their case.</summary>
    public string? Q { get; init; }

    /// <summary>Newest first, or oldest first.</summary>
    [AllowedValues("desc", "asc"), DefaultValue("desc")]
    public string? Order { get; init; }
}

/// <summary>A search's conditions, and which page of it.</summary>
internal sealed record SearchFields : SearchConditions
{
    /// <summary>Events in a page.</summary>
    [Range(1, SearchQuery.MaxLimit), JsonPropertyOrder(1), DefaultValue(SearchParameters.DefaultLimit)]
    public int? Limit { get; init; }

    /// <summary><c>nextCursor</c> of the page before, of the same search.</summary>
    [JsonPropertyOrder(1)]
    public string? Cursor { get; init; }

    /// <summary>Whether the answer is to tell how it came about; for operators.</summary>
    [JsonPropertyOrder(1), DefaultValue(false)]
    public bool? Explain { get; init; }
}
