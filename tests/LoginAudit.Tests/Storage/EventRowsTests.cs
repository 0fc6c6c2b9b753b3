using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using FsCheck.Xunit;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;
using LoginAudit.Tests.Events;

namespace LoginAudit.Tests.Storage;

public sealed class EventRowsTests
{
    private const string Place = "2516140781848765432_binuoyokza47eihvbof5gbdcx4";

    [Fact]
    public void Write_EventOfTwoIdsAndAnAddress_GivesFourRows()
    {
        var rows = EventRows.Write(Samples.Event, "acme_20260901");

        Assert.Equal(
            [
                $"e_{Place}",
                $"u_rxxwpdna2b3hbg5hanr47u44q4_{Place}",
                $"u_lwnabb6uztnzxriordchcndzce_{Place}",
                $"i_00000000000000000000ffffcb007107_{Place}",
            ],
            rows.Select(row => row.RowKey),
            StringComparer.Ordinal);
        Assert.All(rows, row => Assert.Equal("acme_20260901", row.PartitionKey));
    }

    [Theory]
    [InlineData("kim", "  KIM ", 1)]
    [InlineData("kim", null, 1)]
    [InlineData(null, "kim", 1)]
    [InlineData("kim", "lee", 2)]
    [InlineData("  ", null, 0)]
    [InlineData(null, null, 0)]
    public void Write_UserIdAndLoginId_GiveARowForEachThatDiffers(string? userId, string? loginId, int userRows)
    {
        var rows = EventRows.Write(Samples.Event with { UserId = userId, LoginId = loginId }, "p");

        Assert.Equal(userRows, rows.Count(row => row.RowKey.StartsWith("u_", StringComparison.Ordinal)));
    }

