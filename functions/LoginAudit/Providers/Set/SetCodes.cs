using System.Collections.Frozen;
using LoginAudit.Log.Events;

namespace LoginAudit.Providers.Set;

/// <summary>
/// Events of the Shared Signals framework, by the last part of their address: https://openid.net/specs/openid-caep-1_0.html and
/// https://openid.net/specs/openid-risc-profile-1_0.html
/// </summary>
internal static class SetCodes
{
    public static FrozenDictionary<string, EventType> Events { get; } = new Dictionary<string, EventType>(StringComparer.Ordinal)
    {
        ["session-established"] = EventType.Login,
        ["session-revoked"] = EventType.LogoutRequested,
        ["sessions-revoked"] = EventType.LogoutRequested,
        ["credential-change"] = EventType.PasswordChanged,
        ["risk-level-change"] = EventType.Risk,
        ["credential-compromise"] = EventType.Risk,
        ["identifier-changed"] = EventType.IdChanged,
        ["account-disabled"] = EventType.AccountLocked,
        ["account-enabled"] = EventType.AccountUnlocked,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static FrozenSet<string> Ignored { get; } = FrozenSet.Create(
        StringComparer.Ordinal,
        "verification", "stream-updated", "session-presented", "token-claims-change", "assurance-level-change", "device-compliance-change",
        "account-purged", "account-credential-change-required", "identifier-recycled", "recovery-activated", "recovery-information-changed",
        "opt-in", "opt-out-initiated", "opt-out-cancelled", "opt-out-effective", "token-revoked", "tokens-revoked");

    /// <summary>Credentials whose change is one of a password.</summary>
    public static FrozenSet<string> Passwords { get; } = FrozenSet.Create(StringComparer.Ordinal, "password", "pin");

    /// <summary>By <c>amr</c> (RFC 8176), the first that a sign-in has: what people would say that they signed in with.</summary>
    public static IReadOnlyList<(string Amr, LoginMethod Method)> Methods { get; } =
    [
        ("pwd", LoginMethod.Password),
        ("hwk", LoginMethod.Passkey),
        ("swk", LoginMethod.Passkey),
        ("sc", LoginMethod.Certificate),
        ("wia", LoginMethod.Sso),
        ("otp", LoginMethod.Totp),
        ("sms", LoginMethod.PhoneOtp),
        ("tel", LoginMethod.PhoneOtp),
    ];
}
