using System.Text.Json;
using LoginAudit.Ingest;
using LoginAudit.Log.Events;
using LoginAudit.Providers.Reading;

namespace LoginAudit.Providers.Auth0;

/// <summary>
/// Auth0's custom webhook log stream: an array, lines or an object whatever its content type says, with the token of the stream's
/// settings in <c>Authorization</c>. https://auth0.com/docs/customize/log-streams/custom-log-streams
/// </summary>
internal sealed class Auth0Provider : IProvider
{
    public string Kind => "auth0";

    public ValueTask<Verdict> JudgeAsync(WebhookCall call, HookTrust trust, CancellationToken cancellationToken) =>
        Verdict.If(Proof.IsSecret(call.Header("Authorization"), trust.Secrets));

    public IReadOnlyList<BodyElement> Split(WebhookCall call, int maxEvents) =>
        [.. EventBody.Split(call.Body, maxEvents).SelectMany(Unwrap)];

    public void Map(JsonElement element, EventDraft draft)
    {
        var data = element.At("data").ValueKind == JsonValueKind.Object ? element.At("data") : element;
        if (data.Text("type") is not { } code)
        {
            return;
        }

        if (!draft.TryFind(Auth0Codes.Types, Auth0Codes.Ignored, "type", code, out var meaning))
        {
            return;
        }

        draft.SourceEventId = element.Text("log_id") ?? data.Text("log_id");
        draft.OccurredAt = IsoTime.TryParse(data.Text("date") ?? "", out var date, out _) ? date : null;
        draft.EventType = meaning.Type;
        draft.Result = meaning.Result;
        draft.Reason = meaning.Reason;
        draft.ReasonRaw = meaning.Result == EventResult.Success ? null : data.Text("description") is { } text ? $"{code}: {text}" : code;
        draft.UserId = data.Text("user_id");
        draft.LoginId = data.Text("user_name");
        draft.Ip = data.Text("ip");
        draft.UserAgent = data.Text("user_agent");
        draft.LoginMethod = MethodOf(data, code, meaning.Type);
        draft.ServiceType = code is "sepft" or "fepft" ? ServiceType.Api : Device.Of(data.Flag("is_mobile"), draft.UserAgent);
        draft.SessionId = data.Text("details", "session_id");
        draft.Application = data.Text("client_name");
        draft.RiskLevel = data.Text("details", "riskAssessment", "confidence") ?? data.Text("riskAssessment", "confidence");
    }

    private static IEnumerable<BodyElement> Unwrap(BodyElement element) =>
        element.Fault is null && element.Json.At("logs").ValueKind == JsonValueKind.Array
            ? element.Json.Items("logs").Select(item => new BodyElement(item))
            : [element];

    private static LoginMethod? MethodOf(JsonElement data, string code, EventType type)
    {
        if (code.StartsWith("passkey", StringComparison.Ordinal) || code == "gd_webauthn_challenge_failed")
        {
            return LoginMethod.Passkey;
        }

        if (type != EventType.Login)
        {
            return null;
        }

        return data.Text("strategy_type") == "social" ? LoginMethod.Social
            : Auth0Codes.Strategies.TryGetValue(data.Text("strategy") ?? "", out var method) ? method
            : data.Text("strategy_type") == "enterprise" ? LoginMethod.Sso
            : code is "sepft" or "fepft" or "fp" ? LoginMethod.Password
            : null;
    }
}
