using System.Collections.Immutable;
using FsCheck.Xunit;
using LoginAudit.Log.Events;

namespace LoginAudit.Tests.Events;

public sealed class EventFilterTests
{
    [Fact]
    public void Matches_WithoutConditions_LetsEverythingThrough()
    {
        Assert.True(EventFilter.Everything.Matches(Samples.Event));
        Assert.True(EventFilter.Everything.Matches(Samples.Bare));
        Assert.False(EventFilter.Everything.HasExclusionsOrWords);
    }

    [Theory]
    [InlineData("00u1abcd", true)]
    [InlineData("kim@example.com", true)]
    [InlineData("Kim@Example.com", false)] // conditions are normalized by whoever makes them
    [InlineData("kim", false)]
    public void Matches_User_IsEitherOfItsIds(string user, bool matches)
    {
        Assert.Equal(matches, new EventFilter { User = Any(user) }.Matches(Samples.Event));
        Assert.Equal(!matches, new EventFilter { User = None(user) }.Matches(Samples.Event));
    }

    [Theory]
    [InlineData("203.0.113.0/24", true)]
    [InlineData("203.0.113.7", true)]
    [InlineData("203.0.113.8", false)]
    [InlineData("::/0", true)]
    public void Matches_Ip_IsWithinTheRange(string text, bool matches)
    {
        Assert.True(IpRange.TryParse(text, out var range));

        Assert.Equal(matches, new EventFilter { Ip = Any(range) }.Matches(Samples.Event));
        Assert.Equal(!matches, new EventFilter { Ip = None(range) }.Matches(Samples.Event));
    }

    [Fact]
    public void Matches_EventWithoutTheField_IsInNoValueAndInEveryExclusion()
    {
        Assert.True(IpRange.TryParse("::/0", out var everywhere));

        Assert.False(new EventFilter { Ip = Any(everywhere) }.Matches(Samples.Bare));
        Assert.True(new EventFilter { Ip = None(everywhere) }.Matches(Samples.Bare));
        Assert.False(new EventFilter { User = Any("kim") }.Matches(Samples.Bare));
        Assert.True(new EventFilter { User = None("kim") }.Matches(Samples.Bare));
        Assert.False(new EventFilter { Reason = Any(Reason.Other) }.Matches(Samples.Bare));
        Assert.True(new EventFilter { Reason = None(Reason.Other) }.Matches(Samples.Bare));
        Assert.False(new EventFilter { Method = Any(LoginMethod.Other) }.Matches(Samples.Bare));
        Assert.True(new EventFilter { Method = None(LoginMethod.Other) }.Matches(Samples.Bare));
    }

    [Fact]
    public void Matches_ValuesOfAField_AreAnAlternative()
    {
        var filter = new EventFilter { Result = Any(EventResult.Success, EventResult.Failure) };

        Assert.True(filter.Matches(Samples.Event));
        Assert.True(filter.Matches(Samples.Bare));
        Assert.False(filter.Matches(Samples.Bare with { Result = EventResult.Interrupted }));
    }

    [Fact]
    public void Matches_Exclusions_LetNoneOfThemThrough()
    {
        var filter = new EventFilter { EventType = None(EventType.Login, EventType.Mfa) };

        Assert.False(filter.Matches(Samples.Event));
        Assert.True(filter.Matches(Samples.Bare));
    }

    [Fact]
    public void Matches_ValueThatIsExcludedToo_IsExcluded()
    {
        var filter = new EventFilter { Source = new Condition<string>(["okta-main"], ["okta-main"]) };

        Assert.False(filter.Matches(Samples.Event));
    }

    public static TheoryData<string> Fields => ["user", "ip", "eventType", "result", "reason", "method", "service", "source", "q", "received"];

    [Theory]
    [MemberData(nameof(Fields))]
    public void Matches_OneFieldOfAllThatDiffers_IsFalse(string field)
    {
        Assert.True(IpRange.TryParse("203.0.113.7", out var same));
        Assert.True(IpRange.TryParse("203.0.113.8", out var other));
        var all = new EventFilter
        {
            User = Any("00u1abcd"),
            Ip = Any(same),
            EventType = Any(EventType.Login),
            Result = Any(EventResult.Failure),
            Reason = Any(Reason.InvalidCredentials),
            Method = Any(LoginMethod.Password),
            Service = Any(ServiceType.PcWeb),
            Source = Any("okta-main"),
            Words = ["windows"],
            ReceivedThrough = Samples.At("2026-09-01T00:30:16.5Z"),
        };
        var changed = field switch
        {
            "user" => all with { User = Any("other") },
            "ip" => all with { Ip = Any(other) },
            "eventType" => all with { EventType = Any(EventType.Logout) },
            "result" => all with { Result = Any(EventResult.Success) },
            "reason" => all with { Reason = Any(Reason.Other) },
            "method" => all with { Method = Any(LoginMethod.Sso) },
            "service" => all with { Service = Any(ServiceType.Api) },
            "source" => all with { Source = Any("Okta-Main") },
            "q" => all with { Words = ["windows", "linux"] },
            _ => all with { ReceivedThrough = Samples.At("2026-09-01T00:30:16.4999999Z") },
        };

        Assert.True(all.Matches(Samples.Event));
        Assert.False(changed.Matches(Samples.Event));
    }

