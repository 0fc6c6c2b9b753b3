using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using LoginAudit.Http;
using LoginAudit.Log.Events;
using LoginAudit.Search;
using LoginAudit.Tests.Events;

namespace LoginAudit.Tests.Search;

public sealed class SearchParametersTests
{
    private const string Cursor = "AQjfAjvOdQAACN8Hu_dZQAAI3wdXYiRgB2JpbnVveW9remE0N2VpaHZib2Y1Z2JkY3g0A1mHNNI9rOzR5bAo0H8mmA";

    private static readonly DateTimeOffset Now = Samples.At("2026-09-01T00:00:00Z");

    [Fact]
    public void Parse_Nothing_IsTheLastSevenDaysNewestFirst()
    {
        var query = Parse();

        Assert.Equal(Samples.Acme, query.Tenant);
        Assert.Equal(Samples.At("2026-08-25T00:00:00Z"), query.From);
        Assert.Equal(Samples.At("2026-09-01T00:00:00Z"), query.To);
        Assert.True(query.Descending);
        Assert.Equal(50, query.Limit);
        Assert.Null(query.After);
        Assert.Equal("", query.Filter.Canonical());
    }

    [Fact]
    public void Parse_EveryParameter_IsTheWholeQuery()
    {
        var query = Parse(
            ("user", "Kim@Example.com"),
            ("ip", "203.0.113.0/24"),
            ("eventType", "login"),
            ("result", "failure"),
            ("reason", "invalid_credentials"),
            ("method", "password"),
            ("service", "pc_web"),
            ("source", "okta-main"),
            ("q", "chrome seoul"),
            ("from", "2026-08-01T00:00:00+09:00"),
            ("to", "2026-08-02T00:00:00+09:00"),
            ("order", "asc"),
            ("limit", "1000"));

        Assert.Equal(Samples.At("2026-07-31T15:00:00Z"), query.From);
        Assert.Equal(Samples.At("2026-08-01T15:00:00Z"), query.To);
        Assert.False(query.Descending);
        Assert.Equal(1000, query.Limit);
        Assert.Equal(["kim@example.com"], query.Filter.User.Any, StringComparer.Ordinal);
        Assert.Equal("00000000000000000000ffffcb007100", IpRange.Hex(Assert.Single(query.Filter.Ip.Any).First));
        Assert.Equal("00000000000000000000ffffcb0071ff", IpRange.Hex(query.Filter.Ip.Any[0].Last));
        Assert.Equal([EventType.Login], query.Filter.EventType.Any);
        Assert.Equal([EventResult.Failure], query.Filter.Result.Any);
        Assert.Equal([Reason.InvalidCredentials], query.Filter.Reason.Any);
        Assert.Equal([LoginMethod.Password], query.Filter.Method.Any);
        Assert.Equal([ServiceType.PcWeb], query.Filter.Service.Any);
        Assert.Equal(["okta-main"], query.Filter.Source.Any, StringComparer.Ordinal);
        Assert.Equal(["chrome", "seoul"], query.Filter.Words, StringComparer.Ordinal);
        Assert.False(query.Filter.User.None.Any() || query.Filter.Ip.None.Any() || query.Filter.Result.None.Any());
    }