    [Fact]
    public void Write_BareEvent_GivesOneRowWithoutEmptyColumns()
    {
        var row = Assert.Single(EventRows.Write(Samples.Bare, "acme_20260901"));

        Assert.Equal(
            ["EventType", "Id", "OccurredAt", "PartitionKey", "ReceivedAt", "Result", "RowKey", "ServiceType", "Source", "SourceEventId"],
            row.Keys.Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    [Fact]
    public void Write_Sample_GivesEveryRowTheSameColumns()
    {
        var rows = EventRows.Write(Samples.Event, "acme_20260901");

        Assert.All(rows, row =>
        {
            Assert.Equal("08df07c0313f1c078fbinuoyokza47eihvbof5gbdcx4", row["Id"]);
            Assert.Equal(Samples.At("2026-09-01T00:30:15.1234567Z"), row["OccurredAt"]);
            Assert.Equal(Samples.At("2026-09-01T00:30:16.5Z"), row["ReceivedAt"]);
            Assert.Equal("okta-main", row["Source"]);
            Assert.Equal("7f0c1b6e-0001", row["SourceEventId"]);
            Assert.Equal("login", row["EventType"]);
            Assert.Equal("failure", row["Result"]);
            Assert.Equal("invalid_credentials", row["Reason"]);
            Assert.Equal("INVALID_CREDENTIALS", row["ReasonRaw"]);
            Assert.Equal("00u1abcd", row["UserId"]);
            Assert.Equal("Kim@Example.com", row["LoginId"]);
            Assert.Equal("김민준", row["UserName"]);
            Assert.Equal("203.0.113.7", row["Ip"]);
            Assert.Equal("00000000000000000000ffffcb007107", row["IpHex"]);
            Assert.Equal("password", row["LoginMethod"]);
            Assert.Equal("pc_web", row["ServiceType"]);
            Assert.Equal("Mozilla/5.0 (Windows NT 10.0; Win64; x64)", row["UserAgent"]);
            Assert.Equal("s-1", row["SessionId"]);
            Assert.Equal("c-1", row["CorrelationId"]);
            Assert.Equal("Mail", row["Application"]);
            Assert.Equal("KR", row["Country"]);
            Assert.Equal("Seoul", row["City"]);
            Assert.Equal(4766L, row["Asn"]);
            Assert.Equal("low", row["RiskLevel"]);
        });
    }

    [Fact]
    public void Write_Raw_IsInTheFirstRowOnly()
    {
        var rows = EventRows.Write(Samples.Event with { Raw = "{\"a\":1}"u8.ToArray() }, "p");

        Assert.Equal([true, false, false, false], rows.Select(row => row.ContainsKey("Raw")));
        Assert.All(rows, row => Assert.False(row.ContainsKey("RawDropped")));
        Assert.Equal("{\"a\":1}"u8, EventRows.Read(rows[0], Samples.Acme).Raw!.Value.Span);
    }

    [Fact]
    public void Write_LargeRawThatCompresses_IsKept()
    {
        var raw = Encoding.UTF8.GetBytes("\"" + new string('a', 1_000_000) + "\"");

        var row = EventRows.Write(Samples.Event with { Raw = raw }, "p")[0];

        Assert.InRange(((byte[])row["Raw"]).Length, 1, 65_536);
        Assert.True(EventRows.Read(row, Samples.Acme).Raw!.Value.Span.SequenceEqual(raw));
    }

    [Fact]
    public void Write_RawTooLargeEvenCompressed_IsDroppedWithAMark()
    {
        var row = EventRows.Write(Samples.Event with { Raw = TooLarge() }, "p")[0];

        Assert.False(row.ContainsKey("Raw"));
        Assert.Equal(true, row["RawDropped"]);
        var read = EventRows.Read(row, Samples.Acme);
        Assert.Null(read.Raw);
        Assert.True(read.RawDropped);
    }

    // A search reads the mark (SearchColumns) and answers it, so it must not depend on which family the search went by.
    [Fact]
    public void Write_RawTooLarge_IsMarkedInEveryRow()
    {
        var rows = EventRows.Write(Samples.Event with { Raw = TooLarge() }, "p");

        Assert.Equal([true, true, true, true], rows.Select(row => EventRows.Read(row, Samples.Acme).RawDropped));
    }

    [Fact]
    public void Write_EventWhoseRawWasDroppedBefore_KeepsTheMark()
    {
        var row = EventRows.Write(Samples.Event with { RawDropped = true }, "p")[0];

        Assert.True(EventRows.Read(row, Samples.Acme).RawDropped);
    }

    [Property(Arbitrary = [typeof(Arbitraries)])]
    public void Read_OfTheFirstRow_IsTheEvent(LoginEvent e)
    {
        var read = EventRows.Read(EventRows.Write(e, "p")[0], Samples.Acme);

        Assert.Equal(e with { Raw = null }, read with { Raw = null });
        Assert.Equal(e.Raw?.ToArray(), read.Raw?.ToArray());
    }

    [Property(Arbitrary = [typeof(Arbitraries)])]
    public void Read_OfAnyOtherRow_IsTheEventWithoutRaw(LoginEvent e)
    {
        Assert.All(
            EventRows.Write(e, "p").Skip(1),
            row => Assert.Equal(e with { Raw = null }, EventRows.Read(row, Samples.Acme)));
    }

    [Property(Arbitrary = [typeof(Arbitraries)])]
    public void Read_OfTheSearchColumns_IsTheEventWithoutRaw(LoginEvent e)
    {
        var row = EventRows.Write(e, "p")[0];
        var selected = new TableEntity(row.Where(pair => EventRows.SearchColumns.Contains(pair.Key, StringComparer.Ordinal)).ToDictionary(StringComparer.Ordinal));

        Assert.Equal(e with { Raw = null }, EventRows.Read(selected, Samples.Acme));
    }

    [Theory]
    [InlineData("Id", "nonsense")]
    [InlineData("EventType", "sign_in")]
    [InlineData("Reason", "nonsense")]
    public void Read_RowThatThisVersionDidNotWrite_Throws(string column, string value)
    {
        var row = EventRows.Write(Samples.Event, "p")[0];
        row[column] = value;

        Assert.Throws<FormatException>(() => EventRows.Read(row, Samples.Acme));
    }

    [Property(Arbitrary = [typeof(Arbitraries)])]
    public void SizeInTransaction_OfAnyRow_IsAtLeastWhatIsSent(LoginEvent e)
    {
        Assert.All(
            EventRows.Write(e, "acme_20260901"),
            row => Assert.InRange(EventRows.SizeInTransaction(row), SentBytes(row), int.MaxValue));
    }

    [Property(Arbitrary = [typeof(Arbitraries)])]
    public void SizeInTransaction_OfAllRowsOfAnEvent_IsAtLeastWhatIsSent(LoginEvent e)
    {
        var rows = EventRows.Write(e, "acme_20260901");

        Assert.InRange(EventRows.SizeInTransaction(rows), rows.Sum(SentBytes), int.MaxValue);
    }

    [Theory]
    [InlineData("한")] // \uXXXX
    [InlineData("😀")] // two of them
    [InlineData("'")]
    [InlineData("\"")]
    [InlineData("+")]
    [InlineData("\\")]
    [InlineData("<")]
    [InlineData("\n")]
    [InlineData("\uFFFD")]
    [InlineData("~")]
    [InlineData("/")]
    [InlineData("a")]
    public void SizeInTransaction_OfLongTexts_IsAtLeastWhatIsSent(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 1000));
        var row = EventRows.Write(Samples.Event with { UserAgent = text, ReasonRaw = text }, "acme_20260901")[0];

        Assert.InRange(EventRows.SizeInTransaction(row), SentBytes(row), int.MaxValue);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    public void SizeInTransaction_OfBinaries_IsAtLeastWhatIsSent(int length)
    {
        var row = new TableEntity("p", "r") { ["Raw"] = Noise(length) };

        Assert.InRange(EventRows.SizeInTransaction(row), SentBytes(row), int.MaxValue);
    }

    [Fact]
    public void SizeInTransaction_OfAUsualRow_IsNoWildGuess()
    {
        var row = EventRows.Write(Samples.Event, "acme_20260901")[0];

        Assert.InRange(EventRows.SizeInTransaction(row), SentBytes(row), SentBytes(row) * 3 / 2);
    }

    /// <summary>One operation of a change set as Azure.Data.Tables 12 sends it, of an account with the longest name.</summary>
    private static int SentBytes(TableEntity row)
    {
        const string head =
            "--changeset_037ea36b-e0c1-43f2-9dbb-9c4c2a9a7cf1\r\n"
            + "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
            + "POST https://abcdefghijklmnopqrstuvwx.table.core.windows.net/LoginEvents20260901"
            + "?$format=application%2Fjson%3Bodata%3Dminimalmetadata HTTP/1.1\r\n"
            + "Host: abcdefghijklmnopqrstuvwx.table.core.windows.net\r\nx-ms-version: 2020-12-06\r\nDataServiceVersion: 3.0\r\n"
            + "Prefer: return-no-content\r\nAccept: application/json;odata=minimalmetadata\r\n"
            + "Content-Type: application/json;odata=nometadata\r\n\r\n\r\n";
        using var body = new MemoryStream();
        using var writer = new Utf8JsonWriter(body);
        writer.WriteStartObject();
        foreach (var (name, value) in row)
        {
            switch (value)
            {
                case string text:
                    writer.WriteString(name, text);
                    break;
                case byte[] bytes:
                    writer.WriteBase64String(name, bytes);
                    writer.WriteString(name + "@odata.type", "Edm.Binary");
                    break;
                case DateTimeOffset time:
                    writer.WriteString(name, time.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
                    writer.WriteString(name + "@odata.type", "Edm.DateTime");
                    break;
                case long number:
                    writer.WriteString(name, number.ToString(System.Globalization.CultureInfo.InvariantCulture));
                    writer.WriteString(name + "@odata.type", "Edm.Int64");
                    break;
                case bool flag:
                    writer.WriteBoolean(name, flag);
                    break;
                default:
                    Assert.Fail($"A column of type {value?.GetType().Name} is new: say here how it is sent.");
                    break;
            }
        }

        writer.WriteEndObject();
        writer.Flush();
        return head.Length + (int)body.Length;
    }

    /// <summary>JSON that does not compress below 64 KiB.</summary>
    private static byte[] TooLarge() => Encoding.UTF8.GetBytes("\"" + Convert.ToBase64String(Noise(100_000)) + "\"");

    /// <summary>The same bytes on every run, as good as random.</summary>
    private static byte[] Noise(int length) => Enumerable.Range(0, (length / 32) + 1)
        .SelectMany(block => SHA256.HashData(BitConverter.GetBytes(block))).Take(length).ToArray();
}
