using LoginAudit.Http;
using LoginAudit.Log.Days;
using LoginAudit.Log.Events;
using LoginAudit.Log.Read;
using LoginAudit.Telemetry;
using Microsoft.Extensions.Options;

namespace LoginAudit.Search;

/// <summary>Searches the log, a page at a time, under a time budget.</summary>
public sealed class EventSearch(
    EventReader reader, IOptions<SearchOptions> options, IOptions<RetentionOptions> retention, AuditMeter meter, TimeProvider time)
{
    public async Task<SearchPage> SearchAsync(SearchQuery query, CancellationToken cancellationToken)
    {
        using var span = AuditMeter.Traces.StartActivity("search");
        var startedAt = time.GetTimestamp();
        var scan = ScanOf(query);
        var (events, reached) = await ReadAsync(scan, query.Limit, cancellationToken);
        meter.Searched(
            Code<RowFamily>.Text(ScanPlan.Of(scan.Filter).Family), reached is null, time.GetElapsedTime(startedAt), scan.Cost.Requests, scan.Cost.Rows);
        var cursor = reached is not { } position ? null : new PageCursor(query.From, query.To, position)
            .Encode(SearchQuery.BoundTo(query.Tenant, query.Filter, query.Descending));
        var through = reached is { } place ? new DateTimeOffset(place.Ticks, TimeSpan.Zero)
            : query.Descending ? query.From
            : query.To;
        return new SearchPage(events, cursor, through, Complete: reached is null, query.Explain ? Explain(scan, startedAt) : null);
    }

    /// <summary>One event with its raw payload, or null where there is none, or it is past retention.</summary>
    public async Task<LoginEvent?> FindAsync(TenantId tenant, EventId id, CancellationToken cancellationToken) =>
        id.OccurredAt < OldestKept() ? null : await reader.FindAsync(tenant, id, cancellationToken);

    /// <summary>What an export reads: the same scan, whole.</summary>
    public Scan ScanOf(SearchQuery query) => new()
    {
        Tenant = query.Tenant,
        TenantCreatedAt = query.TenantCreatedAt,
        From = query.From > OldestKept() ? query.From : OldestKept(),
        To = query.To,
        Filter = query.Filter,
        Descending = query.Descending,
        After = query.After,
        PageSize = query.Filter.HasExclusionsOrWords ? SearchQuery.MaxLimit : query.Limit,
    };

    /// <summary>What is older is gone, whether its table has been dropped yet or not.</summary>
    public DateTimeOffset OldestKept() => time.GetUtcNow() - TimeSpan.FromDays(retention.Value.Days);

    /// <summary>The events of a page, and where it ended; null: all of the scan is read.</summary>
    private async Task<(List<LoginEvent> Events, LogPosition? Reached)> ReadAsync(Scan scan, int limit, CancellationToken cancellationToken)
    {
        var events = new List<LoginEvent>(Math.Min(limit, SearchQuery.MaxLimit));
        LogPosition? reached = null;
        var deadline = time.GetUtcNow() + options.Value.Budget;
        using var budget = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, cancellationToken);
        try
        {
            await foreach (var step in reader.ScanAsync(scan, linked.Token))
            {
                if (step.Position == scan.After)
                {
                    continue;
                }

                if (reached is null)
                {
                    // Only now, so that every page comes further than the one before, however slow storage is.
                    budget.CancelAfter(Max(deadline - time.GetUtcNow(), TimeSpan.Zero));
                }

                reached = step.Position;
                if (step.Event is not null)
                {
                    events.Add(step.Event);
                }

                if (events.Count == limit || budget.IsCancellationRequested)
                {
                    return (events, reached);
                }
            }
        }
        catch (OperationCanceledException) when (reached is not null && !cancellationToken.IsCancellationRequested)
        {
            return (events, reached);
        }

        return (events, null);
    }

    private SearchExplanation Explain(Scan scan, long startedAt)
    {
        var plan = ScanPlan.Of(scan.Filter);
        return new SearchExplanation(
            Code<RowFamily>.Text(plan.Family), plan.Prefixes.Count, plan.StorageFilter.Length == 0 ? null : plan.StorageFilter, plan.LeftToReader,
            scan.Cost.Days, scan.Cost.Requests, scan.Cost.Rows, Math.Round(time.GetElapsedTime(startedAt).TotalMilliseconds, 1));
    }

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
