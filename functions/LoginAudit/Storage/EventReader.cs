using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using LoginAudit.Events;

namespace LoginAudit.Storage;

/// <summary>A place in a tenant's log: an instant, and a key within it. The same for all shards and row families.</summary>
/// <param name="Ticks">UTC ticks.</param>
/// <param name="Key">An <see cref="EventKey"/>, or a text that sorts before or after all of them.</param>
public readonly record struct LogPosition(long Ticks, string Key)
{
    /// <summary>Sorts after every <see cref="EventKey"/>: the end of an instant.</summary>
    public const string AfterEveryKey = "~";

    /// <summary>Sorts before every <see cref="EventKey"/>: the start of an instant.</summary>
    public const string BeforeEveryKey = "";
}

/// <summary>What is to be read: a period and conditions, in one of two orders, from a place on.</summary>
public sealed record Scan
{
    public required TenantId Tenant { get; init; }

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
    public int PageSize { get; init; } = Limits.PageRows;
}

/// <summary>One step of a scan: everything up to <see cref="Position"/> is read; <see cref="Event"/>, if any, matched there.</summary>
public readonly record struct ScanStep(LogPosition Position, LoginEvent? Event);

/// <summary>Reads the log in order, a day at a time, over all shards of a day.</summary>
public sealed class EventReader(StorageClients storage, DayIndex days)
{
    /// <summary>One event with its raw payload, or null.</summary>
    public async Task<LoginEvent?> FindAsync(TenantId tenant, EventId id, CancellationToken cancellationToken)
    {
        var day = UtcDay.Of(id.OccurredAt);
        if (await days.FindAsync(tenant, day, cancellationToken) is not { } shards)
        {
            return null;
        }

        var partition = Keys.EventsPartition(tenant, day, shards, Keys.Shard(id.ShardHash, shards));
        var row = Keys.EventRow(Keys.AllRows, id.Ticks, id.Key.Value);
        var found = await storage.EventsOf(day).GetEntityIfExistsAsync<TableEntity>(
            partition, row, cancellationToken: cancellationToken);
        return found.HasValue && found.Value!.GetString(EventRows.Id) == id.ToString()
            ? EventRows.Read(found.Value, tenant)
            : null;
    }

    /// <summary>
    /// Every event of the scan once, in order; between them steps without an event, where rows did not match or a day ended.
    /// </summary>
    public async IAsyncEnumerable<ScanStep> ScanAsync(Scan scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (scan.From >= scan.To)
        {
            yield break;
        }

        var families = Families(scan.Filter);
        var logDays = await days.ListAsync(
            scan.Tenant, UtcDay.Of(scan.From), UtcDay.Of(scan.To.AddTicks(-1)), cancellationToken);
        if (!scan.Descending)
        {
            logDays.Reverse();
        }

        foreach (var logDay in logDays)
        {
            var end = EndOf(logDay.Day, scan.Descending);
            if (scan.After is { } after && Compare(end, after, scan.Descending) <= 0)
            {
                continue;
            }

            await foreach (var e in MergeAsync(Streams(scan, logDay, families, cancellationToken), scan.Descending))
            {
                var position = new LogPosition(e.OccurredAt.UtcTicks, e.Key.Value);
                yield return new ScanStep(position, scan.Filter.Matches(e) ? e : null);
            }

            yield return new ScanStep(end, null);
        }
    }

    /// <summary>The row family that holds the fewest rows for these conditions: of users, else of addresses, else all rows.</summary>
    private static string[] Families(EventFilter filter)
    {
        if (!filter.User.Any.IsEmpty)
        {
            return [.. filter.User.Any.Distinct(StringComparer.Ordinal).Select(Keys.UserRows)];
        }

        return !filter.Ip.Any.IsEmpty && filter.Ip.Any.All(range => range.IsSingle)
            ? [.. filter.Ip.Any.Distinct().Select(range => Keys.IpRows(range.First))]
            : [Keys.AllRows];
    }

    private static LogPosition EndOf(UtcDay day, bool descending) => descending
        ? new LogPosition(day.Start.Ticks, LogPosition.AfterEveryKey)
        : new LogPosition(day.End.Ticks - 1, LogPosition.BeforeEveryKey);

    private static int Compare(LogPosition left, LogPosition right, bool descending)
    {
        var newestFirst = right.Ticks.CompareTo(left.Ticks);
        var order = newestFirst != 0 ? newestFirst : string.CompareOrdinal(left.Key, right.Key);
        return descending ? order : -order;
    }

    private List<IAsyncEnumerable<LoginEvent>> Streams(
        Scan scan, LogDay logDay, string[] families, CancellationToken cancellationToken)
    {
        var from = Math.Max(scan.From.UtcTicks, logDay.Day.Start.Ticks);
        var to = Math.Min(scan.To.UtcTicks, logDay.Day.End.Ticks);
        var streams = new List<IAsyncEnumerable<LoginEvent>>();
        for (var shard = 0; shard < logDay.Shards; shard++)
        {
            var partition = Keys.EventsPartition(scan.Tenant, logDay.Day, logDay.Shards, shard);
            foreach (var family in families)
            {
                var rows = new RowStream(storage.EventsOf(logDay.Day), partition, family, scan);
                streams.Add(scan.Descending ? rows.NewestFirst(from, to, cancellationToken) : rows.OldestFirst(from, to, cancellationToken));
            }
        }

        return streams;
    }

    private static async IAsyncEnumerable<LoginEvent> MergeAsync(List<IAsyncEnumerable<LoginEvent>> streams, bool descending)
    {
        var order = Comparer<LogPosition>.Create((left, right) => Compare(left, right, descending));
        var queue = new PriorityQueue<IAsyncEnumerator<LoginEvent>, LogPosition>(order);
        var readers = streams.ConvertAll(stream => stream.GetAsyncEnumerator());
        try
        {
            var started = await Task.WhenAll(readers.Select(reader => reader.MoveNextAsync().AsTask()));
            for (var i = 0; i < readers.Count; i++)
            {
                Enqueue(readers[i], started[i]);
            }

            LogPosition? last = null;
            while (queue.TryDequeue(out var reader, out var position))
            {
                // An event stands in more than one family when both of its ids, or its address, were asked for.
                if (position != last)
                {
                    last = position;
                    yield return reader.Current;
                }

                Enqueue(reader, await reader.MoveNextAsync());
            }
        }
        finally
        {
            foreach (var reader in readers)
            {
                await reader.DisposeAsync();
            }
        }

        void Enqueue(IAsyncEnumerator<LoginEvent> reader, bool hasRow)
        {
            if (hasRow)
            {
                queue.Enqueue(reader, new LogPosition(reader.Current.OccurredAt.UtcTicks, reader.Current.Key.Value));
            }
        }
    }
}
