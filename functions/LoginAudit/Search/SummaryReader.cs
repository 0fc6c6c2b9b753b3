using System.Globalization;
using LoginAudit.Auth;
using LoginAudit.Log.Events;
using LoginAudit.Log.Read;
using Microsoft.Extensions.Options;

namespace LoginAudit.Search;

/// <summary>
/// Sums up a period. Days that are over are counted once and remembered; today, and days that lie in the period in part, are read
/// each time. It works newest first under the budget of a search, and what it has counted of a long day is kept for the next call.
/// </summary>
public sealed class SummaryReader(
    EventReader reader, EventSearch search, DayCounts days, IOptions<SearchOptions> options, TimeProvider time)
{
    internal async Task<Summary> ReadAsync(Tenant tenant, SummaryQuery query, CancellationToken cancellationToken)
    {
        var from = query.From > search.OldestKept() ? query.From : search.OldestKept();
        var total = new EventCounts();
        var countedFrom = query.From;
        if (from < query.To)
        {
            var deadline = time.GetUtcNow() + options.Value.Budget;
            foreach (var day in await days.ListAsync(tenant.Id, UtcDay.Of(from), UtcDay.Of(query.To.AddTicks(-1)), cancellationToken))
            {
                var (counts, reached) = await CountAsync(tenant, day, from, query.To, deadline, cancellationToken);
                total.Add(counts);
                if (reached is { } position)
                {
                    countedFrom = new DateTimeOffset(position.Ticks, TimeSpan.Zero);
                    break;
                }
            }
        }

        return ToSummary(query, total, countedFrom);
    }

    /// <summary>What happened in the part of a day that lies in the period, and where time ran out; null: it did not.</summary>
    private async Task<(EventCounts Counts, LogPosition? Reached)> CountAsync(
        Tenant tenant, CountedDay counted, DateTimeOffset from, DateTimeOffset to, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        var day = counted.Day.Day;
        var isRemembered = from <= day.Start && to >= day.End && days.IsOver(day);
        if (isRemembered && counted is { Counts: { } all, Through: null })
        {
            return (all, null);
        }

        var counts = isRemembered ? counted.Counts ?? new EventCounts() : new EventCounts();
        var scan = new Scan
        {
            Tenant = tenant.Id,
            TenantCreatedAt = tenant.CreatedAt,
            From = from > day.Start ? from : day.Start,
            To = to < day.End ? to : day.End,
            After = isRemembered ? counted.Through : null,
            ReadsAhead = true,
        };
        var reached = await CountAsync(scan, counts, deadline, cancellationToken);
        if (isRemembered)
        {
            await days.SaveAsync(tenant.Id, counted, counts, reached, cancellationToken);
        }

        return (counts, reached);
    }

    private async Task<LogPosition?> CountAsync(Scan scan, EventCounts counts, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        const int stepsBetweenClockReads = 500;
        var steps = 0;
        await foreach (var step in reader.ScanAsync(scan, cancellationToken))
        {
            if (step.Event is { } e)
            {
                counts.Add(e);
            }

            // Every call counts something, so that one of them comes to the end.
            if (++steps % stepsBetweenClockReads == 0 && time.GetUtcNow() >= deadline)
            {
                return step.Position;
            }
        }

        return null;
    }

    private static Summary ToSummary(SummaryQuery query, EventCounts counts, DateTimeOffset countedFrom) => new(
        query.From,
        query.To,
        query.Zone.Id,
        query.ByHour ? "hour" : "day",
        countedFrom == query.From,
        countedFrom,
        counts.Quarters.Values.Aggregate(default(ResultCounts), (sum, quarter) => sum.Plus(quarter)),
        [.. Buckets(query, counts)],
        [.. counts.Reasons.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(query.Top).Select(pair => new ReasonCount(pair.Key, pair.Value))],
        [.. counts.TopUsers(query.Top).Select(pair => new UserCount(pair.Key, pair.Value))],
        [.. counts.TopAddresses(query.Top).Select(pair => new AddressCount(EventCounts.ToAddress(pair.Key).ToString(), pair.Value.Users.Count, pair.Value.Failures))]);

    /// <summary>
    /// Quarters of an hour, put into the local hours or days that they lie in. An hour that comes twice, when the clock is set back, is
    /// two; a day may have 23 or 25.
    /// </summary>
    private static IEnumerable<SummaryBucket> Buckets(SummaryQuery query, EventCounts counts)
    {
        var at = LocalTime.StartOf(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(query.From, query.Zone).DateTime), query.Zone).ToUniversalTime();
        (DateTime Local, TimeSpan Offset)? bucket = null;
        var start = at;
        var sum = default(ResultCounts);
        for (; at < query.To; at += LocalTime.Quarter)
        {
            var local = TimeZoneInfo.ConvertTime(at, query.Zone);
            var here = query.ByHour ? (local.Date.AddHours(local.Hour), local.Offset) : (local.Date, TimeSpan.Zero);
            if (bucket != here)
            {
                if (bucket is not null && at > query.From)
                {
                    yield return Bucket();
                }

                (bucket, start, sum) = (here, at, default);
            }

            sum = sum.Plus(counts.Quarters.GetValueOrDefault(at.UtcTicks));
        }

        yield return Bucket();

        SummaryBucket Bucket() => new(
            TimeZoneInfo.ConvertTime(start, query.Zone).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
            sum.Success, sum.Failure, sum.Interrupted);
    }
}
