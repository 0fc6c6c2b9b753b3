using System.Text;
using LoginAudit.Exports;
using LoginAudit.Tests.Events;

namespace LoginAudit.Tests.Exports;

public sealed class CsvRowsTests
{
    private const string FieldColumns =
        "event_id,occurred_at,event_type,result,reason,user_id,login_id,user_name,ip,login_method,service_type,source,"
        + "source_event_id,received_at,reason_raw,user_agent,session_id,correlation_id,application,country,city,asn,risk_level\r\n";

    private const string SampleFieldsInSeoul =
        "08df07c0313f1c078fbinuoyokza47eihvbof5gbdcx4,2026-09-01T09:30:15.1234567+09:00,login,failure,invalid_credentials,00u1abcd,"
        + "Kim@Example.com,김민준,203.0.113.7,password,pc_web,okta-main,7f0c1b6e-0001,2026-09-01T09:30:16.5000000+09:00,"
        + "INVALID_CREDENTIALS,Mozilla/5.0 (Windows NT 10.0; Win64; x64),s-1,c-1,Mail,KR,Seoul,4766,low\r\n";

    [Fact]
    public void WriteHead_English_IsBomAndColumns()
    {
        var bytes = Bytes("en", "UTC", rows => rows.WriteHead());

        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        Assert.Equal(
            "Description,User,Date,IP address,Login method,Service type," + FieldColumns, Encoding.UTF8.GetString(bytes[3..]));
    }

    [Fact]
    public void WriteHead_KoreanAndJapanese_TranslateTheFamiliarColumnsOnly()
    {
        Assert.Equal("\uFEFF설명,구성원,일시,IP 주소,로그인 방법,서비스 유형," + FieldColumns, Text("ko", "UTC", rows => rows.WriteHead()));
        Assert.Equal(
            "\uFEFF説明,メンバー,日時,IPアドレス,ログイン方法,サービスタイプ," + FieldColumns, Text("ja", "UTC", rows => rows.WriteHead()));
    }

    [Fact]
    public void Write_SampleInSeoul_IsLiteralInEachLanguage()
    {
        const string user = "김민준 (Kim@Example.com),2026-09-01 09:30:15,203.0.113.7";

        Assert.Equal(
            $"Login failed: wrong ID or password,{user},Password,PC Web,{SampleFieldsInSeoul}",
            Text("en", "Asia/Seoul", rows => rows.Write(Samples.Event)));
        Assert.Equal(
            $"로그인 실패: 아이디 또는 비밀번호 오류,{user},비밀번호,PC 웹,{SampleFieldsInSeoul}",
            Text("ko", "Asia/Seoul", rows => rows.Write(Samples.Event)));
        Assert.Equal(
            $"ログイン 失敗: IDまたはパスワードの誤り,{user},パスワード,PCブラウザ,{SampleFieldsInSeoul}",
            Text("ja", "Asia/Seoul", rows => rows.Write(Samples.Event)));
    }

    [Fact]
    public void Write_BareEventInUtc_LeavesCellsEmpty()
    {
        Assert.Equal(
            "Logout succeeded,,2026-09-01 00:00:00,,,Others,08df07bbf7594000eaa2r3ie7hpntrjxbt2cycaunbg4,"
            + "2026-09-01T00:00:00.0000000+00:00,logout,success,,,,,,,others,native,1,2026-09-01T00:00:01.0000000+00:00,,,,,,,,,\r\n",
            Text("en", "UTC", rows => rows.Write(Samples.Bare)));
    }

    [Theory]
    [InlineData("2026-11-01T05:30:00Z", "2026-11-01 01:30:00", "2026-11-01T01:30:00.0000000-04:00")] // summer time, the first 01:30
    [InlineData("2026-11-01T06:30:00Z", "2026-11-01 01:30:00", "2026-11-01T01:30:00.0000000-05:00")] // the second
    public void Write_HourThatComesTwice_IsToldApartByItsOffset(string utc, string date, string occurredAt)
    {
        var cells = Cells(Text("en", "America/New_York", rows => rows.Write(Samples.Bare with { OccurredAt = Samples.At(utc) })));

        Assert.Equal(date, cells[2]);
        Assert.Equal(occurredAt, cells[7]);
    }

