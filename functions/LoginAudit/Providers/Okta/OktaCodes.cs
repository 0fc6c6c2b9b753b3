using System.Collections.Frozen;
using LoginAudit.Log.Events;

namespace LoginAudit.Providers.Okta;

/// <summary>Okta's codes and what they are here. https://developer.okta.com/docs/reference/api/event-types/</summary>
internal static class OktaCodes
{
    public static FrozenDictionary<string, EventType> EventTypes { get; } = new Dictionary<string, EventType>(StringComparer.Ordinal)
    {
        ["user.session.start"] = EventType.Login,
        ["user.session.end"] = EventType.Logout,
        ["user.session.clear"] = EventType.LogoutRequested,
        ["user.session.expire"] = EventType.Logout,
        ["user.authentication.auth_via_mfa"] = EventType.Mfa,
        ["user.authentication.auth_via_IDP"] = EventType.Login,
        ["user.authentication.auth_via_social"] = EventType.Login,
        ["user.authentication.authenticate"] = EventType.Login,
        ["user.authentication.sso"] = EventType.Login,
        ["user.authentication.auth_via_AD_agent"] = EventType.Login,
        ["user.authentication.auth_via_LDAP_agent"] = EventType.Login,
        ["user.authentication.auth_via_radius"] = EventType.Login,
        ["user.authentication.auth_via_inbound_SAML"] = EventType.Login,
        ["user.authentication.auth_via_iwa"] = EventType.Login,
        ["user.authentication.slo"] = EventType.Logout,
        ["user.authentication.universal_logout"] = EventType.LogoutRequested,
        ["user.account.lock"] = EventType.AccountLocked,
        ["user.account.unlock"] = EventType.AccountUnlocked,
        ["user.account.unlock_by_admin"] = EventType.AccountUnlocked,
        ["user.account.update_password"] = EventType.PasswordChanged,
        ["user.account.reset_password"] = EventType.PasswordChanged,
        ["user.account.update_profile"] = EventType.IdChanged,
        ["user.account.report_suspicious_activity_by_enduser"] = EventType.Risk,
        ["security.threat.detected"] = EventType.Risk,
        ["security.breached_credential.detected"] = EventType.Risk,
        ["user.risk.change"] = EventType.Risk,
        ["user.risk.detect"] = EventType.Risk,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static FrozenDictionary<string, EventResult> Results { get; } = new Dictionary<string, EventResult>(StringComparer.Ordinal)
    {
        ["SUCCESS"] = EventResult.Success,
        ["ALLOW"] = EventResult.Success,
        ["FAILURE"] = EventResult.Failure,
        ["DENY"] = EventResult.Failure,
        ["RATE_LIMIT"] = EventResult.Failure,
        ["CHALLENGE"] = EventResult.Interrupted,
        ["SKIPPED"] = EventResult.Interrupted,
        ["UNKNOWN"] = EventResult.Interrupted,
        ["DEFERRED"] = EventResult.Interrupted,
        ["SCHEDULED"] = EventResult.Interrupted,
        ["ABANDONED"] = EventResult.Interrupted,
        ["UNANSWERED"] = EventResult.Interrupted,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static FrozenDictionary<string, Reason> Reasons { get; } = new Dictionary<string, Reason>(StringComparer.Ordinal)
    {
        ["INVALID_CREDENTIALS"] = Reason.InvalidCredentials,
        ["VERIFICATION_ERROR"] = Reason.InvalidCredentials,
        ["UNKNOWN_USER"] = Reason.UnknownUser,
        ["USER_DISABLED"] = Reason.AccountDisabled,
        ["LOCKED_OUT"] = Reason.AccountLocked,
        ["PASSWORD_EXPIRED"] = Reason.PasswordExpired,
        ["GENERAL_NONSUCCESS"] = Reason.Other,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>By how the event came about; these go before what the credential says.</summary>
    public static FrozenDictionary<string, LoginMethod> MethodsByEventType { get; } = new Dictionary<string, LoginMethod>(StringComparer.Ordinal)
    {
        ["user.authentication.auth_via_IDP"] = LoginMethod.Sso,
        ["user.authentication.auth_via_social"] = LoginMethod.Social,
        ["user.authentication.auth_via_inbound_SAML"] = LoginMethod.Sso,
        ["user.authentication.auth_via_iwa"] = LoginMethod.Sso,
        ["user.authentication.sso"] = LoginMethod.Sso,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static FrozenDictionary<string, LoginMethod> MethodsByProvider { get; } = new Dictionary<string, LoginMethod>(StringComparer.Ordinal)
    {
        ["FEDERATION"] = LoginMethod.Sso,
        ["SOCIAL"] = LoginMethod.Social,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static FrozenDictionary<string, LoginMethod> MethodsByCredential { get; } = new Dictionary<string, LoginMethod>(StringComparer.Ordinal)
    {
        ["PASSWORD"] = LoginMethod.Password,
        ["ASSERTION"] = LoginMethod.Sso,
        ["IWA"] = LoginMethod.Sso,
        ["CERTIFICATE"] = LoginMethod.Certificate,
        ["EMAIL"] = LoginMethod.EmailOtp,
        ["SMS"] = LoginMethod.PhoneOtp,
        ["OTP"] = LoginMethod.Totp,
        ["JWT"] = LoginMethod.Token,
        ["OAuth 2.0"] = LoginMethod.Token,
        ["OKTA_CLIENT_SESSION"] = LoginMethod.Token,
        ["PRE_SHARED_SYMMETRIC_KEY"] = LoginMethod.Token,
        ["DEVICE_UDID"] = LoginMethod.Other,
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
