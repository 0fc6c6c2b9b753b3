using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LoginAudit.Log.Events;
using LoginAudit.Providers.Reading;

namespace LoginAudit.Providers.Ocsf;

/// <summary>
/// Events of OCSF's class Authentication (3002), one, an array or NDJSON, with the secret in <c>Authorization</c>: for whatever
/// speaks OCSF already. https://schema.ocsf.io/classes/authentication
/// </summary>
internal sealed class OcsfProvider : IProvider
{
    private const long AuthenticationClass = 3002;
    private const long MaxUnixMilliseconds = 253_402_300_799_999;

    private static readonly FrozenDictionary<long, EventType> Activities = new Dictionary<long, EventType>
    {
        [1] = EventType.Login,
        [2] = EventType.Logout,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, Reason> Reasons = new Dictionary<string, Reason>(StringComparer.OrdinalIgnoreCase)
    {
        ["INVALID_CREDENTIALS"] = Reason.InvalidCredentials,
        ["USER_DOES_NOT_EXIST"] = Reason.UnknownUser,
        ["ACCOUNT_DISABLED"] = Reason.AccountDisabled,
        ["ACCOUNT_LOCKED_OUT"] = Reason.AccountLocked,
        ["PASSWORD_EXPIRED"] = Reason.PasswordExpired,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>By <c>auth_protocol_id</c>: those that are a company's own sign-on.</summary>
    private static readonly FrozenDictionary<long, LoginMethod> Protocols = new Dictionary<long, LoginMethod>
    {
        [2] = LoginMethod.Sso, // Kerberos
        [4] = LoginMethod.Sso, // OpenID
        [5] = LoginMethod.Sso, // SAML
        [6] = LoginMethod.Token, // OAuth 2.0
        [11] = LoginMethod.Password, // Basic
        [12] = LoginMethod.Password, // LDAP
    }.ToFrozenDictionary();

    public string Kind => "ocsf";

    public ValueTask<Verdict> JudgeAsync(WebhookCall call, HookTrust trust, CancellationToken cancellationToken) =>
        Verdict.If(Proof.IsSecret(call.Header("Authorization"), trust.Secrets));

    public void Map(JsonElement element, EventDraft draft)
    {
        var activity = element.Number("activity_id");
        if (element.Number("class_uid") is not (null or AuthenticationClass) || activity is not { } id || !Activities.TryGetValue(id, out var type))
        {
            draft.Ignore();
            return;
        }

        draft.SourceEventId = element.Text("metadata", "uid") ?? "sha256-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(element.GetRawText())));
        draft.OccurredAt = element.Number("time") is { } time and >= 0 and <= MaxUnixMilliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null;
        draft.EventType = type;
        draft.Result = element.Number("status_id") switch
        {
            1 => EventResult.Success,
            2 => EventResult.Failure,
            _ => EventResult.Interrupted,
        };
        if (draft.Result == EventResult.Failure)
        {
            // The class's own words stand in either; the other is the vendor's.
            var (code, detail) = (element.TextOrNumber("status_code"), element.Text("status_detail"));
            draft.SetReason(Reasons, detail is not null && (code is null || Reasons.ContainsKey(detail)) ? detail : code, detail);
            draft.Reason ??= Reason.Other;
        }

        draft.UserId = element.Text("user", "uid");
        draft.LoginId = element.Text("user", "email_addr") ?? element.Text("user", "name");
        draft.UserName = element.Text("user", "full_name") ?? element.Text("user", "display_name");
        draft.Ip = element.Text("src_endpoint", "ip");
        draft.Country = element.Text("src_endpoint", "location", "country");
        draft.City = element.Text("src_endpoint", "location", "city");
        draft.Asn = element.Number("src_endpoint", "autonomous_system", "number");
        draft.UserAgent = element.Text("http_request", "user_agent");
        draft.SessionId = element.Text("session", "uid");
        draft.CorrelationId = element.Text("metadata", "correlation_uid");
        draft.Application = element.Text("service", "name");
        draft.RiskLevel = element.Text("risk_level");
        draft.LoginMethod = element.Number("auth_protocol_id") is { } protocol && Protocols.TryGetValue(protocol, out var method) ? method : null;
        draft.ServiceType = element.TextOrNumber("src_endpoint", "type_id") switch
        {
            "4" or "5" => ServiceType.MobileApp, // tablet, mobile
            _ => Device.Of(null, draft.UserAgent),
        };
    }
}
