using System.Text.Json;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>Single events of ingest that are wrong: alone, and beside good ones, which must not suffer for them.</summary>
public sealed class BadInputEventTests(BadInputApp shared) : IClassFixture<BadInputApp>
{
    private const string Time = "an ISO 8601 time with an offset, such as 2026-09-01T09:00:00+09:00";
    private const string Good = """{"sourceEventId":"good","occurredAt":"2026-09-01T11:00:00Z","eventType":"login","result":"success"}""";

    private static readonly string[] TextFields =
    [
        "source", "sourceEventId", "reasonRaw", "userId", "loginId", "userName", "ip", "userAgent", "sessionId",
        "correlationId", "application", "country", "city", "riskLevel",
    ];

    private static readonly (string Field, string Takes)[] CodeFields =
    [
        ("eventType", "one of login, logout, logout_requested, id_changed, password_changed, mfa, account_locked, account_unlocked, risk"),
        ("result", "one of success, failure, interrupted"),
        ("reason", "one of invalid_credentials, unknown_user, account_disabled, account_locked"),
        ("loginMethod", "one of password, sso, social, phone_otp, email_otp, totp, passkey, certificate, token, other"),
        ("serviceType", "one of pc_web, pc_app, mobile_app, drive_explorer, imap, pop3, smtp, caldav, api, others"),
    ];

    private static readonly (string Json, string Got)[] NoTexts =
        [("1", "got '1'"), ("true", "got 'true'"), ("{}", "got 'an object'"), ("[\"x\"]", "got 'an array'")];

    public static TheoryData<string, string, string, string, string> WrongTypes()
    {
        var rows = new TheoryData<string, string, string, string, string>();
        foreach (var (json, got) in NoTexts)
        {
            foreach (var field in TextFields)
            {
                rows.Add(field, json, "wrong_type", got, "takes a text");
            }

            foreach (var (field, takes) in CodeFields)
            {
                rows.Add(field, json, "wrong_type", got, "takes " + takes);
            }

            rows.Add("occurredAt", json, "wrong_type", got, "takes " + Time);
        }

        foreach (var (json, got) in NoTexts.Skip(1).Append(("\"1\"", "got '\"1\"'")))
        {
            rows.Add("asn", json, "wrong_type", got, "takes a whole number from 0 to 4294967295");
        }

        return rows;
    }

    public static TheoryData<string, string, string, string, string> WrongValues()
    {
        var rows = new TheoryData<string, string, string, string, string>();
        foreach (var (field, takes) in CodeFields)
        {
            rows.Add(field, "\"nonsense\"", "invalid_value", "got 'nonsense'", "takes " + takes);
            rows.Add(field, "\"LOGIN\"", "invalid_value", "got 'LOGIN'", "takes " + takes);
        }

        foreach (var field in TextFields.Concat(CodeFields.Select(code => code.Field)).Append("occurredAt"))
        {
            rows.Add(field, """ "a\ud800b" """, "invalid_value", "got half a surrogate pair", "takes valid Unicode");
        }

        foreach (var number in new[] { "-1", "4294967296", "1.5", "1e99" })
        {
            rows.Add("asn", number, "invalid_value", $"got '{number}'", "takes a whole number from 0 to 4294967295");
        }

        foreach (var ip in new[] { "999.1.1.1", "1.2.3.4:80", "127.1", "[::1]", "fe80::1%eth0", "010.0.0.1", "1.2.3.0/24", "2130706433", "host" })
        {
            rows.Add("ip", $"\"{ip}\"", "invalid_value", $"got '{ip}'", "takes an IPv4 or IPv6 address, without a port");
        }

        foreach (var source in new[] { "a b", "-a", "a'b", "日本" })
        {
            rows.Add("source", $"\"{source}\"", "invalid_value", $"got '{source}'", "takes 1 to 63 of a-z, A-Z, 0-9, '.', '_' and '-'");
        }

        foreach (var field in new[] { "occurredAt", "eventType", "result" })
        {
            rows.Add(field, "", "missing", "got nothing", "takes ");
            rows.Add(field, "null", "missing", "got nothing", "takes ");
            rows.Add(field, "\" \"", "missing", "got ' '", "takes ");
        }

        rows.Add("occurredAt", "\"2026-09-01T11:00:00\"", "time_without_offset", "got '2026-09-01T11:00:00'", "takes " + Time);
        rows.Add("occurredAt", "\"yesterday\"", "invalid_value", "got 'yesterday'", "takes " + Time);
        rows.Add("occurredAt", "\"2026-02-30T11:00:00Z\"", "invalid_value", "got '2026-02-30T11:00:00Z'", "takes " + Time);
        rows.Add("occurredAt", "\"0001-01-01T00:00:00+14:00\"", "invalid_value", "got '0001-01-01T00:00:00+14:00'", "takes " + Time);
        rows.Add("occurredAt", "\"2026-03-04T12:00:00Z\"", "too_old", "got '2026-03-04T12:00:00.0000000Z'", "takes a time of the last 180 days");
        rows.Add("occurredAt", "\"2026-09-01T12:06:00Z\"", "too_far_ahead", "got '2026-09-01T12:06:00.0000000Z'", "takes a time at most 5 minutes ahead");
        rows.Add("Result", "\"success\"", "unknown_field", "got 'Result'", "takes only application, asn, city, correlationId");
        rows.Add("tenantId", "\"other\"", "unknown_field", "got 'tenantId'", "takes only application, asn, city, correlationId");
        rows.Add("", "1", "unknown_field", "got ''", "takes only application");
        rows.Add("日本", "1", "unknown_field", "got '日本'", "takes only application");
        return rows;
    }

