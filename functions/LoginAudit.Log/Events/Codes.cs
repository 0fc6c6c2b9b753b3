using System.Collections.Frozen;
using System.Text.Json;

namespace LoginAudit.Log.Events;

public enum EventType
{
    Login,
    Logout,
    LogoutRequested,
    IdChanged,
    PasswordChanged,
    Mfa,
    AccountLocked,
    AccountUnlocked,
    Risk,
}

public enum EventResult
{
    Success,
    Failure,
    Interrupted,
}

public enum Reason
{
    InvalidCredentials,
    UnknownUser,
    AccountDisabled,
    AccountLocked,
    PasswordExpired,
    MfaRequired,
    MfaFailed,
    IpBlocked,
    Threat,
    PolicyDenied,
    SessionExpired,
    IdpError,
    Other,
}

public enum LoginMethod
{
    Password,
    Sso,
    Social,
    PhoneOtp,
    EmailOtp,
    Totp,
    Passkey,
    Certificate,
    Token,
    Other,
}

/// <summary>The ten of the Login log that LoginAudit is modelled on.</summary>
public enum ServiceType
{
    PcWeb,
    PcApp,
    MobileApp,
    DriveExplorer,
    Imap,
    Pop3,
    Smtp,
    Caldav,
    Api,
    Others,
}

/// <summary>The text of a code in JSON, in tables and in query strings: <c>snake_case</c> of its name.</summary>
internal static class Code<T>
    where T : struct, Enum
{
    private static readonly FrozenDictionary<T, string> Texts =
        Enum.GetValues<T>().ToFrozenDictionary(value => value, value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

    private static readonly FrozenDictionary<string, T> Values =
        Texts.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

    /// <summary>All codes, for an error that says what a field takes.</summary>
    public static string Takes { get; } = "one of " + string.Join(", ", Enum.GetValues<T>().Select(value => Texts[value]));

    public static string Text(T value) => Texts[value];

    public static bool TryParse(string text, out T value) => Values.TryGetValue(text, out value);

    /// <exception cref="FormatException">Not a code: a row that this version did not write.</exception>
    public static T Parse(string text) =>
        Values.TryGetValue(text, out var value) ? value : throw new FormatException($"{typeof(T).Name} has no code '{text}'.");
}
