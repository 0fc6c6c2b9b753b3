using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LoginAudit.Log.Events;
using LoginAudit.Providers.Reading;

namespace LoginAudit.Providers.Keycloak;

/// <summary>
/// Keycloak by its webhook extension, one event a call, signed by HMAC-SHA256 over the body; or its own events as they are. It
/// repeats what is not answered 2xx for 15 minutes. https://github.com/p2-inc/keycloak-events
/// </summary>
internal sealed class KeycloakProvider : IProvider
{
    private const string Error = "_ERROR";
    private const string AccessPrefix = "access.";

    /// <summary>The end of the year 9999.</summary>
    private const long MaxUnixMilliseconds = 253_402_300_799_999;

    public string Kind => "keycloak";

    public ValueTask<Verdict> JudgeAsync(WebhookCall call, HookTrust trust, CancellationToken cancellationToken)
    {
        var given = Encoding.ASCII.GetBytes(call.Header("X-Keycloak-Signature").Trim().ToLowerInvariant());
        return Verdict.If(Proof.Any(trust.Secrets, secret => Proof.AreEqual(
            given, Encoding.ASCII.GetBytes(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), call.Body.Span))))));
    }

    public void Map(JsonElement element, EventDraft draft)
    {
        if (element.Text("type") is not { } code)
        {
            return;
        }

        code = code.StartsWith(AccessPrefix, StringComparison.Ordinal) ? code[AccessPrefix.Length..] : code;
        var failed = code.EndsWith(Error, StringComparison.Ordinal);
        var act = failed ? code[..^Error.Length] : code;
        var details = element.At("details");
        if (!KeycloakCodes.Types.TryGetValue(act, out var type) || IsToldElsewhere(act, details))
        {
            if (!KeycloakCodes.Types.ContainsKey(act) && !KeycloakCodes.Ignored.Contains(act) && !act.StartsWith("admin.", StringComparison.Ordinal))
            {
                draft.Unknown.Add(("type", code));
            }

            draft.Ignore();
            return;
        }

        var isLock = type == EventType.AccountLocked;
        draft.SourceEventId = element.Text("id") ?? ContentId(element); // not uid, which is of the attempt to send it
        draft.OccurredAt = element.Number("time") is { } milliseconds ? TimeOf(milliseconds) : null;
        draft.EventType = type;
        draft.Result = failed || isLock ? EventResult.Failure : EventResult.Success;
        SetReason(element, details, failed, isLock, draft);
        draft.UserId = element.Text("authDetails", "userId") ?? element.Text("userId");
        draft.LoginId = details.Text("username") ?? element.Text("authDetails", "username") ?? details.Text("updated_email");
        draft.Ip = element.Text("authDetails", "ipAddress") ?? element.Text("ipAddress");
        draft.SessionId = element.Text("authDetails", "sessionId") ?? element.Text("sessionId");
        draft.Application = element.Text("authDetails", "clientId") ?? element.Text("clientId");
        draft.CorrelationId = details.Text("code_id");
        draft.UserAgent = details.Text("user_agent");
        draft.LoginMethod = type == EventType.Login ? MethodOf(details) : null;
        draft.ServiceType = Device.Of(null, draft.UserAgent);
    }

    /// <summary>
    /// A change of a password is told twice by newer versions, which give the older of the two types what only the newer one knows:
    /// the type of the credential. And only a password's change is one.
    /// </summary>
    private static bool IsToldElsewhere(string act, JsonElement details) => act switch
    {
        "UPDATE_PASSWORD" => details.Text("credential_type") is not null,
        "UPDATE_CREDENTIAL" => details.Text("credential_type") is { } type && type != "password",
        _ => false,
    };

    private static void SetReason(JsonElement element, JsonElement details, bool failed, bool isLock, EventDraft draft)
    {
        if (failed)
        {
            draft.SetReason(KeycloakCodes.Errors, element.Text("error"), details.Text("reason"));
            draft.Reason ??= Reason.Other;
            if (draft.Reason == Reason.InvalidCredentials && details.Text("credential_type") == "otp")
            {
                draft.Reason = Reason.MfaFailed;
            }
        }
        else if (isLock)
        {
            draft.Reason = Reason.AccountLocked;
            draft.ReasonRaw = details.Text("reason");
        }
    }

    private static LoginMethod? MethodOf(JsonElement details)
    {
        if (details.Text("identity_provider") is { } provider)
        {
            return KeycloakCodes.SocialProviders.Contains(provider) ? LoginMethod.Social : LoginMethod.Sso;
        }

        return details.Text("credential_type") is { } type
            ? KeycloakCodes.Credentials.TryGetValue(type, out var method) ? method : LoginMethod.Other
            : null;
    }

    /// <summary>Older versions give an event no id; what is sent again is the same text.</summary>
    private static string ContentId(JsonElement element) =>
        "sha256-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(element.GetRawText())));

    private static DateTimeOffset? TimeOf(long milliseconds) => milliseconds is >= 0 and <= MaxUnixMilliseconds
        ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
        : null;
}
