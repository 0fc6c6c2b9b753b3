using LoginAudit.Log.Events;

namespace LoginAudit.Log.Read;

/// <summary>A day that is being read: its first rows are asked for at once, and wait until it is their turn.</summary>
internal sealed class DayRead : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly IAsyncEnumerator<ScanStep> _steps;
    private Task<bool>? _first;

    /// <param name="day">Which.</param>
    /// <param name="streams">One for each shard and row family.</param>
    /// <param name="compare">The order of the scan.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public DayRead(
        UtcDay day,
        List<Func<CancellationToken, IAsyncEnumerable<ScanStep>>> streams,
        Comparison<LogPosition> compare,
        CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Day = day;
        Streams = streams.Count;
        _steps = MergeAsync(streams.ConvertAll(open => open(_stop.Token)), compare).GetAsyncEnumerator(_stop.Token);
        _first = _steps.MoveNextAsync().AsTask();
    }

    public UtcDay Day { get; }

    /// <summary>How many queries it runs.</summary>
    public int Streams { get; }

    public ScanStep Current => _steps.Current;

    public Task<bool> MoveNextAsync()
    {
        var first = _first;
        _first = null;
        return first ?? _steps.MoveNextAsync().AsTask();
    }

    /// <summary>Gives up what is still asked for; an iterator may be left only once it stands still.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_first is not null)
        {
            await ((Task)_first).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _steps.DisposeAsync();
        _stop.Dispose();
    }

    private static async IAsyncEnumerable<ScanStep> MergeAsync(List<IAsyncEnumerable<ScanStep>> streams, Comparison<LogPosition> compare)
    {
        var queue = new PriorityQueue<IAsyncEnumerator<ScanStep>, LogPosition>(Comparer<LogPosition>.Create(compare));
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

        void Enqueue(IAsyncEnumerator<ScanStep> reader, bool hasStep)
        {
            if (hasStep)
            {
                queue.Enqueue(reader, reader.Current.Position);
            }
        }
    }
}
