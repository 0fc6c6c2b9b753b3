using LoginAudit.Events;
using LoginAudit.Http;
using LoginAudit.Retention;
using LoginAudit.Storage;
using Microsoft.Extensions.Options;

namespace LoginAudit.Search;

/// <summary>Searches the log, a page at a time, under a time budget.</summary>
public sealed class EventSearch(
    EventReader reader, IOptions<SearchOptions> options, IOptions<RetentionOptions> retention, TimeProvider time)
{
    public async Task<SearchPage> SearchAsync(SearchQuery query, CancellationToken cancellationToken)
    {
        var events = new List<LoginEvent>(query.Limit);
        LogPosition? reached = null;
        var deadline = time.GetUtcNow() + options.Value.Budget;
        using var budget = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, cancellationToken);
        try
        {
            await foreach (var step in reader.ScanAsync(ScanOf(query), linked.Token))
            {
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

                if (events.Count == query.Limit || budget.IsCancellationRequested)
                {
                    return PageUpTo(step.Position);
                }
            }
        }
        catch (OperationCanceledException) when (reached is not null && !cancellationToken.IsCancellationRequested)
        {
            return PageUpTo(reached.Value);
        }

        return new SearchPage(events, null, query.Descending ? query.From : query.To, Complete: true);

        SearchPage PageUpTo(LogPosition position)
        {
            var cursor = new PageCursor(query.From, query.To, position)
                .Encode(SearchQuery.BoundTo(query.Tenant, query.Filter, query.Descending));
            return new SearchPage(events, cursor, new DateTimeOffset(position.Ticks, TimeSpan.Zero), Complete: false);
        }
    }

    /// <summary>One event with its raw payload, or null where there is none, or it is past retention.</summary>
    public async Task<LoginEvent?> FindAsync(TenantId tenant, EventId id, CancellationToken cancellationToken) =>
        id.OccurredAt < OldestKept() ? null : await reader.FindAsync(tenant, id, cancellationToken);

    /// <summary>What an export reads: the same scan, whole.</summary>
    public Scan ScanOf(SearchQuery query) => new()
    {
        Tenant = query.Tenant,
        From = query.From > OldestKept() ? query.From : OldestKept(),
        To = query.To,
        Filter = query.Filter,
        Descending = query.Descending,
        After = query.After,
        PageSize = query.Filter.HasExclusionsOrWords ? SearchQuery.MaxLimit : query.Limit,
    };

    /// <summary>What is older is gone, whether its table has been dropped yet or not.</summary>
    private DateTimeOffset OldestKept() => time.GetUtcNow() - TimeSpan.FromDays(retention.Value.Days);

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
