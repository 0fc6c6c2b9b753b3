using System.Collections.Frozen;
using LoginAudit.Log.Events;

namespace LoginAudit.Providers.Google;

/// <summary>What a Google Workspace event is here.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Result">How it ended.</param>
/// <param name="Reason">Why it failed.</param>
internal readonly record struct GoogleMeaning(EventType Type, EventResult Result, Reason? Reason = null);

/// <summary>Login activity of Google Workspace. https://developers.google.com/admin-sdk/reports/v1/appendix/activity/login</summary>
internal static class GoogleCodes
{
    public static FrozenDictionary<string, GoogleMeaning> Events { get; } = new Dictionary<string, GoogleMeaning>(StringComparer.Ordinal)
    {
        ["login_success"] = new(EventType.Login, EventResult.Success),
        ["login_failure"] = new(EventType.Login, EventResult.Failure, Reason.Other),
        ["login_challenge"] = new(EventType.Mfa, EventResult.Interrupted, Reason.MfaRequired),
        ["login_verification"] = new(EventType.Mfa, EventResult.Success),
        ["logout"] = new(EventType.Logout, EventResult.Success),
        ["risky_sensitive_action_allowed"] = new(EventType.Risk, EventResult.Success),
        ["risky_sensitive_action_blocked"] = new(EventType.Risk, EventResult.Failure, Reason.Threat),
        ["suspicious_login"] = new(EventType.Risk, EventResult.Failure, Reason.Threat),
        ["suspicious_login_less_secure_app"] = new(EventType.Risk, EventResult.Failure, Reason.Threat),
        ["suspicious_programmatic_login"] = new(EventType.Risk, EventResult.Failure, Reason.Threat),
        ["gov_attack_warning"] = new(EventType.Risk, EventResult.Failure, Reason.Threat),
        ["account_disabled_generic"] = new(EventType.AccountLocked, EventResult.Failure, Reason.AccountDisabled),
        ["account_disabled_hijacked"] = new(EventType.AccountLocked, EventResult.Failure, Reason.AccountLocked),
        ["account_disabled_password_leak"] = new(EventType.AccountLocked, EventResult.Failure, Reason.Threat),
        ["account_disabled_spamming"] = new(EventType.AccountLocked, EventResult.Failure, Reason.AccountDisabled),
        ["account_disabled_spamming_through_relay"] = new(EventType.AccountLocked, EventResult.Failure, Reason.AccountDisabled),
        ["user_signed_out_due_to_suspicious_session_cookie"] = new(EventType.LogoutRequested, EventResult.Success, Reason.Threat),
        ["password_edit"] = new(EventType.PasswordChanged, EventResult.Success),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Known, and not about signing in.</summary>
    public static FrozenSet<string> Ignored { get; } = new[]
    {
        "2sv_enroll", "2sv_disable", "passkey_enrolled", "passkey_removed", "recovery_email_edit", "recovery_phone_edit", "recovery_secret_qa_edit",
        "titanium_enroll", "titanium_unenroll", "email_forwarding_out_of_domain",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static FrozenDictionary<string, Reason> Failures { get; } = new Dictionary<string, Reason>(StringComparer.Ordinal)
    {
        ["login_failure_invalid_password"] = Reason.InvalidCredentials,
        ["login_failure_account_disabled"] = Reason.AccountDisabled,
        ["login_failure_access_code_disallowed"] = Reason.PolicyDenied,
        ["login_failure_unknown"] = Reason.Other,
        ["login_failure_invalid_second_factor"] = Reason.MfaFailed,
        ["login_failure_missing_second_factor"] = Reason.MfaFailed,
        ["invalid_second_factor"] = Reason.MfaFailed,
        ["missing_second_factor"] = Reason.MfaFailed,
        ["failure_app_not_enabled_for_user"] = Reason.PolicyDenied,
        ["failure_request_denied"] = Reason.IdpError,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>By <c>login_challenge_method</c>; the strongest of several.</summary>
    public static FrozenDictionary<string, LoginMethod> Challenges { get; } = new Dictionary<string, LoginMethod>(StringComparer.Ordinal)
    {
        ["passkey"] = LoginMethod.Passkey,
        ["security_key"] = LoginMethod.Passkey,
        ["google_authenticator"] = LoginMethod.Totp,
        ["offline_otp"] = LoginMethod.Totp,
        ["idv_preregistered_phone"] = LoginMethod.PhoneOtp,
        ["idv_any_phone"] = LoginMethod.PhoneOtp,
        ["idv_preregistered_email"] = LoginMethod.EmailOtp,
        ["google_prompt"] = LoginMethod.Other,
        ["backup_code"] = LoginMethod.Other,
        ["saml"] = LoginMethod.Sso,
        ["password"] = LoginMethod.Password,
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
