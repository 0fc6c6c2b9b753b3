using System.Text;
using System.Text.Json;
using FsCheck.Xunit;
using LoginAudit.Exports;
using LoginAudit.Log.Events;
using LoginAudit.Tests.Events;

namespace LoginAudit.Tests.Exports;

public sealed class NdjsonRowsTests
{
    [Fact]
    public void Write_Sample_IsOneLiteralLine()
    {
        Assert.Equal(
            "{\"id\":\"08df07c0313f1c078fbinuoyokza47eihvbof5gbdcx4\",\"tenantId\":\"acme\",\"occurredAt\":\"2026-09-01T00:30:15.1234567Z\","
            + "\"receivedAt\":\"2026-09-01T00:30:16.5000000Z\",\"source\":\"okta-main\",\"sourceEventId\":\"7f0c1b6e-0001\","
            + "\"eventType\":\"login\",\"result\":\"failure\",\"reason\":\"invalid_credentials\",\"reasonRaw\":\"INVALID_CREDENTIALS\","
            + "\"userId\":\"00u1abcd\",\"loginId\":\"Kim@Example.com\",\"userName\":\"김민준\",\"ip\":\"203.0.113.7\","
            + "\"loginMethod\":\"password\",\"serviceType\":\"pc_web\",\"userAgent\":\"Mozilla/5.0 (Windows NT 10.0; Win64; x64)\","
            + "\"sessionId\":\"s-1\",\"correlationId\":\"c-1\",\"application\":\"Mail\",\"country\":\"KR\",\"city\":\"Seoul\","
            + "\"asn\":4766,\"riskLevel\":\"low\"}\n",
            Text(Samples.Event));
    }

    [Fact]
    public void Write_BareEvent_LeavesFieldsOut()
    {
        Assert.Equal(
            "{\"id\":\"08df07bbf7594000eaa2r3ie7hpntrjxbt2cycaunbg4\",\"tenantId\":\"acme\",\"occurredAt\":\"2026-09-01T00:00:00.0000000Z\","
            + "\"receivedAt\":\"2026-09-01T00:00:01.0000000Z\",\"source\":\"native\",\"sourceEventId\":\"1\",\"eventType\":\"logout\","
            + "\"result\":\"success\",\"serviceType\":\"others\"}\n",
            Text(Samples.Bare));
    }

    [Fact]
    public void Write_Raw_IsNotInTheFile()
    {
        var text = Text(Samples.Bare with { Raw = "{\"secret\":1}"u8.ToArray(), RawDropped = true });

        Assert.DoesNotContain("\"raw\":", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }

    [Property(Arbitrary = [typeof(Arbitraries)])]
    public void Write_AnyEvents_AreOneLineOfJsonEach(LoginEvent first, LoginEvent second)
    {
        var lines = Text(first, second).Split('\n');

        Assert.Equal(3, lines.Length);
        Assert.Equal("", lines[2]);
        Assert.All([(first, lines[0]), (second, lines[1])], pair =>
        {
            using var json = JsonDocument.Parse(pair.Item2);
            var e = pair.Item1;
            Assert.Equal(e.SourceEventId, json.RootElement.GetProperty("sourceEventId").GetString());
            Assert.Equal(e.UserAgent, json.RootElement.TryGetProperty("userAgent", out var agent) ? agent.GetString() : null);
            Assert.Equal(e.Asn, json.RootElement.TryGetProperty("asn", out var asn) ? asn.GetInt64() : null);
        });
    }

    private static string Text(params LoginEvent[] events)
    {
        using var stream = new MemoryStream();
        using var rows = new NdjsonRows(stream);
        foreach (var e in events)
        {
            rows.Write(e);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
