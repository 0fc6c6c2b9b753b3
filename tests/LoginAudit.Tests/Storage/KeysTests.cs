using System.Net;
using System.Text;
using FsCheck.Xunit;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;
using LoginAudit.Storage;
using LoginAudit.Tests.Events;

namespace LoginAudit.Tests.Storage;

public sealed class KeysTests
{
    private const long SampleTicks = 639238194151234567; // 2026-09-01T00:30:15.1234567Z
    private const long LastTick = 3155378975999999999;
    private const string Key = "binuoyokza47eihvbof5gbdcx4";

    private static readonly UtcDay Day = new(new DateOnly(2026, 9, 1));

    [Fact]
    public void EventsTable_OfADay_IsItsName()
    {
        Assert.Equal("LoginEvents20260901", TableKeys.EventsTable(Day));
    }

    [Fact]
    public void TryParseDayTable_ItsName_IsTheDay()
    {
        Assert.True(TableKeys.TryParseDayTable("LoginEvents20260901", "LoginEvents", out var day));
        Assert.Equal(Day, day);
    }

    [Theory]
    [InlineData("")]
    [InlineData("LoginEvents")]
    [InlineData("loginevents20260901")]
    [InlineData("LoginEvents2026090")]
    [InlineData("LoginEvents20260931")]
    [InlineData("LoginEvents202609011")]
    [InlineData("LoginDays")]
    [InlineData("XLoginEvents20260901")]
    public void TryParseDayTable_OtherName_IsFalse(string name)
    {
        Assert.False(TableKeys.TryParseDayTable(name, "LoginEvents", out _));
    }

    [Theory]
    [InlineData(1, 0, "acme_20260901")]
    [InlineData(2, 0, "acme_20260901_00")]
    [InlineData(2, 1, "acme_20260901_01")]
    [InlineData(16, 13, "acme_20260901_0d")]
    [InlineData(64, 63, "acme_20260901_3f")]
    public void EventsPartition_OfAShard_IsTenantDayAndShard(int shards, int shard, string partition)
    {
        Assert.Equal(partition, TableKeys.EventsPartition(Samples.Acme, Day, shards, shard));
    }

    [Theory]
    [InlineData(0x8d, 1, 0)]
    [InlineData(0x8d, 2, 1)]
    [InlineData(0x8d, 4, 1)]
    [InlineData(0x8d, 8, 5)]
    [InlineData(0x8d, 16, 13)]
    [InlineData(0x8d, 32, 13)]
    [InlineData(0x8d, 64, 13)]
    [InlineData(0xff, 64, 63)]
    [InlineData(0x00, 64, 0)]
    public void Shard_OfAUser_IsItsHashMasked(byte hash, int shards, int shard)
    {
        Assert.Equal(shard, TableKeys.Shard(hash, shards));
    }

    [Theory]
    [InlineData(SampleTicks, "2516140781848765432")]
    [InlineData(0, "3155378975999999999")]
    [InlineData(LastTick, "0000000000000000000")]
    [InlineData(LastTick - 1, "0000000000000000001")]
    [InlineData(-1, "3155378976000000000")] // the end of a range that starts at the first tick
    public void ReverseTicks_OfTicks_CountsDownInNineteenDigits(long ticks, string text)
    {
        Assert.Equal(text, TableKeys.ReverseTicks(ticks));
    }

    [Fact]
    public void EventRow_OfEachFamily_IsLiteral()
    {
        var address = IpRange.Number(IPAddress.Parse("203.0.113.7"));

        Assert.Equal($"e_2516140781848765432_{Key}", TableKeys.EventRow(TableKeys.AllRows, SampleTicks, Key));
        Assert.Equal(
            $"u_lwnabb6uztnzxriordchcndzce_2516140781848765432_{Key}",
            TableKeys.EventRow(TableKeys.UserRows("kim@example.com"), SampleTicks, Key));
        Assert.Equal(
            $"i_00000000000000000000ffffcb007107_2516140781848765432_{Key}",
            TableKeys.EventRow(TableKeys.IpRows(address), SampleTicks, Key));
    }

    // 2026-09-01T00:00Z is tick 639238176000000000, 2026-09-02T00:00Z is 639239040000000000.
    [Fact]
    public void Rows_OfADay_TurnTheBordersRound()
    {
        var rows = TableKeys.Rows("e_", 639238176000000000, 639239040000000000);

        Assert.Equal(new RowRange("e_2516139936000000000", "e_2516140800000000000"), rows);
    }

