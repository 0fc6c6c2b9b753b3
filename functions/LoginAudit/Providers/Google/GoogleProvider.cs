using System.Globalization;
using System.Text.Json;
using LoginAudit.Http;
using LoginAudit.Ingest;
using LoginAudit.Log.Events;
using LoginAudit.Providers.Reading;

namespace LoginAudit.Providers.Google;

/// <summary>
/// Google Workspace's login activity: pushed by a watch channel, whose token is the secret, or read from the Reports API and sent
/// on with the secret in <c>Authorization</c>. An activity may hold several events.
/// https://developers.google.com/admin-sdk/reports/v1/guides/push
/// </summary>
internal sealed class GoogleProvider : IProvider
{
    private const string Index = "eventIndex";

    public string Kind => "google";

    public ValueTask<Verdict> JudgeAsync(WebhookCall call, HookTrust trust, CancellationToken cancellationToken) =>
        Verdict.If(Proof.IsSecret(
            call.Header("X-Goog-Channel-Token") is { Length: > 0 } token ? token : call.Header("Authorization"), trust.Secrets));

    public IReadOnlyList<BodyElement> Split(WebhookCall call, int maxEvents) =>
        call.Header("X-Goog-Resource-State") == "sync"
            ? [] // the first message of a channel: it is there
            : [.. EventBody.Split(call.Body, maxEvents).SelectMany(Activities).SelectMany(OneEach)];

    public void Map(JsonElement element, EventDraft draft)
    {
        var e = element.Items("events").FirstOrDefault();
        if (e.Text("name") is not { } name)
        {
            return;
        }

        if (!draft.TryFind(GoogleCodes.Events, GoogleCodes.Ignored, "name", name, out var meaning))
        {
            return;
        }

        SetIdentity(element, draft);
        draft.OccurredAt ??= LoginTime(e);
        (draft.EventType, draft.Result, draft.Reason) = (meaning.Type, meaning.Result, meaning.Reason);
        if (name == "login_failure")
        {
            draft.SetReason(GoogleCodes.Failures, Parameter(e, "login_failure_type") ?? Parameter(e, "failure_type"), null);
            draft.Reason ??= Reason.Other;
        }
        else if (name is "login_verification" or "login_challenge")
        {
            SetChallenge(e, draft);
        }

        // A warning's actor is not who it is about.
        draft.LoginId = Parameter(e, "affected_email_address") ?? element.Text("actor", "email");
        draft.UserId = Parameter(e, "affected_email_address") is null ? element.TextOrNumber("actor", "profileId") : null;
        draft.Ip = element.Text("ipAddress");
        draft.Asn = element.Items("networkInfo", "ipAsn").FirstOrDefault().Number();
        draft.Country = element.Text("networkInfo", "regionCode");
        draft.LoginMethod = meaning.Type is EventType.Login or EventType.Mfa ? MethodOf(e) : null;
        draft.RiskLevel = e.Items("parameters").Any(p => p.Text("name") == "is_suspicious" && p.Flag("boolValue") == true) ? "suspicious" : null;
    }

    private static void SetIdentity(JsonElement activity, EventDraft draft)
    {
        var time = activity.Text("id", "time");
        draft.OccurredAt = IsoTime.TryParse(time ?? "", out var occurredAt, out _) ? occurredAt : null;
        if (activity.TextOrNumber("id", "uniqueQualifier") is { } qualifier)
        {
            var index = activity.Number(Index) is { } number and > 0 ? string.Create(CultureInfo.InvariantCulture, $"/{number}") : "";
            draft.SourceEventId = $"{activity.Text("id", "customerId")}/{activity.Text("id", "applicationName")}/{time}/{qualifier}{index}";
        }
    }

    /// <summary>A warning also tells when the sign-in was, in microseconds.</summary>
    private static DateTimeOffset? LoginTime(JsonElement e) =>
        e.Items("parameters").FirstOrDefault(parameter => parameter.Text("name") == "login_timestamp").Number("intValue") is { } microseconds
        && microseconds is >= 0 and < 253_402_300_800_000_000
            ? DateTimeOffset.UnixEpoch.AddMicroseconds(microseconds)
            : null;

    private static void SetChallenge(JsonElement e, EventDraft draft)
    {
        // Free text: "Challenge Passed.", "passed", "Incorrect Answer Entered." and others.
        var status = Parameter(e, "login_challenge_status");
        if (status?.Contains("passed", StringComparison.OrdinalIgnoreCase) == true)
        {
            (draft.Result, draft.Reason) = (EventResult.Success, null);
        }
        else if (status is not null)
        {
            (draft.Result, draft.Reason, draft.ReasonRaw) = (EventResult.Failure, Reason.MfaFailed, status);
        }
    }

    private static LoginMethod? MethodOf(JsonElement e)
    {
        var type = Parameter(e, "login_type");
        if (type == "saml")
        {
            return LoginMethod.Sso;
        }

        var methods = Parameters(e, "login_challenge_method").ToList();
        foreach (var (challenge, method) in GoogleCodes.Challenges.OrderBy(pair => pair.Value == LoginMethod.Password))
        {
            if (methods.Contains(challenge, StringComparer.Ordinal))
            {
                return method;
            }
        }

        return type == "google_password" ? LoginMethod.Password : null;
    }

    private static IEnumerable<BodyElement> Activities(BodyElement element) => element.Fault is null && element.Json.At("items").ValueKind == JsonValueKind.Array
        ? element.Json.Items("items").Select(item => new BodyElement(item))
        : [element];

    /// <summary>An activity with one of its events, for each of them.</summary>
    private static IEnumerable<BodyElement> OneEach(BodyElement element)
    {
        var events = element.Fault is null ? element.Json.Items("events").ToList() : [];
        if (events.Count < 2)
        {
            return [element];
        }

        return events.Select((e, index) =>
        {
            var number = index.ToString(CultureInfo.InvariantCulture);
            return new BodyElement(element.Json.With(("events", $"[{JsonText.Raw(e)}]"), (Index, number)));
        });
    }

    private static string? Parameter(JsonElement e, string name) => Parameters(e, name).FirstOrDefault();

    private static IEnumerable<string> Parameters(JsonElement e, string name) => e.Items("parameters")
        .Where(parameter => parameter.Text("name") == name)
        .SelectMany(parameter => parameter.Items("multiValue").Append(parameter.At("value")))
        .Select(value => value.Text()).OfType<string>();
}
