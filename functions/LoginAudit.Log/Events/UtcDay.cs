using System.Globalization;

namespace LoginAudit.Log.Events;

/// <summary>A day in UTC, [00:00, 24:00): what events are partitioned and dropped by.</summary>
public readonly record struct UtcDay(DateOnly Date) : IComparable<UtcDay>
{
    private const string Format = "yyyyMMdd";

    public DateTimeOffset Start => new(Date, TimeOnly.MinValue, TimeSpan.Zero);

    public DateTimeOffset End => Start.AddDays(1);

    public static UtcDay Of(DateTimeOffset instant) => new(DateOnly.FromDateTime(instant.UtcDateTime));

    public static bool TryParse(ReadOnlySpan<char> text, out UtcDay day)
    {
        var valid = DateOnly.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date);
        day = new UtcDay(date);
        return valid;
    }

    public UtcDay AddDays(int days) => new(Date.AddDays(days));

    public int CompareTo(UtcDay other) => Date.CompareTo(other.Date);

    /// <summary><c>yyyyMMdd</c>.</summary>
    public override string ToString() => Date.ToString(Format, CultureInfo.InvariantCulture);

    public static bool operator <(UtcDay left, UtcDay right) => left.Date < right.Date;

    public static bool operator <=(UtcDay left, UtcDay right) => left.Date <= right.Date;

    public static bool operator >(UtcDay left, UtcDay right) => left.Date > right.Date;

    public static bool operator >=(UtcDay left, UtcDay right) => left.Date >= right.Date;
}
