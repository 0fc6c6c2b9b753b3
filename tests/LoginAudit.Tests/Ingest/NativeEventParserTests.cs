using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using LoginAudit.Http;
using LoginAudit.Ingest;
using LoginAudit.Log.Events;
using LoginAudit.Tests.Events;

namespace LoginAudit.Tests.Ingest;

public sealed class NativeEventParserTests
{
    private const string Needed = "\"occurredAt\":\"2026-08-31T00:00:00Z\",\"eventType\":\"login\",\"result\":\"success\"";
    private const string TimeTakes = "an ISO 8601 time with an offset, such as 2026-09-01T09:00:00+09:00";
    private const string TypeTakes = "one of login, logout, logout_requested, id_changed, password_changed, mfa, account_locked, account_unlocked, risk";

    private const string Whole =
        """
        {
          "source": "okta-main",
          "sourceEventId": "7f0c1b6e-0001",
          "occurredAt": "2026-08-31T09:30:15.1234567+09:00",
          "eventType": "login",
          "result": "failure",
          "reason": "invalid_credentials",
          "reasonRaw": "INVALID_CREDENTIALS",
          "userId": "00u1abcd",
          "loginId": "Kim@Example.com",
          "userName": "김민준",
          "ip": "::ffff:203.0.113.7",
          "loginMethod": "password",
          "serviceType": "pc_web",
          "userAgent": "Mozilla/5.0",
          "sessionId": "s-1",
          "correlationId": "c-1",
          "application": "Mail",
          "country": "KR",
          "city": "Seoul",
          "asn": 4294967295,
          "riskLevel": "low",
          "raw": { "b" : [1, 2] }
        }
        """;

    private static readonly DateTimeOffset Now = Samples.At("2026-09-01T00:00:00Z");

    [Fact]
    public void Parse_EveryField_IsTheWholeEvent()
    {
        var e = Parse(Whole);

        Assert.Equal(Samples.Acme, e.Tenant);
        Assert.Equal("okta-main", e.Source);
        Assert.Equal("7f0c1b6e-0001", e.SourceEventId);
        Assert.Equal(Samples.At("2026-08-31T00:30:15.1234567Z"), e.OccurredAt);
        Assert.Equal(TimeSpan.Zero, e.OccurredAt.Offset);
        Assert.Equal(Now, e.ReceivedAt);
        Assert.Equal(EventType.Login, e.EventType);
        Assert.Equal(EventResult.Failure, e.Result);
        Assert.Equal(Reason.InvalidCredentials, e.Reason);
        Assert.Equal("INVALID_CREDENTIALS", e.ReasonRaw);
        Assert.Equal("00u1abcd", e.UserId);
        Assert.Equal("Kim@Example.com", e.LoginId);
        Assert.Equal("김민준", e.UserName);
        Assert.Equal("203.0.113.7", e.Ip?.ToString());
        Assert.Equal(LoginMethod.Password, e.LoginMethod);
        Assert.Equal(ServiceType.PcWeb, e.ServiceType);
        Assert.Equal("Mozilla/5.0", e.UserAgent);
        Assert.Equal("s-1", e.SessionId);
        Assert.Equal("c-1", e.CorrelationId);
        Assert.Equal("Mail", e.Application);
        Assert.Equal("KR", e.Country);
        Assert.Equal("Seoul", e.City);
        Assert.Equal(4294967295, e.Asn);
        Assert.Equal("low", e.RiskLevel);
        Assert.Equal("{ \"b\" : [1, 2] }", Encoding.UTF8.GetString(e.Raw!.Value.Span));
        Assert.False(e.RawDropped);
    }