    [Fact]
    public void Parse_SeveralValuesAndLists_AreAllTaken()
    {
        var query = Parse(("user", "a,B"), ("user", " c "), ("user", "!d"), ("user", "e,! f"));

        Assert.Equal(["a", "b", "c", "e"], query.Filter.User.Any, StringComparer.Ordinal);
        Assert.Equal(["d", "f"], query.Filter.User.None, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("user", "!user=1:a\n")]
    [InlineData("source", "!source=1:a\n")]
    public void Parse_LeadingExclamationMark_Excludes(string name, string canonical)
    {
        Assert.Equal(canonical, Parse((name, "!a")).Filter.Canonical());
    }

    [Theory]
    [InlineData("ip", "!10.0.0.0/8", "!ip=65:00000000000000000000ffff0a000000-00000000000000000000ffff0affffff\n")]
    [InlineData("ip", "2001:db8::/32", "ip=65:20010db8000000000000000000000000-20010db8ffffffffffffffffffffffff\n")]
    [InlineData("ip", "::ffff:10.0.0.1", "ip=65:00000000000000000000ffff0a000001-00000000000000000000ffff0a000001\n")]
    [InlineData("eventType", "!mfa,risk", "eventType=4:risk\n!eventType=3:mfa\n")]
    [InlineData("result", "!success", "!result=7:success\n")]
    [InlineData("reason", "!other,!threat", "!reason=5:other\n!reason=6:threat\n")]
    [InlineData("method", "totp,passkey", "method=7:passkey\nmethod=4:totp\n")]
    [InlineData("service", "!imap", "!service=4:imap\n")]
    [InlineData("source", "Okta", "source=4:Okta\n")] // names of sources keep their case
    [InlineData("q", "  !a\t b,c ", "q=2:!a\nq=3:b,c\n")] // words know neither lists nor exclusion
    public void Parse_Condition_IsItsCanonicalText(string name, string value, string canonical)
    {
        Assert.Equal(canonical, Parse((name, value)).Filter.Canonical());
    }

    [Fact]
    public void Parse_ToOnly_IsTheSevenDaysBeforeIt()
    {
        var query = Parse(("to", "2026-06-08T00:00:00Z"));

        Assert.Equal(Samples.At("2026-06-01T00:00:00Z"), query.From);
        Assert.Equal(Samples.At("2026-06-08T00:00:00Z"), query.To);
    }

    [Fact]
    public void Parse_FromOnly_IsUntilNow()
    {
        var query = Parse(("from", "2026-06-01T00:00:00Z"));

        Assert.Equal(Samples.At("2026-06-01T00:00:00Z"), query.From);
        Assert.Equal(Now, query.To);
    }

    [Fact]
    public void Parse_PlusThatArrivedAsASpace_IsAnOffset()
    {
        var query = Parse(("from", "2026-08-31T09:00:00 09:00"), ("to", "2026-08-31T10:00:00.5 09:00"));

        Assert.Equal(Samples.At("2026-08-31T00:00:00Z"), query.From);
        Assert.Equal(Samples.At("2026-08-31T01:00:00.5Z"), query.To);
    }

    // '+0900' is taken as an offset, so it must be as well when its plus sign arrives as a space.
    [Fact]
    public void Parse_PlusOfAnOffsetWithoutColonThatArrivedAsASpace_IsAnOffset()
    {
        var query = Parse(("from", "2026-08-31T09:00:00 0900"));

        Assert.Equal(Samples.At("2026-08-31T00:00:00Z"), query.From);
    }

    [Fact]
    public void Parse_DateAndTimePartedByASpaceWithOffset_IsThatTime()
    {
        var query = Parse(("from", "2026-08-31 09:00:00+09:00"), ("to", "2026-08-31 10:00 09:00"));

        Assert.Equal(Samples.At("2026-08-31T00:00:00Z"), query.From);
        Assert.Equal(Samples.At("2026-08-31T01:00:00Z"), query.To);
    }

    [Theory]
    [InlineData("2026-08-31T09:00:00")]
    [InlineData("2026-08-31T09:00")]
    [InlineData("2026-08-31 09:00:00")]
    [InlineData("2026-08-31 09:00")] // the space is no offset's plus sign
    public void Parse_TimeWithoutOffset_SaysSo(string text)
    {
        var fault = Assert.Single(Faults(("from", text)));

        Assert.Equal(
            new Fault("time_without_offset", "from", $"got '{text}'; takes an ISO 8601 time with an offset, such as 2026-09-01T09:00:00+09:00"),
            fault);
    }

    [Theory]
    [InlineData("from", "yesterday", "got 'yesterday'; takes an ISO 8601 time with an offset, such as 2026-09-01T09:00:00+09:00")]
    [InlineData("from", "", "got ''; takes an ISO 8601 time with an offset, such as 2026-09-01T09:00:00+09:00")]
    [InlineData("from", "0001-01-01T00:00:00+09:00", "got '0001-01-01T00:00:00+09:00'; takes an ISO 8601 time with an offset, such as 2026-09-01T09:00:00+09:00")]
    [InlineData("to", "2026-02-30T00:00:00Z", "got '2026-02-30T00:00:00Z'; takes an ISO 8601 time with an offset, such as 2026-09-01T09:00:00+09:00")]
    [InlineData("user", "", "got ''; takes user ids or login ids")]
    [InlineData("user", "a,,b", "got ''; takes user ids or login ids")]
    [InlineData("user", "!", "got '!'; takes user ids or login ids")]
    [InlineData("user", "  ", "got '  '; takes user ids or login ids")]
    [InlineData("source", "!", "got '!'; takes 1 to 63 of a-z, A-Z, 0-9, '.', '_' and '-', starting with a letter or digit")]
    [InlineData("ip", "127.1", "got '127.1'; takes addresses or CIDR blocks, such as 203.0.113.0/24")]
    [InlineData("ip", "!1.2.3.4/33", "got '!1.2.3.4/33'; takes addresses or CIDR blocks, such as 203.0.113.0/24")]
    [InlineData("ip", "[::1]:80", "got '[::1]:80'; takes addresses or CIDR blocks, such as 203.0.113.0/24")]
    [InlineData("eventType", "Login", "got 'Login'; takes one of login, logout, logout_requested, id_changed, password_changed, mfa, account_locked, account_unlocked, risk")]
    [InlineData("result", "ok", "got 'ok'; takes one of success, failure, interrupted")]
    [InlineData("reason", "!why", "got '!why'; takes one of invalid_credentials, unknown_user, account_disabled, account_locked, password_expired, mfa_required, mfa_failed, ip_blocked, threat, policy_denied, session_expired, idp_error, other")]
    [InlineData("method", "0", "got '0'; takes one of password, sso, social, phone_otp, email_otp, totp, passkey, certificate, token, other")]
    [InlineData("service", "PC Web", "got 'PC Web'; takes one of pc_web, pc_app, mobile_app, drive_explorer, imap, pop3, smtp, caldav, api, others")]
    [InlineData("order", "DESC", "got 'DESC'; takes desc or asc")]
    [InlineData("order", "", "got ''; takes desc or asc")]
    [InlineData("limit", "0", "got '0'; takes a whole number from 1 to 1000")]
    [InlineData("limit", "1001", "got '1001'; takes a whole number from 1 to 1000")]
    [InlineData("limit", "-1", "got '-1'; takes a whole number from 1 to 1000")]
    [InlineData("limit", "+1", "got '+1'; takes a whole number from 1 to 1000")]
    [InlineData("limit", " 1", "got ' 1'; takes a whole number from 1 to 1000")]
    [InlineData("limit", "1.5", "got '1.5'; takes a whole number from 1 to 1000")]
    [InlineData("limit", "99999999999", "got '99999999999'; takes a whole number from 1 to 1000")]
    [InlineData("limit", "", "got ''; takes a whole number from 1 to 1000")]
    [InlineData("cursor", "abc", "got 'abc'; takes a nextCursor of the same search: tenant, conditions, period and order")]
    [InlineData("cursor", "", "got ''; takes a nextCursor of the same search: tenant, conditions, period and order")]
    public void Parse_BadValue_NamesTheParameterWhatItGotAndWhatItTakes(string name, string value, string detail)
    {
        var fault = Assert.Single(Faults((name, value)));

        Assert.Equal(new Fault("invalid_value", name, detail), fault);
    }

    [Fact]
    public void Parse_LongBadValue_IsShownCut()
    {
        var fault = Assert.Single(Faults(("result", new string('x', 300))));

        Assert.Equal($"got '{new string('x', 80)}…' (300 characters); takes one of success, failure, interrupted", fault.Detail);
    }

    [Fact]
    public void Parse_ValueOf256Characters_IsTheLongest()
    {
        var query = Parse(("user", new string('x', 256)));

        Assert.Single(query.Filter.User.Any);
        Assert.Equal("user", Assert.Single(Faults(("user", new string('x', 257)))).Field);
    }

    // Unicode that has no form C: these must be a fault (or find nothing), never an error of ours.
    [Fact]
    public void Parse_UserThatIsNoUnicode_ThrowsNothingButAProblem()
    {
        // No theory: attributes cannot hold half a surrogate pair.
        Assert.All(["a\uFFFE", "\uD800", "a\uDC00b", "\uFFFF"], user =>
        {
            var thrown = Record.Exception(() => Parse(("user", user)));
            Assert.True(thrown is null or ProblemException, $"Threw {thrown?.GetType().Name}.");
        });
    }

    [Fact]
    public void Parse_TooManyValues_SaysHowMany()
    {
        var twenty = string.Join(',', Enumerable.Range(1, 20));

        Assert.Equal(20, Parse(("user", twenty)).Filter.User.Any.Length);
        Assert.Equal(
            new Fault("too_many", "user", "got '21 values'; takes at most 20"), Assert.Single(Faults(("user", twenty), ("user", "!21"))));
        Assert.Equal(
            new Fault("too_many", "q", "got '11 words'; takes at most 10 words of at most 256 characters"),
            Assert.Single(Faults(("q", "1 2 3 4 5 6"), ("q", "7 8 9 10 11"))));
        Assert.Equal("q", Assert.Single(Faults(("q", new string('x', 257)))).Field);
    }

    [Theory]
    [InlineData("limit", "1")]
    [InlineData("order", "asc")]
    [InlineData("from", "2026-08-31T00:00:00Z")]
    [InlineData("to", "2026-08-31T00:00:00Z")]
    public void Parse_SingleParameterGivenTwice_SaysSo(string name, string value)
    {
        var fault = Assert.Single(Faults((name, value), (name, value)));

        Assert.Equal(new Fault("too_many", name, "got '2 values'; takes one value"), fault);
    }

    [Theory]
    [InlineData("form")]
    [InlineData("From")]
    [InlineData("page")]
    [InlineData("")]
    public void Parse_UnknownParameter_NamesItAndTheKnownOnes(string name)
    {
        var fault = Assert.Single(Faults((name, "x")));

        Assert.Equal(
            new Fault(
                "unknown_parameter",
                name,
                $"got '{name}'; takes only user, ip, eventType, result, reason, method, service, source, q, from, to, tz, order, limit, cursor, explain"),
            fault);
    }

    [Fact]
    public void Parse_FromNotBeforeTo_NamesFrom()
    {
        Assert.Equal(
            new Fault("invalid_value", "from", "got '2026-08-31T00:00:00.0000001Z'; takes a time before 'to' (2026-08-31T00:00:00.0000000Z)"),
            Assert.Single(Faults(("from", "2026-08-31T00:00:00.0000001Z"), ("to", "2026-08-31T00:00:00Z"))));
        Assert.Equal("from", Assert.Single(Faults(("from", "2026-08-31T00:00:00Z"), ("to", "2026-08-31T00:00:00Z"))).Field);
        Assert.Equal("from", Assert.Single(Faults(("from", "2026-09-01T00:00:00Z"))).Field); // 'to' is now
    }

    [Fact]
    public void Parse_Period_IsAtMost180Days()
    {
        var query = Parse(("from", "2026-03-05T00:00:00Z"), ("to", "2026-09-01T00:00:00Z"));

        Assert.Equal(TimeSpan.FromDays(180), query.To - query.From);
        Assert.Equal(
            new Fault("invalid_value", "from", "got '2026-03-04T23:59:59.9999999Z'; takes a time at most 180 days before 'to' (2026-09-01T00:00:00.0000000Z)"),
            Assert.Single(Faults(("from", "2026-03-04T23:59:59.9999999Z"), ("to", "2026-09-01T00:00:00Z"))));
        Assert.Equal("from", Assert.Single(Faults(("from", "2026-03-04T00:00:00Z"))).Field); // 181 days
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("0001-01-05T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59.9999999Z")]
    public void Parse_ToAtTheEndsOfTime_ThrowsNothingButAProblem(string to)
    {
        var thrown = Record.Exception(() => Parse(("to", to)));

        Assert.True(thrown is null or ProblemException, $"Threw {thrown?.GetType().Name}.");
    }

    [Fact]
    public void Parse_ManyFaults_AreAllNamedAtOnce()
    {
        var faults = Faults(
            ("form", "x"), ("user", ""), ("ip", "1"), ("eventType", "x"), ("result", "x"), ("reason", "x"), ("method", "x"),
            ("service", "x"), ("source", ""), ("q", new string('x', 257)), ("from", "x"), ("to", "x"), ("order", "x"), ("limit", "x"));

        Assert.Equal(
            ["eventType", "form", "from", "ip", "limit", "method", "order", "q", "reason", "result", "service", "source", "to", "user"],
            faults.Select(fault => fault.Field).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    [Fact]
    public void Parse_TwoBadValuesOfOneParameter_AreTwoFaults()
    {
        var faults = Faults(("result", "a,success,b"));

        Assert.Equal(
            ["got 'a'; takes one of success, failure, interrupted", "got 'b'; takes one of success, failure, interrupted"],
            faults.Select(fault => fault.Detail),
            StringComparer.Ordinal);
    }

    [Fact]
    public void Parse_Fault_IsAProblem400()
    {
        var e = Assert.Throws<ProblemException>(() => Parse(("limit", "0")));

        Assert.Equal(400, e.Status);
        Assert.Equal("invalid_request", e.Code);
    }

    [Fact]
    public void Parse_CursorOfTheSameSearch_GoesOnInItsPeriod()
    {
        var query = Parse(("cursor", Cursor), ("result", "failure"), ("limit", "10"));

        Assert.Equal(Samples.At("2026-08-25T00:00:00Z"), query.From);
        Assert.Equal(Samples.At("2026-09-01T00:00:00Z"), query.To);
        Assert.Equal(Samples.At("2026-08-31T12:00:00.0000007Z").Ticks, query.After!.Value.Ticks);
        Assert.Equal("binuoyokza47eihvbof5gbdcx4", query.After.Value.Key);
        Assert.Equal(10, query.Limit);
    }

    [Fact]
    public void Parse_CursorWithItsOwnPeriodInAnyForm_GoesOn()
    {
        var query = Parse(
            ("cursor", Cursor), ("result", "failure"), ("from", "2026-08-25T09:00:00+09:00"), ("to", "2026-09-01T00:00Z"));

        Assert.NotNull(query.After);
    }

    [Theory]
    [InlineData("result", "success")]
    [InlineData("result", "!failure")]
    [InlineData("order", "asc")]
    [InlineData("q", "a")]
    [InlineData("from", "2026-08-25T00:00:00.0000001Z")]
    [InlineData("to", "2026-08-31T00:00:00Z")]
    public void Parse_CursorOfAnotherSearch_NamesTheCursor(string name, string value)
    {
        (string, string)[] parameters = name == "result"
            ? [("cursor", Cursor), (name, value)]
            : [("cursor", Cursor), ("result", "failure"), (name, value)];

        var fault = Assert.Single(Faults(parameters));

        Assert.Equal("cursor", fault.Field);
    }

    [Fact]
    public void Parse_CursorOfAnotherTenant_NamesTheCursor()
    {
        var parameters = new Dictionary<string, string[]>(StringComparer.Ordinal) { ["cursor"] = [Cursor], ["result"] = ["failure"] };

        var e = Assert.Throws<ProblemException>(() => new SearchParameters(parameters).Parse(TenantId.Parse("other"), Now));

        Assert.Equal("cursor", Assert.IsType<Fault>(Assert.Single(e.Errors)).Field);
    }

    [Property(Arbitrary = [typeof(Requests)], MaxTest = 2000)]
    public void Parse_AnyText_ThrowsNothingButAProblem(AnyParameter parameter)
    {
        var thrown = Record.Exception(() => Parse((parameter.Name, parameter.Value)));

        Assert.True(thrown is null or ProblemException, $"{parameter} threw {thrown}");
    }

    private static SearchQuery Parse(params (string Name, string Value)[] parameters) => new SearchParameters(
        parameters.GroupBy(parameter => parameter.Name, StringComparer.Ordinal).ToDictionary(
            group => group.Key, group => group.Select(parameter => parameter.Value).ToArray(), StringComparer.Ordinal))
        .Parse(Samples.Acme, Now);

    private static List<Fault> Faults(params (string Name, string Value)[] parameters) =>
        [.. Assert.Throws<ProblemException>(() => Parse(parameters)).Errors.Cast<Fault>()];

    public sealed record AnyParameter(string Name, string Value);

    private static class Requests
    {
        private static readonly string[] Names =
            ["user", "ip", "eventType", "result", "reason", "method", "service", "source", "q", "from", "to", "order", "limit", "cursor", "x"];

        private static readonly string[] Pieces =
        [
            "", " ", "!", ",", "a", "1", "0", ".", ":", "/", "+", "-", "%", "::1", "10.0.0.0/8", "login", "2026-08-31T00:00:00Z",
            "0001-01-01T00:00:00", "9999-12-31T23:59:59.9999999", "+14:00", "-14:00", "\0", "\n", "é", "한", "😀", "\u0301", "AQj",
        ];

        public static Arbitrary<AnyParameter> Parameter() => (
            from name in Gen.Elements(Names)
            from length in Gen.Choose(0, 6)
            from pieces in Gen.Elements(Pieces).ArrayOf(length)
            select new AnyParameter(name, string.Concat(pieces))).ToArbitrary();
    }
}