    [Theory]
    [InlineData(2026, 9, 1, "2912199")]
    [InlineData(2026, 9, 2, "2912198")]
    [InlineData(9999, 12, 31, "0000000")]
    [InlineData(1, 1, 1, "3652058")]
    public void LoginDayRow_OfADay_CountsDown(int year, int month, int day, string row)
    {
        var date = new UtcDay(new DateOnly(year, month, day));

        Assert.Equal(row, TableKeys.LoginDayRow(date));
        Assert.Equal(date, TableKeys.ParseLoginDayRow(row));
    }

    [Fact]
    public void OtherKeys_OfTheSamples_AreLiteral()
    {
        Assert.Equal("key_0123456789", StoreKeys.ApiKeyRow("0123456789"));
        Assert.Equal("job_22eb20b5c2f823f80a1b2c3d", StoreKeys.ExportJobRow("22eb20b5c2f823f80a1b2c3d"));
        Assert.Equal("idem_hnp2a7eoxznxcqzvclfgirdqne", StoreKeys.IdempotencyRow("download-1"));
        Assert.Equal("acme/20260901/0011.ndjson", StoreKeys.RejectedBlob(Samples.Acme, Day, "0011"));
        Assert.Equal(
            "acme/22eb20b5c2f823f80a1b2c3d.csv.gz", StoreKeys.ExportBlob(Samples.Acme, "22eb20b5c2f823f80a1b2c3d", "csv.gz"));
    }

    [Property(Arbitrary = [typeof(Arbitraries)])]
    public bool EventRow_OfTwoInstants_SortsNewestFirst(AnyTicks left, AnyTicks right, AnyText id)
    {
        var key = EventKey.Of("native", id.Value).Value;
        var order = string.CompareOrdinal(TableKeys.EventRow("e_", left.Value, key), TableKeys.EventRow("e_", right.Value, key));

        return Math.Sign(order) == right.Value.CompareTo(left.Value);
    }

    [Property(Arbitrary = [typeof(Arbitraries)])]
    public bool EventRow_OfTwoInstants_IsOrderedByTimeBeforeKey(AnyTicks ticks, AnyText left, AnyText right)
    {
        var newer = TableKeys.EventRow("e_", ticks.Value + 1, EventKey.Of("native", left.Value).Value);
        var older = TableKeys.EventRow("e_", ticks.Value, EventKey.Of("native", right.Value).Value);

        return string.CompareOrdinal(newer, older) < 0;
    }

    [Property(Arbitrary = [typeof(Arbitraries)])]
    public bool EventRow_OfAnyKey_IsBetweenTheEdgesOfItsInstant(AnyTicks ticks, AnyText id)
    {
        var row = TableKeys.EventRow("e_", ticks.Value, EventKey.Of("native", id.Value).Value);

        return string.CompareOrdinal(TableKeys.EventRow("e_", ticks.Value, LogPosition.BeforeEveryKey), row) < 0
            && string.CompareOrdinal(row, TableKeys.EventRow("e_", ticks.Value, LogPosition.AfterEveryKey)) < 0;
    }

    [Property(Arbitrary = [typeof(Arbitraries)])]
    public bool EventRows_OfTwoDifferentEvents_NeverShareAKey(LoginEvent left, LoginEvent right)
    {
        var same = left.Source == right.Source && left.SourceEventId == right.SourceEventId && left.OccurredAt == right.OccurredAt;
        var keys = EventRows.Write(left, "p").Concat(EventRows.Write(right, "p")).Select(row => row.RowKey).ToList();

        return same || keys.Distinct(StringComparer.Ordinal).Count() == keys.Count;
    }

    [Property(Arbitrary = [typeof(Arbitraries)])]
    public bool EventRows_OfOneEvent_NeverShareAKey(LoginEvent e)
    {
        var keys = EventRows.Write(e, "p").Select(row => row.RowKey).ToList();

        return keys.Distinct(StringComparer.Ordinal).Count() == keys.Count;
    }