    public static TheoryData<string, string, string, string, string> TooLong()
    {
        var rows = new TheoryData<string, string, string, string, string>();
        foreach (var (field, cap) in new[]
        {
            ("source", 63), ("sourceEventId", 256), ("userId", 256), ("loginId", 256), ("userName", 256), ("ip", 128),
            ("sessionId", 256), ("correlationId", 256), ("application", 256), ("country", 128), ("city", 128), ("riskLevel", 128),
        })
        {
            rows.Add(field, $"\"{new string('x', cap + 1)}\"", "too_long", cap < 80 ? $"got '{new string('x', cap + 1)}'" : $"({cap + 1} characters)", $"takes at most {cap} characters");
        }

        // An error quotes the first 80 characters, here with a surrogate pair across the cut.
        var text = new string('x', 79) + string.Concat(Enumerable.Repeat("😀", 100));
        rows.Add("userId", $"\"{text}\"", "too_long", "(279 characters)", "takes at most 256 characters");
        return rows;
    }

    [Theory]
    [MemberData(nameof(WrongTypes))]
    [MemberData(nameof(WrongValues))]
    [MemberData(nameof(TooLong))]
    public async Task Ingest_WrongField_IsNamedAndGoodEventsStay(string field, string json, string code, string got, string takes)
    {
        var tenant = await shared.NewTenantAsync();
        var bad = With(field, json);

        using var alone = await tenant.PostEventsAsync(bad);
        var problem = await alone.ReadProblemAsync(400, "events_rejected");
        await shared.AssertNothingStoredAsync(tenant);
        using var beside = await tenant.PostEventsAsync($"[{bad},{Good},{bad}]");
        var answer = await beside.ReadOkAsync();

        problem.AssertError(field, got, takes);
        Assert.Equal((0, code), Of(problem.GetProperty("errors")[0]));
        Assert.Equal(1, answer.GetProperty("accepted").GetInt32());
        answer.GetProperty("rejected").AssertFault(field, got, takes);
        Assert.Contains((0, code), answer.GetProperty("rejected").EnumerateArray().Select(Of));
        Assert.Contains((2, code), answer.GetProperty("rejected").EnumerateArray().Select(Of));
        Assert.Equal("good", Assert.Single(await tenant.SearchAllAsync(BadInputApp.WholePeriod)).GetProperty("sourceEventId").GetString());
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("[[]]")]
    [InlineData("1")]
    [InlineData("-0.5e10")]
    [InlineData("true")]
    [InlineData("\"text\"")]
    [InlineData("\"\\ud800\"")]
    public async Task Ingest_ElementThatIsNoObject_IsNamed(string element)
    {
        var tenant = await shared.NewTenantAsync();

        using var alone = await tenant.PostEventsAsync($"[{element}]");
        var problem = await alone.ReadProblemAsync(400, "events_rejected");
        await shared.AssertNothingStoredAsync(tenant);
        using var beside = await tenant.PostEventsAsync($"[{Good},{element}]");
        var answer = await beside.ReadOkAsync();

        problem.AssertError("", $"got '{element}'", "takes a JSON object");
        Assert.Equal((1, "not_an_object"), Of(Assert.Single(answer.GetProperty("rejected").EnumerateArray())));
        Assert.Single(await tenant.SearchAllAsync(BadInputApp.WholePeriod));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("\"text\"")]
    public async Task Ingest_BodyOfOneValueThatIsNoObject_IsNamed(string body)
    {
        var tenant = await shared.NewTenantAsync();

        using var answer = await tenant.PostEventsAsync(body);

        var problem = await answer.ReadProblemAsync(400, "events_rejected");
        problem.AssertError("", $"got '{body}'", "takes a JSON object");
        await shared.AssertNothingStoredAsync(tenant);
    }

    private static (int Index, string Code) Of(JsonElement fault) =>
        (fault.GetProperty("index").GetInt32(), fault.GetProperty("code").GetString()!);

    /// <summary>A good event with one field set to JSON as it is, or left out.</summary>
    private static string With(string field, string json)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["sourceEventId"] = "\"bad\"",
            ["occurredAt"] = "\"2026-09-01T11:00:00Z\"",
            ["eventType"] = "\"login\"",
            ["result"] = "\"success\"",
            [field] = json,
        };
        var written = fields.Where(pair => pair.Value.Length > 0).Select(pair => $"\"{pair.Key}\":{pair.Value}");
        return $"{{{string.Join(',', written)}}}";
    }
}
