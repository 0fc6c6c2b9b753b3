using System.Collections.Frozen;
using LoginAudit.Log.Events;

namespace LoginAudit.Providers.Keycloak;

/// <summary>Keycloak's event types and errors. https://www.keycloak.org/docs-api/latest/javadocs/org/keycloak/events/EventType.html</summary>
internal static class KeycloakCodes
{
    /// <summary>Without their <c>_ERROR</c>, which makes them failures.</summary>
    public static FrozenDictionary<string, EventType> Types { get; } = new Dictionary<string, EventType>(StringComparer.Ordinal)
    {
        ["LOGIN"] = EventType.Login,
        ["IDENTITY_PROVIDER_LOGIN"] = EventType.Login,
        ["IMPERSONATE"] = EventType.Login,
        ["LOGOUT"] = EventType.Logout,
        ["UPDATE_EMAIL"] = EventType.IdChanged,
        ["UPDATE_PASSWORD"] = EventType.PasswordChanged,
        ["UPDATE_CREDENTIAL"] = EventType.PasswordChanged,
        ["USER_DISABLED_BY_PERMANENT_LOCKOUT"] = EventType.AccountLocked,
        ["USER_DISABLED_BY_TEMPORARY_LOCKOUT"] = EventType.AccountLocked,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Known, and not about signing in, or told by another event of the same act.</summary>
    public static FrozenSet<string> Ignored { get; } = new[]
    {
        "REGISTER", "CODE_TO_TOKEN", "CLIENT_LOGIN", "REFRESH_TOKEN", "UPDATE_PROFILE", "UPDATE_TOTP", "REMOVE_TOTP", "REMOVE_CREDENTIAL",
        "SEND_RESET_PASSWORD", "RESET_PASSWORD", "IDENTITY_PROVIDER_FIRST_LOGIN", "TOKEN_EXCHANGE", "DELETE_ACCOUNT", "INTROSPECT_TOKEN",
        "USER_INFO_REQUEST", "VERIFY_EMAIL", "SEND_VERIFY_EMAIL", "OAUTH2_DEVICE_AUTH", "OAUTH2_DEVICE_CODE_TO_TOKEN", "OAUTH2_DEVICE_VERIFY_USER_CODE",
        "PERMISSION_TOKEN", "CLIENT_INFO", "CLIENT_REGISTER", "CLIENT_UPDATE", "CLIENT_DELETE", "EXECUTE_ACTIONS", "CUSTOM_REQUIRED_ACTION", "GRANT_CONSENT",
        "UPDATE_CONSENT", "REVOKE_GRANT", "FEDERATED_IDENTITY_LINK", "REMOVE_FEDERATED_IDENTITY",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static FrozenDictionary<string, Reason> Errors { get; } = new Dictionary<string, Reason>(StringComparer.Ordinal)
    {
        ["invalid_user_credentials"] = Reason.InvalidCredentials,
        ["password_rejected"] = Reason.InvalidCredentials,
        ["user_not_found"] = Reason.UnknownUser,
        ["user_disabled"] = Reason.AccountDisabled,
        ["user_temporarily_disabled"] = Reason.AccountLocked,
        ["resolve_required_actions"] = Reason.PasswordExpired,
        ["not_allowed"] = Reason.PolicyDenied,
        ["rejected_by_user"] = Reason.PolicyDenied,
        ["consent_denied"] = Reason.PolicyDenied,
        ["ssl_required"] = Reason.PolicyDenied,
        ["session_expired"] = Reason.SessionExpired,
        ["expired_code"] = Reason.SessionExpired,
        ["cookie_not_found"] = Reason.SessionExpired,
        ["identity_provider_login_failure"] = Reason.IdpError,
        ["identity_provider_error"] = Reason.IdpError,
        ["different_user_authenticated"] = Reason.Other,
        ["invalid_code"] = Reason.Other,
        ["invalid_client_credentials"] = Reason.Other,
        ["client_not_found"] = Reason.Other,
        ["client_disabled"] = Reason.Other,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static FrozenDictionary<string, LoginMethod> Credentials { get; } = new Dictionary<string, LoginMethod>(StringComparer.Ordinal)
    {
        ["password"] = LoginMethod.Password,
        ["otp"] = LoginMethod.Totp,
        ["webauthn"] = LoginMethod.Passkey,
        ["webauthn-passwordless"] = LoginMethod.Passkey,
        ["x509"] = LoginMethod.Certificate,
        ["kerberos"] = LoginMethod.Sso,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Names that Keycloak gives its social identity providers; others are the company's own.</summary>
    public static FrozenSet<string> SocialProviders { get; } = new[]
    {
        "google", "facebook", "github", "gitlab", "apple", "microsoft", "linkedin", "twitter", "instagram", "bitbucket", "paypal", "stackoverflow",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