    // python3: sha256 of the event's own JSON, with no id and the first instant of time as receivedAt.
    [Fact]
    public void Parse_NeededFieldsOnly_TakesDefaultsAndAContentId()
    {
        var e = Parse($"{{{Needed}}}");

        Assert.Equal("native", e.Source);
        Assert.Equal("sha256-2c8ede8b13c2186a2ec2e8296d4899f7c2ee22429da263b5e6722c206c7bdfc3", e.SourceEventId);
        Assert.Equal(ServiceType.Others, e.ServiceType);
        Assert.Null(e.Reason);
        Assert.Null(e.UserId);
        Assert.Null(e.Ip);
        Assert.Null(e.Asn);
        Assert.Null(e.Raw);
    }

    [Theory]
    [InlineData("{\"eventType\":\"login\",\"result\":\"success\",\"occurredAt\":\"2026-08-31T00:00:00Z\"}")]
    [InlineData("{\"result\":\"success\",\"occurredAt\":\"2026-08-31T09:00:00.000+09:00\",\"eventType\":\"login\"}")]
    [InlineData("{ \"serviceType\" : \"others\", \"userId\" : null, \"source\":\"native\", \"city\":\"\", " + Needed + " }")]
    public void Parse_SameContentWrittenOtherwise_HasTheSameContentId(string json)
    {
        var e = Parse(json, Now.AddHours(1));

        Assert.Equal("sha256-2c8ede8b13c2186a2ec2e8296d4899f7c2ee22429da263b5e6722c206c7bdfc3", e.SourceEventId);
    }