    [Theory]
    [InlineData("Kim", "kim@example.com", "u1", "Kim (kim@example.com)")]
    [InlineData("Kim", null, "u1", "Kim (u1)")]
    [InlineData("Kim", null, null, "Kim")]
    [InlineData(null, "kim@example.com", "u1", "kim@example.com")]
    [InlineData(null, null, "u1", "u1")]
    [InlineData(null, null, null, "")]
    public void Write_User_IsNameAndId(string? name, string? loginId, string? userId, string shown)
    {
        var e = Samples.Bare with { UserName = name, LoginId = loginId, UserId = userId };

        Assert.Equal(shown, Cells(Text("en", "UTC", rows => rows.Write(e)))[1]);
    }

    [Fact]
    public void Write_QuotesCommasAndLineEnds_AreQuotedAsInRfc4180()
    {
        var e = Samples.Bare with { UserAgent = "say \"hi\"", SessionId = "a,b", CorrelationId = "a\r\nb", Application = "a\nb", Country = "a;b" };

        Assert.EndsWith(
            ",\"say \"\"hi\"\"\",\"a,b\",\"a\r\nb\",\"a\nb\",a;b,,,\r\n",
            Text("en", "UTC", rows => rows.Write(e)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("=")]
    [InlineData("+")]
    [InlineData("-")]
    [InlineData("@")]
    [InlineData("\t")]
    [InlineData("\r")]
    [InlineData("\n")]
    public void Write_CellThatASpreadsheetWouldRun_IsMadeHarmlessInEveryTextColumn(string first)
    {
        var text = first + "1+1";
        var e = Samples.Bare with
        {
            Source = text,
            SourceEventId = text,
            ReasonRaw = text,
            UserId = text,
            LoginId = text,
            UserName = text,
            UserAgent = text,
            SessionId = text,
            CorrelationId = text,
            Application = text,
            Country = text,
            City = text,
            RiskLevel = text,
        };

        var cells = Cells(Text("en", "UTC", rows => rows.Write(e)));

        Assert.Equal(29, cells.Count);
        Assert.Equal($"'{text} ({text})", cells[1]);
        Assert.Equal(13, cells.Count(cell => cell == "'" + text));
        Assert.DoesNotContain(cells, cell => cell.Length > 0 && "=+-@\t\r\n".Contains(cell[0], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("1=1")]
    [InlineData("a@b.c")]
    [InlineData("2026-09-01")]
    [InlineData("'quoted'")]
    public void Write_HarmlessCell_IsAsItIs(string text)
    {
        Assert.Equal(text, Cells(Text("en", "UTC", rows => rows.Write(Samples.Bare with { City = text })))[26]);
    }

    [Fact]
    public void Write_SeveralEvents_IsThroughAtOnce()
    {
        using var stream = new MemoryStream();
        using var rows = new CsvRows(stream, "en", TimeZoneInfo.Utc);

        rows.Write(Samples.Bare);
        var first = stream.Length;
        rows.Write(Samples.Bare);

        Assert.InRange(first, 100, 300);
        Assert.Equal(2 * first, stream.Length);
    }

    [Fact]
    public void Dispose_OfTheRows_LeavesTheStreamOpen()
    {
        using var stream = new MemoryStream();

        new CsvRows(stream, "en", TimeZoneInfo.Utc).Dispose();

        Assert.True(stream.CanWrite);
    }

    private static string Text(string language, string zone, Action<CsvRows> write) =>
        Encoding.UTF8.GetString(Bytes(language, zone, write));

    private static byte[] Bytes(string language, string zone, Action<CsvRows> write)
    {
        using var stream = new MemoryStream();
        using var rows = new CsvRows(stream, language, TimeZoneInfo.FindSystemTimeZoneById(zone));
        write(rows);
        return stream.ToArray();
    }

    /// <summary>The cells of one record, by RFC 4180 alone.</summary>
    private static List<string> Cells(string record)
    {
        Assert.EndsWith("\r\n", record, StringComparison.Ordinal);
        var cells = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < record.Length - 2; i++)
        {
            var c = record[i];
            if (c == '"' && quoted && record[i + 1] == '"')
            {
                cell.Append('"');
                i++;
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else
            {
                Assert.True(quoted || c is not ('\r' or '\n'), "A line end outside quotes.");
                cell.Append(c);
            }
        }

        cells.Add(cell.ToString());
        return cells;
    }
}
