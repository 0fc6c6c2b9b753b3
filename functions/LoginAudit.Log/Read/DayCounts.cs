using System.IO.Compression;
using Azure;
using Azure.Data.Tables;
using LoginAudit.Log.Days;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;

namespace LoginAudit.Log.Read;

/// <summary>A day of a tenant, and what was counted of it.</summary>
/// <param name="Day">Which, and its shards.</param>
/// <param name="Counts">What was counted; null: nothing, or it is stale.</param>
/// <param name="Through">How far it was counted, newest first; null with counts: all of it.</param>
/// <param name="ETag">Of the day's row; it changes when an event comes late.</param>
internal readonly record struct CountedDay(LogDay Day, EventCounts? Counts, LogPosition? Through, ETag ETag);

/// <summary>
/// What was counted of days that are over, in columns of their <c>LoginDays</c> rows. A late event makes them stale: the writer marks
/// the day after it has stored the event, and counts are saved only if the row is as it was before they were made.
/// </summary>
public sealed class DayCounts(TableAccounts accounts, TimeProvider time)
{
    private const string State = "CountState";
    private const string Stale = "stale";
    private const string Through = "CountedThrough";
    private const string ThroughKey = "CountedThroughKey";
    private const string Part = "Counts";
    private const int Parts = 4;
    private const byte Version = 1;

    /// <summary>A day is over so long after its end: events that are a little late need no mark.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    /// <summary>By so much the clocks of two instances may differ, with the time that a write takes.</summary>
    private static readonly TimeSpan ClockMargin = TimeSpan.FromMinutes(10);

    public bool IsOver(UtcDay day) => time.GetUtcNow() >= day.End + Grace;

    /// <summary>Events were stored in a day: if it may have been counted, that does not hold any more.</summary>
    public async Task MarkLateAsync(TenantId tenant, UtcDay day, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() < day.End + Grace - ClockMargin)
        {
            return;
        }

        try
        {
            var mark = new TableEntity(tenant.Value, TableKeys.LoginDayRow(day)) { [State] = Stale };
            await accounts.Of(tenant).LoginDays.UpdateEntityAsync(mark, ETag.All, TableUpdateMode.Merge, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // The day was dropped meanwhile.
        }
    }

    /// <summary>The days of [<paramref name="first"/>, <paramref name="last"/>] that hold events, newest first, with their counts.</summary>
    internal async Task<List<CountedDay>> ListAsync(TenantId tenant, UtcDay first, UtcDay last, CancellationToken cancellationToken)
    {
        var days = new List<CountedDay>();
        await foreach (var row in accounts.Of(tenant).LoginDays.QueryAsync<TableEntity>(
            TableFilters.RowsOf(tenant.Value, TableKeys.LoginDayRows(first, last)), TableLimits.PageRows, cancellationToken: cancellationToken))
        {
            days.Add(Read(row));
        }

        return days;
    }

