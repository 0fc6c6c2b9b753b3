using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Azure.Data.Tables;
using LoginAudit.Log.Days;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;
using LoginAudit.Storage;

namespace LoginAudit.Auth;

/// <summary>What is to be read of a trail, newest first.</summary>
/// <param name="Tenant">Whose trail.</param>
/// <param name="From">First instant of the period.</param>
/// <param name="To">End of the period, itself not in it.</param>
/// <param name="Actions">Any of these; none: all.</param>
/// <param name="CallerId">Only of this caller.</param>
/// <param name="After">Goes on behind this place.</param>
/// <param name="PageSize">Rows asked for in one storage request, 1 to 1,000.</param>
public sealed record TrailScan(
    TenantId Tenant, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<AccessAction> Actions, string? CallerId, LogPosition? After, int PageSize);

/// <summary>One step through a trail: everything down to <see cref="Position"/> is read; <see cref="Entry"/>, if any, is there.</summary>
public readonly record struct TrailStep(LogPosition Position, AccessEntry? Entry);

/// <summary>Tables <c>AccessTrail{yyyyMMdd}</c>: who looked. One a day, like the events, so that a day is dropped at once.</summary>
public sealed class AccessTrail(StorageClients storage)
{
    /// <summary>Its tables, one a day.</summary>
    public static DayTableFamily Tables { get; } = new(StoreKeys.AccessTrailPrefix);

    private const int SuffixBytes = 4;

    public async Task WriteAsync(AccessEntry entry, CancellationToken cancellationToken)
    {
        var suffix = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SuffixBytes));
        var row = ToRow(entry, StoreKeys.AccessRow(entry.At.UtcTicks, suffix));
        var table = storage.Of(entry.Tenant).AccessTrailOf(UtcDay.Of(entry.At));
        await table.AddIdempotentAsync(row, cancellationToken);
    }

    /// <summary>The entries of the scan, newest first; between them steps without an entry, where a day ended.</summary>
    public async IAsyncEnumerable<TrailStep> ReadAsync(TrailScan scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (scan.From >= scan.To)
        {
            yield break;
        }

        var newest = scan.After switch
        {
            null => scan.To.UtcTicks - 1,
            { Key: LogPosition.AfterEveryKey } after => after.Ticks - 1,
            { } after => after.Ticks,
        };
        var oldestDay = UtcDay.Of(scan.From);
        for (var day = UtcDay.Of(new DateTimeOffset(newest, TimeSpan.Zero)); day >= oldestDay; day = day.AddDays(-1))
        {
            await foreach (var row in Rows(scan, day, cancellationToken))
            {
                var entry = Read(row, scan.Tenant);
                yield return new TrailStep(new LogPosition(entry.At.UtcTicks, StoreKeys.SuffixOfAccessRow(row.RowKey)), entry);
            }

            yield return new TrailStep(new LogPosition(day.Start.Ticks, LogPosition.AfterEveryKey), null);
        }
    }

    private IAsyncEnumerable<TableEntity> Rows(TrailScan scan, UtcDay day, CancellationToken cancellationToken)
    {
        var rows = TableKeys.Rows("", Math.Max(scan.From.UtcTicks, day.Start.Ticks), Math.Min(scan.To.UtcTicks, day.End.Ticks));
        if (scan.After is { } after)
        {
            var behind = StoreKeys.AccessRow(after.Ticks, after.Key) + "!"; // sorts before whatever a suffix holds
            rows = string.CompareOrdinal(behind, rows.First) > 0 ? rows with { First = behind } : rows;
        }

        var filter = FilterOf(scan.Tenant.Value, rows, scan.Actions, scan.CallerId);
        return storage.Of(scan.Tenant).AccessTrailOf(day).PagesOrNoneAsync(filter, scan.PageSize, null, cancellationToken)
            .SelectMany(page => page.Values.ToAsyncEnumerable());
    }

    private static TableEntity ToRow(AccessEntry entry, string rowKey)
    {
        var row = new TableEntity(entry.Tenant.Value, rowKey)
        {
            [nameof(entry.At)] = entry.At,
            [nameof(entry.Action)] = Code<AccessAction>.Text(entry.Action),
            [nameof(entry.Status)] = entry.Status,
            [nameof(entry.CallerKind)] = Code<CallerKind>.Text(entry.CallerKind),
            [nameof(entry.CallerId)] = entry.CallerId,
        };
        AddText(nameof(entry.CallerName), entry.CallerName);
        AddText(nameof(entry.Address), entry.Address);
        AddText(nameof(entry.UserAgent), entry.UserAgent);
        AddText(nameof(entry.Target), entry.Target);
        AddText(nameof(entry.Details), entry.Details);
        return row;

        void AddText(string column, string? value)
        {
            if (value is not null)
            {
                row[column] = value;
            }
        }
    }

    /// <summary>Entries of a trail; more actions than a filter holds are not to be asked for.</summary>
    private static string FilterOf(string partitionKey, RowRange rows, IReadOnlyList<AccessAction> actions, string? callerId)
    {
        var parts = new List<string> { TableFilters.RowsOf(partitionKey, rows) };
        if (actions.Count > 0)
        {
            parts.Add($"({string.Join(" or ", actions.Select(action => TableClient.CreateQueryFilter($"Action eq {Code<AccessAction>.Text(action)}")))})");
        }

        if (callerId is not null)
        {
            parts.Add(TableClient.CreateQueryFilter($"CallerId eq {callerId}"));
        }

        return string.Join(" and ", parts);
    }

    private static AccessEntry Read(TableEntity row, TenantId tenant) => new()
    {
        Tenant = tenant,
        At = row.GetDateTimeOffset(nameof(AccessEntry.At))!.Value,
        Action = Code<AccessAction>.Parse(row.GetString(nameof(AccessEntry.Action))),
        Status = row.GetInt32(nameof(AccessEntry.Status))!.Value,
        CallerKind = Code<CallerKind>.Parse(row.GetString(nameof(AccessEntry.CallerKind))),
        CallerId = row.GetString(nameof(AccessEntry.CallerId)),
        CallerName = row.GetString(nameof(AccessEntry.CallerName)),
        Address = row.GetString(nameof(AccessEntry.Address)),
        UserAgent = row.GetString(nameof(AccessEntry.UserAgent)),
        Target = row.GetString(nameof(AccessEntry.Target)),
        Details = row.GetString(nameof(AccessEntry.Details)),
    };
}
