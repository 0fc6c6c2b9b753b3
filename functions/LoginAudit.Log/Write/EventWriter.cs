using System.Collections.Concurrent;
using Azure;
using Azure.Data.Tables;
using LoginAudit.Log.Days;
using LoginAudit.Log.Events;
using LoginAudit.Log.Read;
using LoginAudit.Log.Tables;

namespace LoginAudit.Log.Write;

/// <summary>How many events of a write are new, and how many were there before.</summary>
public readonly record struct WriteCounts(int Accepted, int Duplicates);

/// <summary>
/// Appends events, each with all of its rows in one entity group transaction. Rows are only ever inserted: a batch that is
/// sent again conflicts with its own rows, and then, and only then, the writer reads which of its events are there.
/// </summary>
public sealed class EventWriter(TableAccounts accounts, DayIndex days, DayCounts counts)
{
    private const int ParallelTransactions = 8;
    private const int ParallelReads = 16;

    /// <summary>Stores the events of one tenant; returns when every one of them is stored.</summary>
    /// <param name="tenant">Whose events they are.</param>
    /// <param name="events">In any order; one that is twice in it is stored once.</param>
    /// <param name="mayComplete">A fuller version of an event takes the place of the one that is there, and counts as accepted.</param>
    /// <param name="cancellationToken">Gives up; some events may be stored.</param>
    /// <exception cref="RequestFailedException">Storage failed; some events may be stored, and a retry counts those as duplicates.</exception>
    public async Task<WriteCounts> WriteAsync(
        TenantLog tenant, IReadOnlyCollection<LoginEvent> events, bool mayComplete, CancellationToken cancellationToken)
    {
        var eventsByDay = Distinct(events, mayComplete).GroupBy(e => UtcDay.Of(e.Event.OccurredAt)).ToList();
        var partitions = new List<(TableClient Table, IEnumerable<Entry> Entries)>();
        foreach (var dayEvents in eventsByDay)
        {
            var shards = await days.OpenDayAsync(tenant, dayEvents.Key, cancellationToken);
            var table = accounts.Of(tenant.Id).EventsOf(dayEvents.Key);
            foreach (var shardEvents in dayEvents.GroupBy(e => TableKeys.Shard(e.Id.ShardHash, shards)))
            {
                var partition = TableKeys.EventsPartition(tenant.Id, dayEvents.Key, shards, shardEvents.Key);
                var entries = shardEvents.Select(e => new Entry(EventRows.Write(e.Event, e.Id, partition), e.Event));
                partitions.Add((table, entries));
            }
        }

        // Rows are made when the turn of their transaction comes: while others are on their way, and not all at once. Asynchronous, since
        // those that wait for their turn would otherwise spin.
        var accepted = 0;
        await Parallel.ForEachAsync(
            partitions.SelectMany(partition => Pack(partition.Entries).Select(packed => (partition.Table, Entries: packed))).ToAsyncEnumerable(),
            new ParallelOptions { MaxDegreeOfParallelism = ParallelTransactions, CancellationToken = cancellationToken },
            async (transaction, token) =>
                Interlocked.Add(ref accepted, await InsertAsync(transaction.Table, transaction.Entries, mayComplete, token)));

        // Also for duplicates: the call that stored them may have ended before it came here.
        await Parallel.ForEachAsync(
            eventsByDay.Select(dayEvents => dayEvents.Key),
            new ParallelOptions { MaxDegreeOfParallelism = ParallelTransactions, CancellationToken = cancellationToken },
            async (day, token) => await counts.MarkLateAsync(tenant.Id, day, token));

        return new WriteCounts(accepted, events.Count - accepted);
    }

    /// <summary>Each event once, with its id, which is a hash and made here only.</summary>
    private static IEnumerable<Identified> Distinct(IEnumerable<LoginEvent> events, bool mayComplete)
    {
        var identified = events.Select(e => new Identified(e, e.Id));
        return mayComplete
            ? identified.GroupBy(e => e.Id).Select(versions => Fullest([.. versions]))
            : identified.DistinctBy(e => e.Id);
    }

    private static Identified Fullest(Identified[] versions) => versions.Length == 1
        ? versions[0]
        : versions.MaxBy(e => EventRows.GivenFields(EventRows.Write(e.Event, e.Id, "")[0]));

    /// <summary>Whole events into as few transactions as the service's limits allow, in order.</summary>
    private static IEnumerable<List<Entry>> Pack(IEnumerable<Entry> entries)
    {
        var packed = new List<Entry>();
        var rows = 0;
        var bytes = 0;
        foreach (var entry in entries)
        {
            var size = EventRows.SizeInTransaction(entry.Rows);
            if (packed.Count > 0 && (rows + entry.Rows.Count > TableLimits.TransactionRows || bytes + size > TableLimits.TransactionBytes))
            {
                yield return packed;
                packed = [];
                rows = 0;
                bytes = 0;
            }

            packed.Add(entry);
            rows += entry.Rows.Count;
            bytes += size;
        }

        if (packed.Count > 0)
        {
            yield return packed;
        }
    }

    /// <returns>How many of the events this call stored.</returns>
    private static async Task<int> InsertAsync(
        TableClient table, List<Entry> entries, bool mayComplete, CancellationToken cancellationToken)
    {
        var accepted = 0;
        while (entries.Count > 0)
        {
            try
            {
                var actions = entries.SelectMany(entry => entry.Rows)
                    .Select(row => new TableTransactionAction(TableTransactionActionType.Add, row));
                await table.WithTableAsync(
                    () => table.SubmitTransactionAsync(actions, cancellationToken), cancellationToken);
                return accepted + entries.Count;
            }
            catch (RequestFailedException e) when (e.IsAlreadyExists())
            {
                var stored = await ReadStoredAsync(table, entries, cancellationToken);
                if (stored.IsEmpty)
                {
                    // Every row of an event is in one transaction, so a conflict means that a whole event is there.
                    throw new InvalidOperationException("A row conflicts, but none of the transaction's events is stored.", e);
                }

                // Stored by this very call, if an answer was lost and the SDK sent the transaction again.
                accepted += stored.Count(pair => pair.Value == pair.Key.Event.ReceivedAt);
                foreach (var entry in mayComplete ? stored.Keys : [])
                {
                    accepted += await EventCompletion.TryAsync(table, entry.Rows[0].PartitionKey, entry.Event, cancellationToken) ? 1 : 0;
                }

                entries = entries.Where(entry => !stored.ContainsKey(entry)).ToList();
            }
        }

        return accepted;
    }

    private static async Task<ConcurrentDictionary<Entry, DateTimeOffset>> ReadStoredAsync(
        TableClient table, List<Entry> entries, CancellationToken cancellationToken)
    {
        var stored = new ConcurrentDictionary<Entry, DateTimeOffset>();
        await Parallel.ForEachAsync(
            entries,
            new ParallelOptions { MaxDegreeOfParallelism = ParallelReads, CancellationToken = cancellationToken },
            async (entry, token) =>
            {
                var found = await table.GetEntityIfExistsAsync<TableEntity>(
                    entry.Rows[0].PartitionKey, entry.Rows[0].RowKey, [EventRows.ReceivedAt], token);
                if (found.HasValue)
                {
                    stored[entry] = found.Value!.GetDateTimeOffset(EventRows.ReceivedAt)!.Value;
                }
            });
        return stored;
    }

    private readonly record struct Identified(LoginEvent Event, EventId Id);

    private sealed class Entry(List<TableEntity> rows, LoginEvent e)
    {
        public List<TableEntity> Rows => rows;

        public LoginEvent Event => e;
    }
}