    /// <summary>Saves what was counted, unless an event came late meanwhile, or another instance has counted more.</summary>
    /// <param name="tenant">Whose day.</param>
    /// <param name="day">As it was read before counting.</param>
    /// <param name="counts">Trimmed here.</param>
    /// <param name="through">How far; null: all of it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async Task SaveAsync(
        TenantId tenant, CountedDay day, EventCounts counts, LogPosition? through, CancellationToken cancellationToken)
    {
        var row = new TableEntity(tenant.Value, TableKeys.LoginDayRow(day.Day.Day))
        {
            [State] = through is null ? "complete" : "partial",
            [Through] = through?.Ticks ?? 0,
            [ThroughKey] = through?.Key ?? "",
        };
        var packed = Pack(counts);
        for (var part = 0; part < Parts; part++)
        {
            row[Part + part] = packed.Skip(part * TableLimits.PropertyBytes).Take(TableLimits.PropertyBytes).ToArray();
        }

        try
        {
            await accounts.Of(tenant).LoginDays.UpdateEntityAsync(row, day.ETag, TableUpdateMode.Merge, cancellationToken);
        }
        catch (RequestFailedException e) when (e.IsLostRace())
        {
            // It is counted again when somebody asks.
        }
    }

    private static CountedDay Read(TableEntity row)
    {
        var day = new LogDay(TableKeys.ParseLoginDayRow(row.RowKey), row.GetInt32(DayIndex.Shards)!.Value);
        var bytes = Enumerable.Range(0, Parts).SelectMany(part => row.GetBinary(Part + part) ?? []).ToArray();
        if (row.GetString(State) is not { } state || state == Stale || Unpack(bytes) is not { } counts)
        {
            return new CountedDay(day, null, null, row.ETag);
        }

        LogPosition? through = state == "partial" ? new LogPosition(row.GetInt64(Through)!.Value, row.GetString(ThroughKey)) : null;
        return new CountedDay(day, counts, through, row.ETag);
    }

    /// <summary>As many users and addresses as fit the columns; as a rule all that are kept.</summary>
    private static byte[] Pack(EventCounts counts)
    {
        for (var kept = EventCounts.Kept; ; kept /= 2)
        {
            counts.Trim(kept);
            using var packed = new MemoryStream();
            using (var brotli = new BrotliStream(packed, CompressionLevel.Optimal))
            using (var writer = new BinaryWriter(brotli))
            {
                Write(writer, counts);
            }

            if (packed.ToArray() is { Length: <= Parts * TableLimits.PropertyBytes } bytes)
            {
                return bytes;
            }
        }
    }

    private static void Write(BinaryWriter writer, EventCounts counts)
    {
        writer.Write(Version);
        writer.Write7BitEncodedInt(counts.Quarters.Count);
        foreach (var (quarter, results) in counts.Quarters)
        {
            writer.Write(quarter);
            writer.Write7BitEncodedInt64(results.Success);
            writer.Write7BitEncodedInt64(results.Failure);
            writer.Write7BitEncodedInt64(results.Interrupted);
        }

        writer.Write7BitEncodedInt(counts.Reasons.Count);
        foreach (var (reason, count) in counts.Reasons)
        {
            writer.Write(Code<Reason>.Text(reason));
            writer.Write7BitEncodedInt64(count);
        }

        writer.Write7BitEncodedInt(counts.Users.Count);
        foreach (var (user, count) in counts.Users)
        {
            writer.Write(user);
            writer.Write7BitEncodedInt64(count);
        }

        writer.Write7BitEncodedInt(counts.Addresses.Count);
        foreach (var (address, count) in counts.Addresses)
        {
            writer.Write((ulong)(address >> 64));
            writer.Write((ulong)address);
            writer.Write7BitEncodedInt64(count.Failures);
            var hashes = count.Users.Hashes.ToArray();
            writer.Write7BitEncodedInt(hashes.Length);
            Array.ForEach(hashes, writer.Write);
        }
    }

    /// <summary>Null for what another version wrote: then the day is counted again.</summary>
    private static EventCounts? Unpack(byte[] packed)
    {
        using var source = new MemoryStream(packed);
        using var brotli = new BrotliStream(source, CompressionMode.Decompress);
        using var reader = new BinaryReader(brotli);
        if (packed.Length == 0 || reader.ReadByte() != Version)
        {
            return null;
        }

        var counts = new EventCounts();
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            counts.Quarters[reader.ReadInt64()] = new ResultCounts(
                reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64());
        }

        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            counts.Reasons[Code<Reason>.Parse(reader.ReadString())] = reader.Read7BitEncodedInt64();
        }

        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            counts.Users[reader.ReadString()] = reader.Read7BitEncodedInt64();
        }

        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            var address = new UInt128(reader.ReadUInt64(), reader.ReadUInt64());
            var of = new AddressCounts();
            counts.Addresses[address] = of;
            var failures = reader.Read7BitEncodedInt64();
            var hashes = new ulong[reader.Read7BitEncodedInt()];
            for (var i = 0; i < hashes.Length; i++)
            {
                hashes[i] = reader.ReadUInt64();
            }

            of.Add(failures, hashes);
        }

        return counts;
    }
}