    [Theory]
    [InlineData("MOZILLA", true)] // user agent
    [InlineData("invalid_CRED", true)] // reason text
    [InlineData("@example", true)] // login id
    [InlineData("민준", true)] // name
    [InlineData("00u1abcd", false)] // user id is not searched by words
    [InlineData("Seoul", false)]
    public void Matches_Word_IsLookedForInFourFieldsWhateverItsCase(string word, bool matches)
    {
        Assert.Equal(matches, new EventFilter { Words = [word] }.Matches(Samples.Event));
    }

    [Fact]
    public void Matches_WordsInDifferentFields_MustAllBeThere()
    {
        Assert.True(new EventFilter { Words = ["mozilla", "민준"] }.Matches(Samples.Event));
        Assert.False(new EventFilter { Words = ["mozilla", "민서"] }.Matches(Samples.Event));
    }

    [Fact]
    public void HasExclusionsOrWords_OnlyForWhatStorageCannotTest()
    {
        Assert.False(new EventFilter { User = Any("a"), Result = Any(EventResult.Failure), Source = Any("s") }.HasExclusionsOrWords);
        Assert.True(new EventFilter { Words = ["a"] }.HasExclusionsOrWords);
        Assert.True(new EventFilter { User = None("a") }.HasExclusionsOrWords);
        Assert.True(new EventFilter { Ip = None(default(IpRange)) }.HasExclusionsOrWords);
        Assert.True(new EventFilter { EventType = None(EventType.Risk) }.HasExclusionsOrWords);
        Assert.True(new EventFilter { Result = None(EventResult.Failure) }.HasExclusionsOrWords);
        Assert.True(new EventFilter { Reason = None(Reason.Other) }.HasExclusionsOrWords);
        Assert.True(new EventFilter { Method = None(LoginMethod.Sso) }.HasExclusionsOrWords);
        Assert.True(new EventFilter { Service = None(ServiceType.Api) }.HasExclusionsOrWords);
        Assert.True(new EventFilter { Source = None("s") }.HasExclusionsOrWords);
    }

    [Fact]
    public void Canonical_OfEveryField_IsLiteral()
    {
        Assert.True(IpRange.TryParse("203.0.113.0/24", out var range));
        var filter = new EventFilter
        {
            User = new Condition<string>(["kim", "ahn"], ["lee"]),
            Ip = Any(range),
            EventType = Any(EventType.LogoutRequested),
            Result = None(EventResult.Success),
            Reason = Any(Reason.IdpError),
            Method = Any(LoginMethod.PhoneOtp),
            Service = Any(ServiceType.Pop3),
            Source = Any("okta"),
            Words = ["b", "a"],
            ReceivedThrough = Samples.At("2026-09-01T00:00:00Z"), // of no search, so in no cursor
        };

        Assert.Equal(
            """
            user=3:ahn
            user=3:kim
            !user=3:lee
            ip=65:00000000000000000000ffffcb007100-00000000000000000000ffffcb0071ff
            eventType=16:logout_requested
            !result=7:success
            reason=9:idp_error
            method=9:phone_otp
            service=4:pop3
            source=4:okta
            q=1:a
            q=1:b

            """.ReplaceLineEndings("\n"),
            filter.Canonical());
        Assert.Equal("", EventFilter.Everything.Canonical());
    }

    [Property(Arbitrary = [typeof(Arbitraries)])]
    public bool Canonical_OfTheSameValuesInAnotherOrder_IsTheSame(AnyText a, AnyText b, AnyText c) =>
        new EventFilter { User = Any(a.Value, b.Value, c.Value) }.Canonical()
        == new EventFilter { User = Any(c.Value, a.Value, b.Value) }.Canonical();

    [Fact]
    public void Canonical_OfDifferentConditions_Differs()
    {
        EventFilter[] filters =
        [
            EventFilter.Everything,
            new() { User = Any("a") },
            new() { User = None("a") },
            new() { Source = Any("a") },
            new() { Words = ["a"] },
            new() { Words = ["a\nq=1:b"] },
            new() { Words = ["a", "b"] },
            new() { User = Any("a,b") },
            new() { User = Any("a", "b") },
            new() { User = new Condition<string>(["a"], ["b"]) },
        ];

        Assert.Equal(filters.Length, filters.Select(filter => filter.Canonical()).Distinct(StringComparer.Ordinal).Count());
    }

    private static Condition<T> Any<T>(params ImmutableArray<T> values) => new(values, []);

    private static Condition<T> None<T>(params ImmutableArray<T> values) => new([], values);
}