    [Property(Arbitrary = [typeof(Arbitraries)])]
    public bool EventsPartition_OfAnyEvent_IsExactlyOneOfTheDaysPartitions(LoginEvent e, byte power)
    {
        var shards = 1 << (power % 7);
        var day = UtcDay.Of(e.OccurredAt);
        var partitions = Enumerable.Range(0, shards).Select(shard => TableKeys.EventsPartition(e.Tenant, day, shards, shard)).ToList();
        var others = Enumerable.Range(0, shards).Select(shard => TableKeys.EventsPartition(e.Tenant, day.AddDays(1), shards, shard));
        var own = TableKeys.EventsPartition(e.Tenant, day, shards, TableKeys.Shard(e.Id.ShardHash, shards));

        return partitions.Count(partition => partition == own) == 1 && !others.Contains(own, StringComparer.Ordinal);
    }

    /// <summary>A day cut in two anywhere: the event's row is in exactly the part that holds its instant.</summary>
    [Property(Arbitrary = [typeof(Arbitraries)])]
    public bool Rows_OfADayInTwoParts_HoldEveryInstantOnce(AnyTicks ticks, AnyTicks cut, AnyText id)
    {
        const long dayTicks = 864_000_000_000;
        var start = ticks.Value / dayTicks * dayTicks;
        var middle = start + 1 + (cut.Value % (dayTicks - 1));

        return OnceInTheRightPart(ticks.Value, start, middle, start + dayTicks, id);
    }

    [Property(Arbitrary = [typeof(Arbitraries)])]
    public bool Rows_CutAtTheInstantItself_HoldItInTheLaterPart(AnyTicks ticks, AnyText id) =>
        OnceInTheRightPart(ticks.Value, ticks.Value - 5, ticks.Value, ticks.Value + 5, id)
        && OnceInTheRightPart(ticks.Value, ticks.Value - 5, ticks.Value + 1, ticks.Value + 5, id)
        && !IsIn(RowOf(ticks.Value, id), TableKeys.Rows("e_", ticks.Value - 5, ticks.Value))
        && IsIn(RowOf(ticks.Value, id), TableKeys.Rows("e_", ticks.Value, ticks.Value + 1))
        && !IsIn(RowOf(ticks.Value, id), TableKeys.Rows("e_", ticks.Value + 1, ticks.Value + 5));

    [Property(Arbitrary = [typeof(Arbitraries)])]
    public bool Rows_OfOneFamily_HoldNoRowOfAnother(LoginEvent e)
    {
        var all = TableKeys.Rows(TableKeys.AllRows, 0, LastTick);
        var rows = EventRows.Write(e, "p");

        return IsIn(rows[0].RowKey, all) && rows.Skip(1).All(row => !IsIn(row.RowKey, all));
    }

    /// <summary>https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model</summary>
    [Property(Arbitrary = [typeof(Arbitraries)])]
    public void EveryKey_OfAnyEvent_IsLegal(LoginEvent e, AnyText free)
    {
        var partition = TableKeys.EventsPartition(e.Tenant, UtcDay.Of(e.OccurredAt), 64, 63);
        string[] keys =
        [
            .. EventRows.Write(e, partition).SelectMany(row => new[] { row.PartitionKey, row.RowKey }),
            StoreKeys.IdempotencyRow(free.Value),
            TableKeys.UserRows(free.Value),
            TableKeys.LoginDayRow(UtcDay.Of(e.OccurredAt)),
        ];

        Assert.All(keys, key =>
        {
            Assert.DoesNotContain(key, c => c is '/' or '\\' or '#' or '?' || char.IsControl(c));
            Assert.InRange(Encoding.Unicode.GetByteCount(key), 2, 1023);
        });
    }

    private static bool OnceInTheRightPart(long ticks, long from, long middle, long to, AnyText id)
    {
        var row = RowOf(ticks, id);
        var inFirst = IsIn(row, TableKeys.Rows("e_", from, middle));
        var inSecond = IsIn(row, TableKeys.Rows("e_", middle, to));

        return inFirst == (ticks < middle) && inSecond == (ticks >= middle) && IsIn(row, TableKeys.Rows("e_", from, to));
    }

    private static string RowOf(long ticks, AnyText id) => TableKeys.EventRow("e_", ticks, EventKey.Of("native", id.Value).Value);

    private static bool IsIn(string row, RowRange range) =>
        string.CompareOrdinal(range.First, row) <= 0 && string.CompareOrdinal(row, range.End) < 0;
}
