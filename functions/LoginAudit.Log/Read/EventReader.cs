using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using LoginAudit.Log.Days;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;

namespace LoginAudit.Log.Read;

/// <summary>Reads the log in order: days side by side, and in each day all of its shards.</summary>
public sealed class EventReader(TableAccounts accounts, DayIndex days)
{
    /// <summary>The most queries that run at once for one scan.</summary>
    private const int MaxStreams = 64;

    /// <summary>Queries of users and addresses find little in a day, so they start with several days.</summary>
    private const int FirstDaysOfFewRows = 4;

    /// <summary>One event with its raw payload, or null.</summary>
    public async Task<LoginEvent?> FindAsync(TenantId tenant, EventId id, CancellationToken cancellationToken)
    {
        var day = UtcDay.Of(id.OccurredAt);
        if (await days.FindAsync(tenant, day, cancellationToken) is not { } shards)
        {
            return null;
        }

        var partition = TableKeys.EventsPartition(tenant, day, shards, TableKeys.Shard(id.ShardHash, shards));
        var row = TableKeys.EventRow(TableKeys.AllRows, id.Ticks, id.Key.Value);
        var found = await accounts.Of(tenant).EventsOf(day).GetEntityIfExistsAsync<TableEntity>(
            partition, row, cancellationToken: cancellationToken);
        return found.HasValue && found.Value!.GetString(EventRows.Id) == id.ToString()
            ? EventRows.Read(found.Value, tenant)
            : null;
    }

    /// <summary>
    /// Every event of the scan once, in order; between them steps without an event, where rows did not match, a page came back
    /// with little, or a day ended.
    /// </summary>
    public async IAsyncEnumerable<ScanStep> ScanAsync(Scan scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (scan.From >= scan.To)
        {
            yield break;
        }

        var plan = ScanPlan.Of(scan.Filter);
        var started = new Queue<DayRead>();
        var atOnce = plan.Family == RowFamily.Period ? 1 : Math.Min(FirstDaysOfFewRows, scan.DaysAtOnce);
        try
        {
            await using var next = DaysAsync(scan, cancellationToken).GetAsyncEnumerator(cancellationToken);
            var hasMore = true;
            while (true)
            {
                while (hasMore && (started.Count == 0 || (started.Count < atOnce && started.Sum(day => day.Streams) < MaxStreams)))
                {
                    hasMore = await next.MoveNextAsync();
                    if (hasMore)
                    {
                        started.Enqueue(Start(scan, plan, next.Current, cancellationToken));
                    }
                }

                if (!started.TryPeek(out var day))
                {
                    yield break;
                }

                while (await day.MoveNextAsync())
                {
                    var step = day.Current;
                    yield return step.Event is { } e && !scan.Filter.Matches(e) ? step with { Event = null } : step;
                }

                yield return new ScanStep(EndOf(day.Day, scan.Descending), null);
                await started.Dequeue().DisposeAsync();
                atOnce = Math.Min(scan.DaysAtOnce, atOnce * 2);
            }
        }
        finally
        {
            foreach (var day in started)
            {
                await day.DisposeAsync();
            }
        }
    }

    /// <summary>
    /// The days that hold anything, in the order of the scan. The first is read without asking for the others where this process has
    /// met it: as a rule that day fills the page.
    /// </summary>
    private async IAsyncEnumerable<LogDay> DaysAsync(Scan scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (first, last) = (UtcDay.Of(scan.From), UtcDay.Of(scan.To.AddTicks(-1)));
        if (scan.After is { } after)
        {
            var reached = UtcDay.Of(new DateTimeOffset(after.Ticks, TimeSpan.Zero));
            var isRead = Compare(EndOf(reached, scan.Descending), after, scan.Descending) <= 0;
            var from = isRead ? reached.AddDays(scan.Descending ? -1 : 1) : reached;
            (first, last) = scan.Descending
                ? (first, from < last ? from : last)
                : (from > first ? from : first, last);
        }

        if (last < first)
        {
            yield break;
        }

        var start = scan.Descending ? last : first;
        if (days.FindKnown(scan.Tenant, scan.TenantCreatedAt, start) is { } shards)
        {
            yield return new LogDay(start, shards);
            (first, last) = scan.Descending ? (first, last.AddDays(-1)) : (first.AddDays(1), last);
        }

        if (last < first)
        {
            yield break;
        }

        scan.Cost.AddRequest();
        var listed = await days.ListAsync(scan.Tenant, scan.TenantCreatedAt, first, last, cancellationToken);
        if (!scan.Descending)
        {
            listed.Reverse();
        }

        foreach (var day in listed)
        {
            yield return day;
        }
    }

    private DayRead Start(Scan scan, ScanPlan plan, LogDay logDay, CancellationToken cancellationToken)
    {
        scan.Cost.AddDay();
        var from = Math.Max(scan.From.UtcTicks, logDay.Day.Start.Ticks);
        var to = Math.Min(scan.To.UtcTicks, logDay.Day.End.Ticks);
        var streams = new List<Func<CancellationToken, IAsyncEnumerable<ScanStep>>>();
        for (var shard = 0; shard < logDay.Shards; shard++)
        {
            var partition = TableKeys.EventsPartition(scan.Tenant, logDay.Day, logDay.Shards, shard);
            foreach (var prefix in plan.Prefixes)
            {
                var rows = new RowStream(accounts.Of(scan.Tenant).EventsOf(logDay.Day), partition, prefix, plan.StorageFilter, scan);
                streams.Add(token => scan.Descending ? rows.NewestFirst(from, to, token) : rows.OldestFirst(from, to, token));
            }
        }

        return new DayRead(logDay.Day, streams, (left, right) => Compare(left, right, scan.Descending), cancellationToken);
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
}
