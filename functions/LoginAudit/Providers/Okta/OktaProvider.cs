using System.Text.Json;
using LoginAudit.Ingest;
using LoginAudit.Log.Events;
using LoginAudit.Providers.Reading;

namespace LoginAudit.Providers.Okta;

/// <summary>
/// Okta's event hooks: a GET that is answered with its challenge, then batches of System Log events with a secret in
/// <c>Authorization</c>. Okta waits 3 s, repeats once after a 5xx, and never after a 4xx.
/// https://developer.okta.com/docs/concepts/event-hooks/
/// </summary>
internal sealed class OktaProvider : IProvider
{
    private const string Challenge = "x-okta-verification-challenge";
    private const int MaxChallenge = 1024;

    public string Kind => "okta";

    public WebhookAnswer? Verify(WebhookCall call) => call.Header(Challenge) is { Length: > 0 and <= MaxChallenge } challenge
        ? new WebhookAnswer(200, new { verification = challenge })
        : null;

    public ValueTask<Verdict> JudgeAsync(WebhookCall call, HookTrust trust, CancellationToken cancellationToken) =>
        Verdict.If(Proof.IsSecret(call.Header("Authorization"), trust.Secrets));

    public IReadOnlyList<BodyElement> Split(WebhookCall call, int maxEvents) =>
        [.. EventBody.Split(call.Body, maxEvents).SelectMany(Events)];

    public void Map(JsonElement element, EventDraft draft)
    {
        if (element.Text("eventType") is not { } code)
        {
            return;
        }

        if (!OktaCodes.EventTypes.TryGetValue(code, out var type))
        {
            // Of the two families that are about signing in, an event that is new is told.
            if (code.StartsWith("user.session.", StringComparison.Ordinal) || code.StartsWith("user.authentication.", StringComparison.Ordinal))
            {
                draft.Unknown.Add(("eventType", code));
            }

            draft.Ignore();
            return;
        }

        draft.SourceEventId = element.Text("uuid"); // not the envelope's eventId, which is of the whole batch
        draft.OccurredAt = IsoTime.TryParse(element.Text("published") ?? "", out var published, out _) ? published : null;
        draft.EventType = type;
        SetOutcome(element, code, draft);
        SetUser(element, type, draft);
        SetClient(element, draft);
        draft.LoginMethod = MethodOf(element, code, draft);
        draft.SessionId = element.Text("authenticationContext", "externalSessionId");
        draft.CorrelationId = element.Text("transaction", "id");
        draft.Application = Target(element, "AppInstance").Text("displayName");
        draft.Asn = element.Number("securityContext", "asNumber");
        draft.RiskLevel = element.Text("securityContext", "risk", "level");
    }

    private static IEnumerable<BodyElement> Events(BodyElement envelope) => envelope.Fault is null
        ? envelope.Json.Items("data", "events").Select(item => new BodyElement(item))
        : [envelope];

    private static void SetOutcome(JsonElement element, string code, EventDraft draft)
    {
        var outcome = element.Text("outcome", "result");
        var reason = element.Text("outcome", "reason");
        if (outcome is null)
        {
            draft.Result = draft.EventType is EventType.Login or EventType.Mfa ? EventResult.Interrupted : EventResult.Success;
        }
        else if (OktaCodes.Results.TryGetValue(outcome, out var result))
        {
            draft.Result = result;
        }
        else
        {
            draft.Result = EventResult.Interrupted;
            draft.Unknown.Add(("outcome.result", outcome));
        }

        if (draft.Result == EventResult.Success)
        {
            draft.ReasonRaw = reason;
            draft.Reason = code == "user.session.expire" ? Reason.SessionExpired : null;
            return;
        }

        if (draft.EventType == EventType.Risk)
        {
            (draft.Reason, draft.ReasonRaw) = (Reason.Threat, reason); // in words
            return;
        }

        draft.SetReason(OktaCodes.Reasons, reason, reason);
        draft.Reason = (outcome, code) switch
        {
            ("CHALLENGE", _) => Reason.MfaRequired,
            (_, "user.authentication.auth_via_mfa") when draft.Reason is Reason.InvalidCredentials or null => Reason.MfaFailed,
            ("DENY", _) => Reason.PolicyDenied,
            _ => draft.Reason,
        };
    }

    /// <summary>Who signed in is the actor; what is done to an account is done to its target, by whoever the actor is.</summary>
    private static void SetUser(JsonElement element, EventType type, EventDraft draft)
    {
        var target = Target(element, "User");
        var isAboutTarget = type is not (EventType.Login or EventType.Logout or EventType.Mfa) && target.ValueKind == JsonValueKind.Object;
        var user = isAboutTarget ? target : element.At("actor");
        draft.UserId = user.Text("id") is { } id && id != "unknown" ? id : null;
        draft.LoginId = user.Text("alternateId") is { } login && login != "unknown" ? login : null;
        draft.UserName = user.Text("displayName");
    }

    private static void SetClient(JsonElement element, EventDraft draft)
    {
        var client = element.At("client");
        var hop = element.Items("request", "ipChain").Concat(client.Items("ipChain")).FirstOrDefault();
        draft.Ip = client.Text("ipAddress") ?? hop.Text("ip");
        var place = client.At("geographicalContext").ValueKind == JsonValueKind.Object ? client.At("geographicalContext") : hop.At("geographicalContext");
        draft.Country = place.Text("country");
        draft.City = place.Text("city");
        draft.UserAgent = client.Text("userAgent", "rawUserAgent");
        bool? isMobile = client.Text("device") switch
        {
            "Mobile" or "Tablet" => true,
            "Computer" => false,
            _ => null,
        };
        draft.ServiceType = Device.Of(isMobile, draft.UserAgent);
    }

    private static LoginMethod? MethodOf(JsonElement element, string code, EventDraft draft)
    {
        if (draft.EventType is not (EventType.Login or EventType.Mfa))
        {
            return null;
        }

        var context = element.At("authenticationContext");
        var credential = context.Text("credentialType");
        if (OktaCodes.MethodsByEventType.TryGetValue(code, out var method)
            || OktaCodes.MethodsByProvider.TryGetValue(context.Text("authenticationProvider") ?? "", out method)
            || OktaCodes.MethodsByCredential.TryGetValue(credential ?? "", out method))
        {
            return method;
        }

        if (credential is null)
        {
            return null;
        }

        draft.Unknown.Add(("credentialType", credential));
        return LoginMethod.Other;
    }

    private static JsonElement Target(JsonElement element, string type) =>
        element.Items("target").FirstOrDefault(target => target.Text("type") == type);
}
