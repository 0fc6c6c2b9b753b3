using LoginAudit.Exports;
using LoginAudit.Log.Events;

namespace LoginAudit.Tests.Events;

public sealed class CodeTests
{
    [Fact]
    public void Text_OfEveryEventType_IsAsDesigned()
    {
        Assert.Equal(
            ["login", "logout", "logout_requested", "id_changed", "password_changed", "mfa", "account_locked", "account_unlocked", "risk"],
            Enum.GetValues<EventType>().Select(Code<EventType>.Text), StringComparer.Ordinal);
    }

    [Fact]
    public void Text_OfEveryResult_IsAsDesigned()
    {
        Assert.Equal(["success", "failure", "interrupted"], Enum.GetValues<EventResult>().Select(Code<EventResult>.Text), StringComparer.Ordinal);
    }

    [Fact]
    public void Text_OfEveryReason_IsAsDesigned()
    {
        Assert.Equal(
            [
                "invalid_credentials", "unknown_user", "account_disabled", "account_locked", "password_expired", "mfa_required",
                "mfa_failed", "ip_blocked", "threat", "policy_denied", "session_expired", "idp_error", "other",
            ],
            Enum.GetValues<Reason>().Select(Code<Reason>.Text), StringComparer.Ordinal);
    }

    [Fact]
    public void Text_OfEveryLoginMethod_IsAsDesigned()
    {
        Assert.Equal(
            ["password", "sso", "social", "phone_otp", "email_otp", "totp", "passkey", "certificate", "token", "other"],
            Enum.GetValues<LoginMethod>().Select(Code<LoginMethod>.Text), StringComparer.Ordinal);
    }

    [Fact]
    public void Text_OfEveryServiceType_IsAsDesigned()
    {
        Assert.Equal(
            ["pc_web", "pc_app", "mobile_app", "drive_explorer", "imap", "pop3", "smtp", "caldav", "api", "others"],
            Enum.GetValues<ServiceType>().Select(Code<ServiceType>.Text), StringComparer.Ordinal);
    }

    [Fact]
    public void Text_OfEveryExportStateAndFormat_IsAsDesigned()
    {
        Assert.Equal(
            ["queued", "running", "ready", "failed", "cancelled", "expired"],
            Enum.GetValues<ExportState>().Select(Code<ExportState>.Text), StringComparer.Ordinal);
        Assert.Equal(
            ["csv", "ndjson", "ocsf", "parquet"],
            Enum.GetValues<ExportFormat>().Select(Code<ExportFormat>.Text), StringComparer.Ordinal);
    }

    [Fact]
    public void Text_OfEveryRole_IsAsDesigned()
    {
        Assert.Equal(
            ["ingest", "read", "export", "audit", "operator"],
            Enum.GetValues<LoginAudit.Auth.Role>().Select(Code<LoginAudit.Auth.Role>.Text), StringComparer.Ordinal);
    }

    [Fact]
    public void Takes_OfACode_ListsAllInOrder()
    {
        Assert.Equal("one of success, failure, interrupted", Code<EventResult>.Takes);
    }

    [Theory]
    [InlineData("pc_web", ServiceType.PcWeb)]
    [InlineData("pop3", ServiceType.Pop3)]
    [InlineData("others", ServiceType.Others)]
    public void TryParse_Code_IsItsValue(string text, ServiceType expected)
    {
        Assert.True(Code<ServiceType>.TryParse(text, out var value));
        Assert.Equal(expected, value);
        Assert.Equal(expected, Code<ServiceType>.Parse(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("PcWeb")]
    [InlineData("PC_WEB")]
    [InlineData("pc_web ")]
    [InlineData("pop_3")]
    [InlineData("0")]
    [InlineData("pc_web,pc_app")]
    public void TryParse_NoCode_IsFalseAndParseThrows(string text)
    {
        Assert.False(Code<ServiceType>.TryParse(text, out _));
        var e = Assert.Throws<FormatException>(() => Code<ServiceType>.Parse(text));
        Assert.Equal($"ServiceType has no code '{text}'.", e.Message);
    }
}
