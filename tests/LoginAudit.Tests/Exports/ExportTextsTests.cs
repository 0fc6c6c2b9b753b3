using LoginAudit.Exports;
using LoginAudit.Log.Events;
using LoginAudit.Tests.Events;

namespace LoginAudit.Tests.Exports;

public sealed class ExportTextsTests
{
    [Fact]
    public void Describe_Search_IsAPeriodAndItsConditions()
    {
        var conditions = new Dictionary<string, string[]>(StringComparer.Ordinal)
        {
            ["eventType"] = ["login, mfa"],
            ["reason"] = ["!unknown_user", "threat"],
            ["ip"] = ["203.0.113.0/24"],
            ["method"] = ["passkey"],
            ["source"] = ["! okta-main"],
            ["order"] = ["asc"],
        };
        var seoul = TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul");
        var (from, to) = (new DateTimeOffset(2026, 8, 31, 15, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 9, 30, 15, 0, 0, TimeSpan.Zero));

        Assert.Equal(
            "2026-09-01 – 2026-09-30 (Asia/Seoul) · IP address: 203.0.113.0/24 · Event: Login, Two-step verification · "
                + "Reason: not unknown user, threat detected · Login method: Passkey · Source: not okta-main",
            ExportTexts.In("en").Describe(conditions, from, to, seoul));
        Assert.Equal(
            "2026-08-31 15:00 – 2026-09-30 15:00 (UTC) · IP 주소: 203.0.113.0/24 · 이벤트: 로그인, 2단계 인증 · "
                + "사유: 등록되지 않은 사용자 제외, 위협 감지 · 로그인 방법: 패스키 · 소스: okta-main 제외",
            ExportTexts.In("ko").Describe(conditions, from, to, TimeZoneInfo.Utc));
    }

    public static TheoryData<string> Languages => [.. ExportTexts.Languages];

    [Fact]
    public void Languages_AreThree()
    {
        Assert.Equal(["en", "ja", "ko"], ExportTexts.Languages.Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    // A text for each value: none missing (In throws), none twice, and the last text belongs to the last value.
    [Theory]
    [MemberData(nameof(Languages))]
    public void Texts_OfEveryEnumeration_AreOneForEachValue(string language)
    {
        var texts = ExportTexts.In(language);
        var plain = Samples.Bare with { Result = EventResult.Interrupted };
        string[][] all =
        [
            [.. Enum.GetValues<EventType>().Select(type => texts.Describe(plain with { EventType = type }))],
            [.. Enum.GetValues<EventResult>().Select(result => texts.Describe(Samples.Bare with { Result = result }))],
            [.. Enum.GetValues<Reason>().Select(reason => texts.Describe(plain with { Reason = reason }))],
            [.. Enum.GetValues<LoginMethod>().Select(texts.Method)],
            [.. Enum.GetValues<ServiceType>().Select(texts.Service)],
        ];

        Assert.All(all, values =>
        {
            Assert.All(values, value => Assert.NotEmpty(value.Trim()));
            Assert.Equal(values.Length, values.Distinct(StringComparer.Ordinal).Count());
        });
        Assert.Equal(6, texts.Headings.Length);
    }

    [Theory]
    [InlineData("en", "Risk detected: other reason", "Other", "Others")]
    [InlineData("ko", "위험 감지: 기타 사유", "기타", "기타")]
    [InlineData("ja", "リスク検知: その他の理由", "その他", "その他")]
    public void Texts_OfTheLastValues_AreTheLastTexts(string language, string description, string method, string service)
    {
        var texts = ExportTexts.In(language);
        var e = Samples.Bare with { EventType = EventType.Risk, Result = EventResult.Interrupted, Reason = Reason.Other };

        Assert.Equal(description, texts.Describe(e));
        Assert.Equal(method, texts.Method(LoginMethod.Other));
        Assert.Equal(service, texts.Service(ServiceType.Others));
    }

    [Theory]
    [InlineData(EventType.Login, EventResult.Success, null, "Login succeeded")]
    [InlineData(EventType.Login, EventResult.Failure, Reason.InvalidCredentials, "Login failed: wrong ID or password")]
    [InlineData(EventType.Login, EventResult.Failure, Reason.MfaFailed, "Login failed: verification failed")]
    [InlineData(EventType.Login, EventResult.Interrupted, Reason.MfaRequired, "Login interrupted: verification required")]
    [InlineData(EventType.Logout, EventResult.Success, null, "Logout succeeded")]
    [InlineData(EventType.LogoutRequested, EventResult.Success, null, "Logout requested by the server")]
    [InlineData(EventType.IdChanged, EventResult.Success, null, "ID change succeeded")]
    [InlineData(EventType.PasswordChanged, EventResult.Success, null, "Password change succeeded")]
    [InlineData(EventType.PasswordChanged, EventResult.Failure, Reason.PolicyDenied, "Password change failed: denied by policy")]
    [InlineData(EventType.Mfa, EventResult.Success, null, "Two-step verification succeeded")]
    [InlineData(EventType.AccountLocked, EventResult.Success, Reason.Threat, "Account locked: threat detected")]
    [InlineData(EventType.AccountLocked, EventResult.Failure, Reason.AccountLocked, "Account locked")]
    [InlineData(EventType.AccountUnlocked, EventResult.Success, null, "Account unlocked")]
    [InlineData(EventType.AccountUnlocked, EventResult.Failure, Reason.PolicyDenied, "Account unlocked failed: denied by policy")]
    [InlineData(EventType.LogoutRequested, EventResult.Failure, Reason.IdpError, "Logout requested by the server failed: identity provider error")]
    [InlineData(EventType.Risk, EventResult.Failure, Reason.Threat, "Risk detected: threat detected")]
    [InlineData(EventType.Risk, EventResult.Success, null, "Risk detected")]
    public void Describe_Event_SaysWhatHappenedAndWhy(EventType type, EventResult result, Reason? reason, string text)
    {
        var e = Samples.Bare with { EventType = type, Result = result, Reason = reason };

        Assert.Equal(text, ExportTexts.In("en").Describe(e));
    }
}
