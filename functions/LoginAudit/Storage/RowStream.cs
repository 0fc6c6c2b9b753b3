using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using LoginAudit.Events;

namespace LoginAudit.Storage;

/// <summary>The rows of one family in one partition, in either order. A table that is not there is an empty day.</summary>
internal sealed class RowStream(TableClient table, string partition, string family, Scan scan)
{
    public async IAsyncEnumerable<LoginEvent> NewestFirst(
        long from, long to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in PagesAsync(RangeOf(from, to), scan.PageSize, cancellationToken))
        {
            foreach (var row in page.Values)
            {
                yield return EventRows.Read(row, scan.Tenant);
            }
        }
    }

    /// <summary>
    /// Table Storage reads row keys upwards only, which is newest first here. So a window of time is read whole and turned
    /// round; one that does not fit a page is halved until it does, and the halves are taken in order.
    /// </summary>
    public async IAsyncEnumerable<LoginEvent> OldestFirst(
        long from, long to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var windows = new Stack<(long From, long To)>();
        windows.Push((scan.After is { } after ? Math.Max(from, after.Ticks) : from, to));
        while (windows.TryPop(out var window))
        {
            var rows = new List<TableEntity>();
            var fits = true;
            await foreach (var page in PagesAsync(RangeOf(window.From, window.To), Limits.PageRows, cancellationToken))
            {
                rows.AddRange(page.Values);
                fits = page.ContinuationToken is null || window.To - window.From == 1;
                if (!fits)
                {
                    break;
                }
            }

            if (!fits)
            {
                var middle = window.From + ((window.To - window.From) / 2);
                windows.Push((middle, window.To));
                windows.Push((window.From, middle));
                continue;
            }

            for (var i = rows.Count - 1; i >= 0; i--)
            {
                yield return EventRows.Read(rows[i], scan.Tenant);
            }
        }
    }

    private RowRange RangeOf(long from, long to)
    {
        var range = Keys.Rows(family, from, to);
        if (scan.After is not { } after)
        {
            return range;
        }

        var place = Keys.EventRow(family, after.Ticks, after.Key);
        if (!scan.Descending)
        {
            return string.CompareOrdinal(place, range.End) < 0 ? range with { End = place } : range;
        }

        var behind = place + "!"; // sorts before whatever a key holds, and keys have a fixed width
        return string.CompareOrdinal(behind, range.First) > 0 ? range with { First = behind } : range;
    }

    private IAsyncEnumerable<Page<TableEntity>> PagesAsync(RowRange range, int pageSize, CancellationToken cancellationToken) =>
        table.PagesOrNoneAsync(Filters.Events(partition, range, scan.Filter), pageSize, EventRows.SearchColumns, cancellationToken);
}