    [Theory]
    [InlineData("\"userId\":\"a\"")]
    [InlineData("\"raw\":{}")]
    [InlineData("\"city\":\"Seoul\"")]
    [InlineData("\"source\":\"other\"")]
    public void Parse_OtherContent_HasAnotherContentId(string field)
    {
        var e = Parse($"{{{Needed},{field}}}");

        Assert.StartsWith("sha256-", e.SourceEventId, StringComparison.Ordinal);
        Assert.Equal(71, e.SourceEventId.Length);
        Assert.NotEqual("sha256-2c8ede8b13c2186a2ec2e8296d4899f7c2ee22429da263b5e6722c206c7bdfc3", e.SourceEventId, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("null", "got 'null'")]
    [InlineData("[]", "got '[]'")]
    [InlineData("7", "got '7'")]
    [InlineData("\"a\"", "got '\"a\"'")]
    public void Parse_NoObject_SaysSo(string json, string got)
    {
        // An array of one, as a bare array would be taken apart.
        Assert.Equal(new Fault("not_an_object", "", $"{got}; takes a JSON object"), Assert.Single(Faults($"[{json}]")));
    }

    [Theory]
    [InlineData("\"occurredAt\":\"2026-08-31T00:00:00\"", "time_without_offset", "occurredAt", "got '2026-08-31T00:00:00'; takes " + TimeTakes)]
    [InlineData("\"occurredAt\":\"yesterday\"", "invalid_value", "occurredAt", "got 'yesterday'; takes " + TimeTakes)]
    [InlineData("\"occurredAt\":\"0001-01-01T00:00:00+09:00\"", "invalid_value", "occurredAt", "got '0001-01-01T00:00:00+09:00'; takes " + TimeTakes)]
    [InlineData("\"occurredAt\":1788220800", "wrong_type", "occurredAt", "got '1788220800'; takes " + TimeTakes)]
    [InlineData("\"occurredAt\":null", "missing", "occurredAt", "got nothing; takes " + TimeTakes)]
    [InlineData("\"occurredAt\":\" \"", "missing", "occurredAt", "got ' '; takes " + TimeTakes)]
    [InlineData("\"eventType\":\"signin\"", "invalid_value", "eventType", "got 'signin'; takes " + TypeTakes)]
    [InlineData("\"eventType\":\"\"", "missing", "eventType", "got ''; takes " + TypeTakes)]
    [InlineData("\"eventType\":0", "wrong_type", "eventType", "got '0'; takes " + TypeTakes)]
    [InlineData("\"result\":\"Success\"", "invalid_value", "result", "got 'Success'; takes one of success, failure, interrupted")]
    [InlineData("\"result\":true", "wrong_type", "result", "got 'true'; takes one of success, failure, interrupted")]
    [InlineData("\"reason\":\"why\"", "invalid_value", "reason", "got 'why'; takes one of invalid_credentials, unknown_user, account_disabled, account_locked, password_expired, mfa_required, mfa_failed, ip_blocked, threat, policy_denied, session_expired, idp_error, other")]
    [InlineData("\"loginMethod\":\"magic\"", "invalid_value", "loginMethod", "got 'magic'; takes one of password, sso, social, phone_otp, email_otp, totp, passkey, certificate, token, other")]
    [InlineData("\"serviceType\":\"web\"", "invalid_value", "serviceType", "got 'web'; takes one of pc_web, pc_app, mobile_app, drive_explorer, imap, pop3, smtp, caldav, api, others")]
    [InlineData("\"ip\":\"127.1\"", "invalid_value", "ip", "got '127.1'; takes an IPv4 or IPv6 address, without a port")]
    [InlineData("\"ip\":\"1.2.3.4:80\"", "invalid_value", "ip", "got '1.2.3.4:80'; takes an IPv4 or IPv6 address, without a port")]
    [InlineData("\"ip\":\"10.0.0.0/8\"", "invalid_value", "ip", "got '10.0.0.0/8'; takes an IPv4 or IPv6 address, without a port")]
    [InlineData("\"ip\":16909060", "wrong_type", "ip", "got '16909060'; takes a text")]
    [InlineData("\"userId\":{\"id\":1}", "wrong_type", "userId", "got 'an object'; takes a text")]
    [InlineData("\"userId\":[]", "wrong_type", "userId", "got 'an array'; takes a text")]
    [InlineData("\"userAgent\":7", "wrong_type", "userAgent", "got '7'; takes a text")]
    [InlineData("\"asn\":-1", "invalid_value", "asn", "got '-1'; takes a whole number from 0 to 4294967295")]
    [InlineData("\"asn\":4294967296", "invalid_value", "asn", "got '4294967296'; takes a whole number from 0 to 4294967295")]
    [InlineData("\"asn\":1.5", "invalid_value", "asn", "got '1.5'; takes a whole number from 0 to 4294967295")]
    [InlineData("\"asn\":1e400", "invalid_value", "asn", "got '1e400'; takes a whole number from 0 to 4294967295")]
    [InlineData("\"asn\":\"4766\"", "wrong_type", "asn", "got '\"4766\"'; takes a whole number from 0 to 4294967295")]
    [InlineData("\"source\":\"a b\"", "invalid_value", "source", "got 'a b'; takes 1 to 63 of a-z, A-Z, 0-9, '.', '_' and '-', starting with a letter or digit")]
    [InlineData("\"source\":\".a\"", "invalid_value", "source", "got '.a'; takes 1 to 63 of a-z, A-Z, 0-9, '.', '_' and '-', starting with a letter or digit")]
    [InlineData("\"source\":\"a\\n\"", "invalid_value", "source", "got 'a\n'; takes 1 to 63 of a-z, A-Z, 0-9, '.', '_' and '-', starting with a letter or digit")]
    [InlineData("\"userId\":\"\\ud800\"", "invalid_value", "userId", "got half a surrogate pair; takes valid Unicode")]
    [InlineData("\"userName\":\"a\\udc00b\"", "invalid_value", "userName", "got half a surrogate pair; takes valid Unicode")]
    [InlineData("\"userAgent\":\"\\ud83d\"", "invalid_value", "userAgent", "got half a surrogate pair; takes valid Unicode")]
    public void Parse_BadField_NamesItWhatItGotAndWhatItTakes(string field, string code, string name, string detail)
    {
        var fault = Assert.Single(Faults(With(field)));

        Assert.Equal(new Fault(code, name, detail), fault);
    }

    [Theory]
    [InlineData("sourceEventId", 256)]
    [InlineData("userId", 256)]
    [InlineData("loginId", 256)]
    [InlineData("userName", 256)]
    [InlineData("sessionId", 256)]
    [InlineData("correlationId", 256)]
    [InlineData("application", 256)]
    [InlineData("country", 128)]
    [InlineData("city", 128)]
    [InlineData("riskLevel", 128)]
    public void Parse_TextThatIsTooLong_IsRejectedAndTheLongestIsNot(string field, int longest)
    {
        Assert.NotNull(Parse(With($"\"{field}\":\"{new string('a', longest)}\"")));
        Assert.Equal(
            new Fault("too_long", field, $"got '{new string('a', 80)}…' ({longest + 1} characters); takes at most {longest} characters"),
            Assert.Single(Faults(With($"\"{field}\":\"{new string('a', longest + 1)}\""))));
    }

    [Fact]
    public void Parse_SourceOf63Characters_IsTheLongest()
    {
        Assert.Equal(63, Parse(With($"\"source\":\"{new string('a', 63)}\"")).Source.Length);
        var fault = Assert.Single(Faults(With($"\"source\":\"{new string('a', 64)}\"")));
        Assert.Equal("too_long", fault.Code);
        Assert.Equal("source", fault.Field);
    }

    [Fact]
    public void Parse_UnknownField_NamesItAndTheKnownOnes()
    {
        var fault = Assert.Single(Faults(With("\"UserId\":\"a\"")));

        Assert.Equal(
            new Fault(
                "unknown_field",
                "UserId",
                "got 'UserId'; takes only application, asn, city, correlationId, country, eventType, ip, loginId, loginMethod, occurredAt, "
                + "raw, reason, reasonRaw, result, riskLevel, serviceType, sessionId, source, sourceEventId, userAgent, userId, userName"),
            fault);
    }

    [Theory]
    [InlineData("id")]
    [InlineData("tenantId")]
    [InlineData("receivedAt")]
    [InlineData("rawDropped")]
    public void Parse_FieldThatLoginAuditGives_IsUnknown(string field)
    {
        var fault = Assert.Single(Faults(With($"\"{field}\":\"x\"")));

        Assert.Equal("unknown_field", fault.Code);
        Assert.Equal(field, fault.Field);
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("userId\\ud800")]
    [InlineData("\\udc00")]
    public void Parse_FieldNameWithHalfASurrogatePair_IsUnknown(string name)
    {
        var fault = Assert.Single(Faults(With($"\"{name}\":1")));

        Assert.Equal("unknown_field", fault.Code);
    }

    [Fact]
    public void Parse_ManyFaults_AreAllNamedAtOnce()
    {
        var faults = Faults(
            "{\"source\":\"a b\",\"sourceEventId\":1,\"occurredAt\":\"x\",\"result\":\"x\",\"reason\":\"x\",\"userId\":[],\"ip\":\"x\","
            + "\"asn\":\"x\",\"country\":false,\"extra\":1,\"other\":2}");

        Assert.Equal(
            ["asn", "country", "eventType", "extra", "ip", "occurredAt", "other", "reason", "result", "source", "sourceEventId", "userId"],
            faults.Select(fault => fault.Field).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    [Fact]
    public void Parse_EmptyObject_LacksThreeFields()
    {
        Assert.Equal(
            [("missing", "occurredAt"), ("missing", "eventType"), ("missing", "result")],
            Faults("{}").Select(fault => (fault.Code, fault.Field)));
    }

    [Theory]
    [InlineData("2026-03-05T00:00:00Z")] // 180 days
    [InlineData("2026-03-05T09:00:00+09:00")]
    [InlineData("2026-09-01T00:05:00Z")]
    [InlineData("2026-09-01T00:05:00.00000009Z")] // cut to the tick
    public void Parse_TimeAtTheBorder_IsAccepted(string time)
    {
        Assert.NotNull(Parse($"{{\"occurredAt\":\"{time}\",\"eventType\":\"login\",\"result\":\"success\"}}"));
    }

    [Theory]
    [InlineData("2026-03-04T23:59:59.9999999Z", "too_old", "got '2026-03-04T23:59:59.9999999Z'; takes a time of the last 180 days")]
    [InlineData("0001-01-01T00:00:00Z", "too_old", "got '0001-01-01T00:00:00.0000000Z'; takes a time of the last 180 days")]
    [InlineData("2026-09-01T00:05:00.0000001Z", "too_far_ahead", "got '2026-09-01T00:05:00.0000001Z'; takes a time at most 5 minutes ahead")]
    [InlineData("9999-12-31T23:59:59.9999999Z", "too_far_ahead", "got '9999-12-31T23:59:59.9999999Z'; takes a time at most 5 minutes ahead")]
    public void Parse_TimeOneTickPastTheBorder_IsRejected(string time, string code, string detail)
    {
        Assert.Equal(
            new Fault(code, "occurredAt", detail),
            Assert.Single(Faults($"{{\"occurredAt\":\"{time}\",\"eventType\":\"login\",\"result\":\"success\"}}")));
    }

    [Theory]
    [InlineData("userAgent")]
    [InlineData("reasonRaw")]
    public void Parse_LongTextOfAnAttacker_IsCutAtACharacter(string field)
    {
        string? Cut(string text)
        {
            var e = Parse(With($"\"{field}\":\"{text}\""));
            return field == "userAgent" ? e.UserAgent : e.ReasonRaw;
        }

        Assert.Equal(new string('a', 1024), Cut(new string('a', 1024)));
        Assert.Equal(new string('a', 1024), Cut(new string('a', 1025)));
        Assert.Equal(new string('a', 1022) + "😀", Cut(new string('a', 1022) + "😀b"));
        Assert.Equal(new string('a', 1023), Cut(new string('a', 1023) + "😀"));
        Assert.Equal(new string('a', 1023), Cut(new string('a', 1023) + "😀" + new string('b', 5000)));
    }

    [Theory]
    [InlineData("a\\u0000b", "a\uFFFDb")]
    [InlineData("a\\u001bb", "a\uFFFDb")]
    [InlineData("a\\u007fb", "a\uFFFDb")]
    [InlineData("a\\u0085b", "a\uFFFDb")]
    [InlineData("a\\ufffeb", "a\uFFFDb")]
    [InlineData("a\\uffffb", "a\uFFFDb")]
    [InlineData("a\\t\\r\\nb", "a\t\r\nb")]
    [InlineData("a\\ud83d\\ude00b", "a😀b")]
    public void Parse_ControlCharacter_BecomesAReplacement(string json, string text)
    {
        Assert.Equal(text, Parse(With($"\"userName\":\"{json}\"")).UserName);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("\" \\t\"")]
    public void Parse_OptionalFieldWithoutText_IsMissing(string value)
    {
        var e = Parse($"{{{Needed},\"userId\":{value},\"ip\":{value},\"reason\":{value},\"userAgent\":{value},\"serviceType\":{value}}}");

        Assert.Null(e.UserId);
        Assert.Null(e.Ip);
        Assert.Null(e.Reason);
        Assert.Null(e.UserAgent);
        Assert.Equal(ServiceType.Others, e.ServiceType);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("\"text\"")]
    [InlineData("[{\"a\":null}]")]
    [InlineData("\"\\ud800\"")] // as it was sent, whatever it is
    public void Parse_Raw_IsKeptAsItWasSent(string raw)
    {
        Assert.Equal(raw, Encoding.UTF8.GetString(Parse(With($"\"raw\":{raw}")).Raw!.Value.Span));
    }

    [Fact]
    public void Parse_RawNestedAsDeepAsABodyMayBe_IsKept()
    {
        var raw = new string('[', 63) + new string(']', 63);

        Assert.Equal(raw, Encoding.UTF8.GetString(Parse(With($"\"raw\":{raw}")).Raw!.Value.Span));
    }

    [Theory]
    [InlineData("{" + Needed + ",\"raw\":\"\u00FF\"}")]
    [InlineData("{" + Needed + ",\"raw\":{\"a\":\"\u00FF\"}}")]
    [InlineData("{" + Needed + ",\"userAgent\":\"\u00FF\"}")]
    [InlineData("{" + Needed + ",\"a\u00FF\":1}")]
    [InlineData("[\"\u00FF\"]")]
    public void Parse_BytesThatAreNoUtf8_AreAFaultOfThatEventOrReplaced(string latin1)
    {
        var faults = new List<Fault>();
        ReadOnlyMemory<byte> body = Encoding.Latin1.GetBytes(latin1);
        var element = Assert.Single(EventBody.Split(body, 1000));

        var e = element.Fault is null ? NativeEventParser.Parse(element.Json, Samples.Acme, Now, TimeSpan.FromDays(180), faults) : null;

        Assert.Equal(e is null, element.Fault is not null || faults.Count > 0);
    }

    [Property(Arbitrary = [typeof(Mutations)], MaxTest = 3000)]
    public void Parse_WholeEventWithAnyBytesChanged_ThrowsNothingButAProblem(Mutation mutation)
    {
        byte[] body = Encoding.UTF8.GetBytes(Whole);
        for (var i = 0; i < mutation.Places.Length; i++)
        {
            body[mutation.Places[i] % body.Length] = mutation.Values[i];
        }

        var thrown = Record.Exception(() =>
        {
            foreach (var element in EventBody.Split(body, 1000).Where(element => element.Fault is null))
            {
                var faults = new List<Fault>();
                var e = NativeEventParser.Parse(element.Json, Samples.Acme, Now, TimeSpan.FromDays(180), faults);
                Assert.Equal(e is null, faults.Count > 0);
            }
        });

        Assert.True(thrown is null or ProblemException, $"{Encoding.Latin1.GetString(body)} threw {thrown}");
    }

    public sealed record Mutation(int[] Places, byte[] Values);

    private static class Mutations
    {
        public static Arbitrary<Mutation> Mutation() => (
            from count in Gen.Choose(1, 3)
            from places in Gen.Choose(0, 10_000).ArrayOf(count)
            from values in Gen.Frequency(
                (1, Gen.Choose(0, 255).Select(value => (byte)value)), (3, Gen.Elements("{}[]\",:\\0-. eu\n"u8.ToArray()))).ArrayOf(count)
            select new Mutation(places, values)).ToArbitrary();
    }

    /// <summary>An event with the needed fields and this one, which replaces the needed one of its name.</summary>
    private static string With(string field)
    {
        var name = field[..field.IndexOf(':', StringComparison.Ordinal)];
        var needed = Needed.Split(',').Where(part => !part.StartsWith(name + ":", StringComparison.Ordinal));
        return $"{{{string.Join(',', needed.Append(field))}}}";
    }

    private static LoginEvent Parse(string json, DateTimeOffset? now = null)
    {
        var (e, faults) = Read(json, now ?? Now);
        Assert.Empty(faults);
        Assert.NotNull(e);
        return e;
    }

    private static List<Fault> Faults(string json)
    {
        var (e, faults) = Read(json, Now);
        Assert.Null(e);
        return faults;
    }

    private static (LoginEvent? Event, List<Fault> Faults) Read(string json, DateTimeOffset now)
    {
        var faults = new List<Fault>();
        var element = Assert.Single(EventBody.Split(Encoding.UTF8.GetBytes(json), 1000));
        Assert.Null(element.Fault);
        return (NativeEventParser.Parse(element.Json, Samples.Acme, now, TimeSpan.FromDays(180), faults), faults);
    }
}
