using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;

namespace LoginAudit.Log.Read;

/// <summary>What is to be read: a period and conditions, in one of two orders, from a place on.</summary>
public sealed record Scan
{
    public required TenantId Tenant { get; init; }

    /// <summary>When the tenant was made. With it, a day that this process has met needs no look-up; null looks up.</summary>
    public DateTimeOffset? TenantCreatedAt { get; init; }

    /// <summary>First instant of the period.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>End of the period, itself not in it.</summary>
    public required DateTimeOffset To { get; init; }

    public EventFilter Filter { get; init; } = EventFilter.Everything;

    /// <summary>Newest first, or oldest first, which is the exact reverse.</summary>
    public bool Descending { get; init; } = true;

    /// <summary>Goes on behind this place.</summary>
    public LogPosition? After { get; init; }

    /// <summary>Rows asked for in one storage request, 1 to 1,000.</summary>
    public int PageSize { get; init; } = TableLimits.PageRows;

    /// <summary>
    /// Days that may be read at once, 1 to 32. Reading starts with few and goes on with more as long as days do not fill the page.
    /// </summary>
    public int DaysAtOnce { get; init; } = 16;

    /// <summary>Asks for the next page while one is worked on: for those that read to the end.</summary>
    public bool ReadsAhead { get; init; }

    /// <summary>Counts what the scan costs.</summary>
    internal ScanCost Cost { get; init; } = new();
}

/// <summary>One step of a scan: everything up to <see cref="Position"/> is read; <see cref="Event"/>, if any, matched there.</summary>
public readonly record struct ScanStep(LogPosition Position, LoginEvent? Event);

/// <summary>What a scan has cost so far; its days are read side by side.</summary>
internal sealed class ScanCost
{
    private int _days;
    private int _requests;
    private int _rows;

    /// <summary>Days of which anything was asked.</summary>
    public int Days => _days;

    /// <summary>Requests to tables, without the SDK's own second tries.</summary>
    public int Requests => _requests;

    /// <summary>Rows of events that came back.</summary>
    public int Rows => _rows;

    public void AddDay() => Interlocked.Increment(ref _days);

    public void AddRequest() => Interlocked.Increment(ref _requests);

    public void AddRows(int rows) => Interlocked.Add(ref _rows, rows);
}
