using LoginAudit.Log.Events;
using LoginAudit.Log.Read;

namespace LoginAudit.Search;

/// <summary>A search: a period and conditions. The same for the screen and for an export.</summary>
public sealed record SearchQuery
{
    public const int MaxLimit = 1000;

    public required TenantId Tenant { get; init; }

    /// <inheritdoc cref="Scan.TenantCreatedAt"/>
    public DateTimeOffset? TenantCreatedAt { get; init; }

    /// <summary>First instant of the period.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>End of the period, itself not in it.</summary>
    public required DateTimeOffset To { get; init; }

    public required EventFilter Filter { get; init; }

    /// <summary>Newest first.</summary>
    public required bool Descending { get; init; }

    /// <summary>Events in a page, 1 to 1,000.</summary>
    public required int Limit { get; init; }

    /// <summary>Where the page before ended.</summary>
    public LogPosition? After { get; init; }

    /// <summary>The answer is to tell how it came about.</summary>
    public bool Explain { get; init; }

    /// <summary>What a cursor of the search is bound to.</summary>
    internal static string BoundTo(TenantId tenant, EventFilter filter, bool descending) =>
        $"{tenant}\n{(descending ? "desc" : "asc")}\n{filter.Canonical()}";
}

/// <summary>A page of a search.</summary>
/// <param name="Events">What matched; may be empty before the end is reached.</param>
/// <param name="NextCursor">Where to go on; none at the end.</param>
/// <param name="SearchedThrough">How far in time the search has come.</param>
/// <param name="Complete">Whether the whole period was searched.</param>
/// <param name="Explain">How the page came about, for an operator who asked.</param>
public sealed record SearchPage(
    IReadOnlyList<LoginEvent> Events, string? NextCursor, DateTimeOffset SearchedThrough, bool Complete, SearchExplanation? Explain = null);

/// <summary>What a page of a search has cost, and why.</summary>
/// <param name="Rows">Which copies were read: <c>user</c>, <c>address</c>, or <c>period</c> for all of it.</param>
/// <param name="Prefixes">How many users or addresses were read one by one; 1 for a period.</param>
/// <param name="StorageFilter">What storage tested, as OData; without it nothing.</param>
/// <param name="LeftToReader">The conditions that storage cannot test.</param>
/// <param name="Days">Days that were read, of those that hold events.</param>
/// <param name="Requests">Requests to tables, without repeated tries.</param>
/// <param name="RowsRead">Rows of events that came back.</param>
/// <param name="Milliseconds">From the question to the answer.</param>
public sealed record SearchExplanation(
    string Rows,
    int Prefixes,
    string? StorageFilter,
    IReadOnlyList<string> LeftToReader,
    int Days,
    int Requests,
    int RowsRead,
    double Milliseconds);
