using System.Collections.Frozen;
using LoginAudit.Log.Events;

namespace LoginAudit.Providers.Auth0;

/// <summary>What an Auth0 log type is here.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Result">How it ended.</param>
/// <param name="Reason">Why it failed.</param>
internal readonly record struct Auth0Meaning(EventType Type, EventResult Result, Reason? Reason = null);

/// <summary>Auth0's log types. https://auth0.com/docs/deploy-monitor/logs/log-event-type-codes</summary>
internal static class Auth0Codes
{
    public static FrozenDictionary<string, Auth0Meaning> Types { get; } = new Dictionary<string, Auth0Meaning>(StringComparer.Ordinal)
    {
        ["s"] = new(EventType.Login, EventResult.Success),
        ["scoa"] = new(EventType.Login, EventResult.Success),
        ["sens"] = new(EventType.Login, EventResult.Success),
        ["sepft"] = new(EventType.Login, EventResult.Success),
        ["f"] = new(EventType.Login, EventResult.Failure, Reason.Other),
        ["fp"] = new(EventType.Login, EventResult.Failure, Reason.InvalidCredentials),
        ["fu"] = new(EventType.Login, EventResult.Failure, Reason.UnknownUser),
        ["fc"] = new(EventType.Login, EventResult.Failure, Reason.IdpError),
        ["fco"] = new(EventType.Login, EventResult.Failure, Reason.PolicyDenied),
        ["fcoa"] = new(EventType.Login, EventResult.Failure, Reason.Other),
        ["fens"] = new(EventType.Login, EventResult.Failure, Reason.Other),
        ["fepft"] = new(EventType.Login, EventResult.Failure, Reason.InvalidCredentials),
        ["w"] = new(EventType.Login, EventResult.Interrupted, Reason.Other),
        ["limit_wc"] = new(EventType.AccountLocked, EventResult.Failure, Reason.AccountLocked),
        ["limit_sul"] = new(EventType.AccountLocked, EventResult.Failure, Reason.AccountLocked),
        ["limit_mu"] = new(EventType.Risk, EventResult.Failure, Reason.IpBlocked),
        ["pwd_leak"] = new(EventType.Risk, EventResult.Failure, Reason.Threat),
        ["reset_pwd_leak"] = new(EventType.Risk, EventResult.Success),
        ["pla"] = new(EventType.Risk, EventResult.Success),
        ["ublkdu"] = new(EventType.AccountUnlocked, EventResult.Success),
        ["slo"] = new(EventType.Logout, EventResult.Success),
        ["flo"] = new(EventType.Logout, EventResult.Failure, Reason.Other),
        ["oidc_backchannel_logout_succeeded"] = new(EventType.LogoutRequested, EventResult.Success),
        ["oidc_backchannel_logout_failed"] = new(EventType.LogoutRequested, EventResult.Failure, Reason.Other),
        ["universal_logout_succeeded"] = new(EventType.LogoutRequested, EventResult.Success),
        ["universal_logout_failed"] = new(EventType.LogoutRequested, EventResult.Failure, Reason.Other),
        ["federated_logout_failed"] = new(EventType.LogoutRequested, EventResult.Failure, Reason.IdpError),
        ["mfar"] = new(EventType.Mfa, EventResult.Interrupted, Reason.MfaRequired),
        ["gd_auth_succeed"] = new(EventType.Mfa, EventResult.Success),
        ["gd_auth_failed"] = new(EventType.Mfa, EventResult.Failure, Reason.MfaFailed),
        ["gd_auth_rejected"] = new(EventType.Mfa, EventResult.Failure, Reason.MfaFailed),
        ["gd_otp_rate_limit_exceed"] = new(EventType.Mfa, EventResult.Failure, Reason.MfaFailed),
        ["gd_recovery_succeed"] = new(EventType.Mfa, EventResult.Success),
        ["gd_recovery_failed"] = new(EventType.Mfa, EventResult.Failure, Reason.MfaFailed),
        ["gd_webauthn_challenge_failed"] = new(EventType.Mfa, EventResult.Failure, Reason.MfaFailed),
        ["passkey_challenge_started"] = new(EventType.Login, EventResult.Interrupted),
        ["passkey_challenge_failed"] = new(EventType.Login, EventResult.Failure, Reason.InvalidCredentials),
        ["scp"] = new(EventType.PasswordChanged, EventResult.Success),
        ["fcp"] = new(EventType.PasswordChanged, EventResult.Failure, Reason.Other),
        ["scpr"] = new(EventType.PasswordChanged, EventResult.Interrupted),
        ["fcpr"] = new(EventType.PasswordChanged, EventResult.Failure, Reason.Other),
        ["scu"] = new(EventType.IdChanged, EventResult.Success),
        ["fcu"] = new(EventType.IdChanged, EventResult.Failure, Reason.Other),
        ["sce"] = new(EventType.IdChanged, EventResult.Success),
        ["fce"] = new(EventType.IdChanged, EventResult.Failure, Reason.Other),
        ["scpn"] = new(EventType.IdChanged, EventResult.Success),
        ["fcpn"] = new(EventType.IdChanged, EventResult.Failure, Reason.Other),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>
    /// Known, and not about signing in: silent checks and token exchanges of a session that is there (a browser makes them every few
    /// minutes), sign-ups, limits of the management API.
    /// </summary>
    public static FrozenSet<string> Ignored { get; } = new[]
    {
        "ssa", "fsa", "seacft", "feacft", "sertft", "fertft", "sede", "fede", "seccft", "feccft", "ss", "fs", "sdu", "fdu", "sui", "fui", "scv", "fcv",
        "api_limit", "sapi", "fapi", "mgmt_api_read", "sv", "fv", "svr", "fvr", "sv", "gd_start_auth", "gd_send_sms", "gd_send_email",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>By <c>strategy</c>: what the connection is.</summary>
    public static FrozenDictionary<string, LoginMethod> Strategies { get; } = new Dictionary<string, LoginMethod>(StringComparer.Ordinal)
    {
        ["auth0"] = LoginMethod.Password,
        ["email"] = LoginMethod.EmailOtp,
        ["sms"] = LoginMethod.PhoneOtp,
        ["samlp"] = LoginMethod.Sso,
        ["adfs"] = LoginMethod.Sso,
        ["waad"] = LoginMethod.Sso,
        ["oidc"] = LoginMethod.Sso,
        ["okta"] = LoginMethod.Sso,
        ["pingfederate"] = LoginMethod.Sso,
        ["google-apps"] = LoginMethod.Sso,
        ["ad"] = LoginMethod.Password,
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
