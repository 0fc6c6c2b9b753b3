using System.Globalization;
using LoginAudit.Log.Events;

namespace LoginAudit.Log.Tables;

/// <summary>
/// Every table name, partition key and row key, made here and nowhere else; README.md beside this file lists them.
/// </summary>
internal static class TableKeys
{
    public const string EventsTablePrefix = "LoginEvents";
    public const string LoginDaysTable = "LoginDays";

    public const string AllRows = "e_";

    private const int TicksDigits = 19;

    public static string EventsTable(UtcDay day) => $"{EventsTablePrefix}{day}";

    /// <summary>The day of a table that holds one: <c>LoginEvents20260901</c>, <c>AccessTrail20260901</c>.</summary>
    public static bool TryParseDayTable(string name, string prefix, out UtcDay day)
    {
        day = default;
        return name.StartsWith(prefix, StringComparison.Ordinal) && UtcDay.TryParse(name.AsSpan(prefix.Length), out day);
    }

    /// <summary><c>acme_20260901</c>, or <c>acme_20260901_0a</c> where the day has more than one shard.</summary>
    public static string EventsPartition(TenantId tenant, UtcDay day, int shards, int shard) => shards == 1
        ? $"{tenant}_{day}"
        : string.Create(CultureInfo.InvariantCulture, $"{tenant}_{day}_{shard:x2}");

    /// <summary>Which of <paramref name="shards"/> (a power of two, 1 to 64) the byte of an event's key falls into.</summary>
    public static int Shard(byte shardHash, int shards) => shardHash & (shards - 1);

    public static string UserRows(string normalizedUser) => $"u_{UserKey.Hash(normalizedUser)}_";

    public static string IpRows(UInt128 address) => $"i_{IpRange.Hex(address)}_";

    /// <summary>Newest first: ticks counted down from the end of time, 19 digits.</summary>
    public static string ReverseTicks(long ticks) =>
        (DateTime.MaxValue.Ticks - ticks).ToString("D19", CultureInfo.InvariantCulture);

    /// <param name="family"><see cref="AllRows"/>, <see cref="UserRows"/> or <see cref="IpRows"/>.</param>
    /// <param name="ticks">UTC ticks of the event.</param>
    /// <param name="eventKey">An <see cref="EventKey"/>, or a text that sorts before or after all of them.</param>
    public static string EventRow(string family, long ticks, string eventKey) => $"{family}{ReverseTicks(ticks)}_{eventKey}";

    /// <summary>The place right before a row: behind every row before it. False for a text that is no key of this family.</summary>
    public static bool TryParseEventRow(string family, ReadOnlySpan<char> row, out LogPosition start)
    {
        start = default;
        if (!row.StartsWith(family, StringComparison.Ordinal))
        {
            return false;
        }

        var rest = row[family.Length..];
        if (rest.Length != TicksDigits + 1 + ShortHash.Length
            || rest[TicksDigits] != '_'
            || rest[..TicksDigits].ContainsAnyExceptInRange('0', '9')
            || !EventKey.TryParse(rest[(TicksDigits + 1)..], out _))
        {
            return false;
        }

        var ticks = DateTime.MaxValue.Ticks - long.Parse(rest[..TicksDigits], CultureInfo.InvariantCulture);

        // A key without its last character sorts before it, and behind all that are not one of 2^125 like it.
        start = new LogPosition(ticks, rest[(TicksDigits + 1)..^1].ToString());
        return ticks >= 0;
    }

    /// <summary>The rows of [<paramref name="fromTicks"/>, <paramref name="toTicks"/>); reversing turns the borders round.</summary>
    public static RowRange Rows(string family, long fromTicks, long toTicks) =>
        new(family + ReverseTicks(toTicks - 1), family + ReverseTicks(fromTicks - 1));

    /// <summary>Days newest first: <c>99991231 - yyyyMMdd</c> would do; this counts days, 7 digits.</summary>
    public static string LoginDayRow(UtcDay day) =>
        (DateOnly.MaxValue.DayNumber - day.Date.DayNumber).ToString("D7", CultureInfo.InvariantCulture);

    /// <summary>The rows of the days of [<paramref name="first"/>, <paramref name="last"/>].</summary>
    public static RowRange LoginDayRows(UtcDay first, UtcDay last) => new(LoginDayRow(last), LoginDayRow(first.AddDays(-1)));

    public static UtcDay ParseLoginDayRow(string row) =>
        new(DateOnly.FromDayNumber(DateOnly.MaxValue.DayNumber - int.Parse(row, CultureInfo.InvariantCulture)));
}

/// <summary>Row keys from <see cref="First"/> on and below <see cref="End"/>.</summary>
internal readonly record struct RowRange(string First, string End);
