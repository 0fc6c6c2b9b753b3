using System.Collections.Frozen;
using LoginAudit.Log.Events;

namespace LoginAudit.Providers.Entra;

/// <summary>Entra's codes. They are subject to change: https://learn.microsoft.com/entra/identity-platform/reference-error-codes</summary>
internal static class EntraCodes
{
    /// <summary>Not failures: the sign-in goes on with another step.</summary>
    public static FrozenDictionary<string, Reason?> Interrupts { get; } = new Dictionary<string, Reason?>(StringComparer.Ordinal)
    {
        ["50140"] = null, // keep me signed in
        ["50058"] = Reason.SessionExpired,
        ["50072"] = Reason.MfaRequired,
        ["50074"] = Reason.MfaRequired,
        ["50076"] = Reason.MfaRequired,
        ["50078"] = Reason.MfaRequired,
        ["50079"] = Reason.MfaRequired,
        ["50097"] = Reason.PolicyDenied,
        ["50125"] = Reason.PasswordExpired,
        ["50158"] = Reason.MfaRequired,
        ["65001"] = Reason.PolicyDenied,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static FrozenDictionary<string, Reason> Failures { get; } = new Dictionary<string, Reason>(StringComparer.Ordinal)
    {
        ["50126"] = Reason.InvalidCredentials,
        ["50056"] = Reason.InvalidCredentials,
        ["50064"] = Reason.InvalidCredentials,
        ["50034"] = Reason.UnknownUser,
        ["50057"] = Reason.AccountDisabled,
        ["50053"] = Reason.AccountLocked,
        ["50055"] = Reason.PasswordExpired,
        ["50144"] = Reason.PasswordExpired,
        ["50135"] = Reason.PasswordExpired,
        ["500121"] = Reason.MfaFailed,
        ["50088"] = Reason.MfaFailed,
        ["50131"] = Reason.IpBlocked,
        ["53003"] = Reason.PolicyDenied,
        ["50105"] = Reason.PolicyDenied,
        ["50020"] = Reason.PolicyDenied,
        ["50155"] = Reason.PolicyDenied,
        ["500212"] = Reason.PolicyDenied,
        ["500213"] = Reason.PolicyDenied,
        ["50132"] = Reason.SessionExpired,
        ["50133"] = Reason.SessionExpired,
        ["50173"] = Reason.SessionExpired,
        ["20001"] = Reason.IdpError,
        ["40008"] = Reason.IdpError,
        ["50008"] = Reason.IdpError,
        ["700016"] = Reason.Other,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>By <c>clientAppUsed</c>, save for browsers and apps, where the device counts too.</summary>
    public static FrozenDictionary<string, ServiceType> Clients { get; } = new Dictionary<string, ServiceType>(StringComparer.OrdinalIgnoreCase)
    {
        ["IMAP4"] = ServiceType.Imap,
        ["IMAP"] = ServiceType.Imap,
        ["POP3"] = ServiceType.Pop3,
        ["POP"] = ServiceType.Pop3,
        ["Authenticated SMTP"] = ServiceType.Smtp,
        ["SMTP"] = ServiceType.Smtp,
        ["Exchange ActiveSync"] = ServiceType.MobileApp,
        ["Autodiscover"] = ServiceType.Api,
        ["Exchange Online PowerShell"] = ServiceType.Api,
        ["Exchange Web Services"] = ServiceType.Api,
        ["Reporting Web Services"] = ServiceType.Api,
        ["MAPI over HTTP"] = ServiceType.PcApp,
        ["MAPI"] = ServiceType.PcApp,
        ["Offline Address Book"] = ServiceType.PcApp,
        ["Outlook Anywhere (RPC over HTTP)"] = ServiceType.PcApp,
        ["Outlook Service"] = ServiceType.PcApp,
        ["Other clients"] = ServiceType.Others,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>By <c>authenticationDetails[].authenticationMethod</c>.</summary>
    public static FrozenDictionary<string, LoginMethod> Methods { get; } = new Dictionary<string, LoginMethod>(StringComparer.OrdinalIgnoreCase)
    {
        ["Password"] = LoginMethod.Password,
        ["Password Hash Sync"] = LoginMethod.Password,
        ["Pass-through authentication"] = LoginMethod.Password,
        ["Federated"] = LoginMethod.Sso,
        ["Seamless SSO"] = LoginMethod.Sso,
        ["Text message"] = LoginMethod.PhoneOtp,
        ["Phone call"] = LoginMethod.PhoneOtp,
        ["Email OTP"] = LoginMethod.EmailOtp,
        ["OATH verification code"] = LoginMethod.Totp,
        ["OATH hardware token"] = LoginMethod.Totp,
        ["OATH software token"] = LoginMethod.Totp,
        ["FIDO2 security key"] = LoginMethod.Passkey,
        ["Passkey (FIDO2)"] = LoginMethod.Passkey,
        ["Passkey (device-bound)"] = LoginMethod.Passkey,
        ["Passkey (Microsoft Authenticator)"] = LoginMethod.Passkey,
        ["Windows Hello for Business"] = LoginMethod.Passkey,
        ["X.509 Certificate"] = LoginMethod.Certificate,
        ["Previously satisfied"] = LoginMethod.Token,
        ["Mobile app notification"] = LoginMethod.Other,
        ["Temporary Access Pass"] = LoginMethod.Other,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
}
