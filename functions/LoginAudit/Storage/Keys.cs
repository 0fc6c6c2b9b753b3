using System.Globalization;
using LoginAudit.Events;

namespace LoginAudit.Storage;

/// <summary>
/// Every table name, partition key and row key, made here and nowhere else; README.md beside this file lists them.
/// </summary>
internal static class Keys
{
    public const string EventsTablePrefix = "LoginEvents";
    public const string AccessTrailPrefix = "AccessTrail";
    public const string TenantsTable = "Tenants";
    public const string LoginDaysTable = "LoginDays";
    public const string ExportJobsTable = "ExportJobs";
    public const string HeartbeatsTable = "Heartbeats";
    public const string WebhooksTable = "Webhooks";
    public const string ExportsQueue = "exports";
    public const string DeletionsQueue = "tenant-deletions";
    public const string ExportsContainer = "exports";
    public const string RejectedContainer = "rejected-events";
    public const string KeyRingContainer = "data-protection";

    public const string TenantRow = "tenant";
    public const string RetentionPartition = "retention";
    public const string LastRow = "last";
    public const string HookRow = "hook";

    public const string AllRows = "e_";

    private const string SourceRowPrefix = "source_";
    private const int TicksDigits = 19;

    public static string EventsTable(UtcDay day) => $"{EventsTablePrefix}{day}";

    public static string AccessTrailTable(UtcDay day) => $"{AccessTrailPrefix}{day}";

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

    /// <summary>An entry of the access trail, newest first; the suffix parts entries of one instant.</summary>
    public static string AccessRow(long ticks, string suffix) => $"{ReverseTicks(ticks)}_{suffix}";

    public static string SuffixOfAccessRow(string row) => row[(row.IndexOf('_', StringComparison.Ordinal) + 1)..];

    /// <summary>Days newest first: <c>99991231 - yyyyMMdd</c> would do; this counts days, 7 digits.</summary>
    public static string LoginDayRow(UtcDay day) =>
        (DateOnly.MaxValue.DayNumber - day.Date.DayNumber).ToString("D7", CultureInfo.InvariantCulture);

    /// <summary>The rows of the days of [<paramref name="first"/>, <paramref name="last"/>].</summary>
    public static RowRange LoginDayRows(UtcDay first, UtcDay last) => new(LoginDayRow(last), LoginDayRow(first.AddDays(-1)));

    public static UtcDay ParseLoginDayRow(string row) =>
        new(DateOnly.FromDayNumber(DateOnly.MaxValue.DayNumber - int.Parse(row, CultureInfo.InvariantCulture)));

    public static string ApiKeyRow(string keyId) => $"key_{keyId}";

    /// <summary>In the tenant's partition, so that its hooks are listed without a scan.</summary>
    public static string SourceRow(HookId hook) => $"{SourceRowPrefix}{hook}";

    /// <summary>The rows of all of a tenant's sources.</summary>
    public static RowRange SourceRows() => new(SourceRowPrefix, SourceRowPrefix + LogPosition.AfterEveryKey);

    public static HookId ParseSourceRow(string row) => HookId.Parse(row[SourceRowPrefix.Length..]);

    public static string ExportJobRow(string jobId) => $"job_{jobId}";

    public static string IdempotencyRow(string idempotencyKey) => $"idem_{ShortHash.Of(idempotencyKey)}";

    /// <summary>What the names of a tenant's blobs start with.</summary>
    public static string TenantBlobs(TenantId tenant) => $"{tenant}/";

    public static string RejectedBlob(TenantId tenant, UtcDay day, string contentHash) => $"{TenantBlobs(tenant)}{day}/{contentHash}.ndjson";

    public static string ExportBlob(TenantId tenant, string jobId, string extension) => $"{TenantBlobs(tenant)}{jobId}.{extension}";

    /// <param name="name">As Data Protection names a key or a revocation.</param>
    public static string KeyRingBlob(string name) => $"{name}.xml";
}

/// <summary>Row keys from <see cref="First"/> on and below <see cref="End"/>.</summary>
internal readonly record struct RowRange(string First, string End);
