using System.Globalization;
using LoginAudit.Exports;
using LoginAudit.Log.Events;
using LoginAudit.Tests.Events;

namespace LoginAudit.Tests.Exports;

/// <summary>Parquet files, read back by DuckDB.</summary>
public sealed class ParquetRowsTests
{
    [Fact]
    public async Task Write_SampleAndBareEvent_AreTypedColumns()
    {
        var file = await FileAsync([Samples.Event, Samples.Bare]);

        Assert.Equal(
            [
                "event_id VARCHAR", "occurred_at TIMESTAMP WITH TIME ZONE", "event_type VARCHAR", "result VARCHAR", "reason VARCHAR", "user_id VARCHAR",
                "login_id VARCHAR", "user_name VARCHAR", "ip VARCHAR", "login_method VARCHAR", "service_type VARCHAR", "source VARCHAR",
                "source_event_id VARCHAR", "received_at TIMESTAMP WITH TIME ZONE", "reason_raw VARCHAR", "user_agent VARCHAR", "session_id VARCHAR",
                "correlation_id VARCHAR", "application VARCHAR", "country VARCHAR", "city VARCHAR", "asn BIGINT", "risk_level VARCHAR",
            ],
            ParquetFile.Query(file, "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM FILE)"));
        Assert.Equal(
            [
                "08df07c0313f1c078fbinuoyokza47eihvbof5gbdcx4 1788222615123 login failure invalid_credentials 00u1abcd Kim@Example.com 김민준 203.0.113.7 "
                    + "password pc_web okta-main 7f0c1b6e-0001 1788222616500 INVALID_CREDENTIALS Mozilla/5.0 (Windows NT 10.0; Win64; x64) s-1 c-1 Mail KR Seoul 4766 low",
                "08df07bbf7594000eaa2r3ie7hpntrjxbt2cycaunbg4 1788220800000 logout success NULL NULL NULL NULL NULL NULL others native 1 1788220801000 "
                    + "NULL NULL NULL NULL NULL NULL NULL NULL NULL",
            ],
            ParquetFile.Query(file, "SELECT * REPLACE (epoch_ms(occurred_at) AS occurred_at, epoch_ms(received_at) AS received_at) FROM FILE"));
    }

    [Fact]
    public async Task Write_ManyRows_AreRowGroupsOfDictionariesInZstdThatReadersMaySkip()
    {
        var events = Enumerable.Range(0, 3000).Select(Event).ToList();

        var file = await FileAsync(events, rowsInGroup: 1000);

        Assert.Equal(["3000 3"], ParquetFile.Query(file, "SELECT sum(num_rows), count(*) FROM (SELECT DISTINCT row_group_id, row_group_num_rows AS num_rows FROM parquet_metadata(PATH))"));
        Assert.Equal(["ZSTD"], ParquetFile.Query(file, "SELECT DISTINCT compression FROM parquet_metadata(PATH)"));
        Assert.Equal(["True"], ParquetFile.Query(file, "SELECT bool_and(encodings LIKE '%DICTIONARY%') FROM parquet_metadata(PATH) WHERE path_in_schema IN ('result', 'user_agent', 'source')"));

        // Readers leave row groups out by their statistics of time: wrong ones lose rows.
        var from = IsoTime.Text(events[2000].OccurredAt);
        Assert.Equal(["1000"], ParquetFile.Query(file, $"SELECT count(*) FROM FILE WHERE occurred_at >= '{from}'"));
        Assert.Equal(["2000"], ParquetFile.Query(file, $"SELECT count(*) FROM FILE WHERE occurred_at < '{from}'"));
        Assert.Equal([$"{events[0].OccurredAt:yyyy-MM-dd HH:mm:ss}+00"], ParquetFile.Query(file, "SELECT min(stats_min_value) FROM parquet_metadata(PATH) WHERE path_in_schema = 'occurred_at'"));
    }

    [Fact]
    public async Task Open_OnACommittedFile_GoesOnWithIt()
    {
        var events = Enumerable.Range(0, 250).Select(Event).ToList();
        var data = Array.Empty<byte>();
        var committed = Array.Empty<byte>();
        foreach (var part in events.Chunk(100))
        {
            using var block = new MemoryStream();
            using var soFar = committed.Length == 0 ? null : new MemoryStream(committed, writable: false);
            using var rows = await ParquetRows.OpenAsync(block, soFar, events.IndexOf(part[0]), null, CancellationToken.None);
            Array.ForEach(part, rows.Write);
            await rows.FlushAsync(CancellationToken.None);
            data = [.. data, .. block.ToArray()];
            block.SetLength(0);
            await rows.EndAsync();
            committed = [.. data, .. block.ToArray()];
        }

        Assert.Equal(events.Select(e => e.Id.ToString()), ParquetFile.Query(committed, "SELECT event_id FROM FILE"));
    }

    [Fact]
    public async Task Open_OnAFileOfOtherRows_SaysThatItIsLost()
    {
        using var committed = new MemoryStream(await FileAsync([Samples.Event]));
        using var block = new MemoryStream();

        await Assert.ThrowsAsync<LostBlocksException>(() => ParquetRows.OpenAsync(block, committed, rows: 2, null, CancellationToken.None));
    }

    [Fact]
    public async Task End_WithoutRows_IsAFileWithoutRows()
    {
        var file = await FileAsync([]);

        Assert.Equal(["0"], ParquetFile.Query(file, "SELECT count(*) FROM FILE"));
    }

    private static LoginEvent Event(int number) => Samples.Event with
    {
        SourceEventId = number.ToString(CultureInfo.InvariantCulture),
        OccurredAt = new DateTimeOffset(2026, 9, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(number),
        Result = number % 3 == 0 ? EventResult.Failure : EventResult.Success,
        Asn = number % 2 == 0 ? null : number,
    };

    private static async Task<byte[]> FileAsync(List<LoginEvent> events, int rowsInGroup = 1000)
    {
        using var file = new MemoryStream();
        using var rows = await ParquetRows.OpenAsync(file, null, 0, null, CancellationToken.None);
        foreach (var group in events.Chunk(rowsInGroup))
        {
            Array.ForEach(group, rows.Write);
            await rows.FlushAsync(CancellationToken.None);
        }

        await rows.EndAsync();
        return file.ToArray();
    }
}
