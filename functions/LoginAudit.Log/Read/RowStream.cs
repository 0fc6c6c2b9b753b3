using System.Buffers.Text;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;

namespace LoginAudit.Log.Read;

/// <summary>
/// The rows of one family in one partition, in either order, and between them steps without an event, so that the reader knows how
/// far a slow page has come. A table that is not there is an empty day.
/// </summary>
internal sealed class RowStream(TableClient table, string partition, string family, string conditions, Scan scan)
{
    /// <summary>A window of time that holds so few rows is followed by a longer one.</summary>
    private const int FewRows = TableLimits.PageRows / 4;

    public async IAsyncEnumerable<ScanStep> NewestFirst(
        long from, long to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (page, readAhead) in PagesAsync(RangeOf(from, to), scan.PageSize, cancellationToken))
        {
            foreach (var row in page.Values)
            {
                yield return StepOf(row);

                // Somebody took the first row: until then a day that waits for its turn holds one page, not two.
                readAhead();
            }

            if (page.ContinuationToken is { } token && NextRow(token) is { } next)
            {
                yield return new ScanStep(next, null);
            }
        }
    }

    /// <summary>
    /// Table Storage reads row keys upwards only, which is newest first here. So a window of time is read whole and turned round; one
    /// that does not fit a page is made as short as that page tells, and one that holds little is followed by a longer one.
    /// </summary>
    public async IAsyncEnumerable<ScanStep> OldestFirst(
        long from, long to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var at = scan.After is { } after ? Math.Max(from, after.Ticks) : from;
        var length = to - at;
        while (at < to)
        {
            var end = at + Math.Min(length, to - at);
            var (rows, more) = await ReadWindowAsync(at, end, cancellationToken);
            if (more is not null)
            {
                length = Shorter(end - at, rows, more, end);
                continue;
            }

            for (var i = rows.Count - 1; i >= 0; i--)
            {
                yield return StepOf(rows[i]);
            }

            yield return new ScanStep(new LogPosition(end - 1, LogPosition.BeforeEveryKey), null);
            length = rows.Count > FewRows ? length : Math.Min(to - from, length * 4);
            at = end;
        }
    }

    /// <summary>A window's first page, and the token of more; one of a single instant is read whole, since it cannot be made shorter.</summary>
    private async Task<(List<TableEntity> Rows, string? More)> ReadWindowAsync(long from, long to, CancellationToken cancellationToken)
    {
        var rows = new List<TableEntity>();
        await foreach (var (page, _) in PagesAsync(RangeOf(from, to), TableLimits.PageRows, cancellationToken))
        {
            rows.AddRange(page.Values);
            if (page.ContinuationToken is not null && to - from > 1)
            {
                return (rows, page.ContinuationToken);
            }
        }

        return (rows, null);
    }

    /// <summary>
    /// What came is the newest of the window. A full page: a window as dense as it is to fill half a page. One that was cut for its
    /// time: a window as long as that page has come.
    /// </summary>
    private long Shorter(long length, List<TableEntity> newest, string more, long end)
    {
        var estimate = newest.Count == TableLimits.PageRows ? (end - EventRows.IdOf(newest[^1]).Ticks) / 2
            : NextRow(more) is { } next ? end - next.Ticks
            : length / 8;
        return Math.Clamp(estimate, 1, Math.Max(1, length / 2));
    }

    private ScanStep StepOf(TableEntity row)
    {
        var id = EventRows.IdOf(row);
        return new ScanStep(new LogPosition(id.Ticks, id.Key.Value), EventRows.Read(row, scan.Tenant));
    }

    /// <summary>
    /// How far the service has come, from the token that it goes on with: partition and row in base64, each behind a version and a
    /// length. The format is not documented; a text that is not exactly one of our keys tells nothing.
    /// </summary>
    private LogPosition? NextRow(string token)
    {
        var row = token.AsSpan()[(token.LastIndexOf(' ') + 1)..];
        var text = row[(row.LastIndexOf('!') + 1)..].ToString().TrimEnd('-', '=').Replace('+', '-').Replace('/', '_');
        if (!Base64Url.IsValid(text))
        {
            return null;
        }

        var key = System.Text.Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text));
        return TableKeys.TryParseEventRow(family, key, out var start) ? start : null;
    }

    private RowRange RangeOf(long from, long to)
    {
        var range = TableKeys.Rows(family, from, to);
        if (scan.After is not { } after)
        {
            return range;
        }

        var place = TableKeys.EventRow(family, after.Ticks, after.Key);
        if (!scan.Descending)
        {
            return string.CompareOrdinal(place, range.End) < 0 ? range with { End = place } : range;
        }

        var behind = place + "!"; // sorts before whatever a key holds, and keys have a fixed width
        return string.CompareOrdinal(behind, range.First) > 0 ? range with { First = behind } : range;
    }

    /// <summary>Pages, each with what asks for the next one before it is wanted, for a scan that reads ahead.</summary>
    private async IAsyncEnumerable<(Page<TableEntity> Page, Action ReadAhead)> PagesAsync(
        RowRange range, int pageSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (string.CompareOrdinal(range.First, range.End) >= 0)
        {
            yield break;
        }

        var pages = table.PagesOrNoneAsync(TableFilters.Events(partition, range, conditions), pageSize, EventRows.SearchColumns, cancellationToken);
        await using var reader = pages.GetAsyncEnumerator(cancellationToken);
        Task<bool>? next = null;
        try
        {
            scan.Cost.AddRequest();
            while (await (next ?? reader.MoveNextAsync().AsTask()))
            {
                next = null;
                var page = reader.Current;
                scan.Cost.AddRows(page.Values.Count);
                yield return (page, () => next ??= scan.ReadsAhead ? reader.MoveNextAsync().AsTask() : null);
                if (page.ContinuationToken is not null)
                {
                    scan.Cost.AddRequest();
                }
            }
        }
        finally
        {
            // An iterator may be left only once it stands still.
            if (next is not null)
            {
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
