using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using LoginAudit.Events;
using LoginAudit.Ingest;

namespace LoginAudit.Providers.Entra;

/// <summary>
/// Entra ID's sign-ins, as diagnostic settings write them to an Event Hub (<c>records</c>) and as Microsoft Graph lists them
/// (<c>value</c>). Entra calls no webhook: whoever reads them there sends them here, with the secret in <c>Authorization</c>.
/// https://learn.microsoft.com/entra/identity/monitoring-health/concept-sign-in-log-activity-details
/// </summary>
internal sealed partial class EntraProvider : IProvider
{
    /// <summary>Sign-ins of people. The other categories are tokens that programs renew, many times as much.</summary>
    private static readonly string[] Interactive = ["SignInLogs", "ADFSSignInLogs"];

    public string Kind => "entra";

    public bool CompletesEvents => true;

    public bool IsAuthentic(WebhookCall call, IReadOnlyList<string> secrets) => Proof.IsSecret(call.Header("Authorization"), secrets);

    public IReadOnlyList<BodyElement> Split(WebhookCall call, int maxEvents) =>
        [.. EventBody.Split(call.Body, maxEvents).SelectMany(Unwrap)];

    public void Map(JsonElement element, EventDraft draft)
    {
        var category = element.Text("category");
        var signIn = element.At("properties").ValueKind == JsonValueKind.Object ? element.At("properties") : element;
        if (!(category is null ? signIn.Flag("isInteractive") ?? true : Interactive.Contains(category, StringComparer.OrdinalIgnoreCase)))
        {
            draft.Ignore();
            return;
        }

        draft.SourceEventId = signIn.Text("id");
        draft.OccurredAt = Time(signIn.Text("createdDateTime")) ?? Time(element.Text("time"));
        draft.EventType = EventType.Login;
        SetResult(element, signIn, draft);
        draft.UserId = signIn.Text("userId");
        draft.LoginId = signIn.Text("userPrincipalName");
        draft.UserName = signIn.Text("userDisplayName") ?? element.Text("identity");
        draft.Ip = signIn.Text("ipAddress") ?? element.Text("callerIpAddress");
        draft.UserAgent = signIn.Text("userAgent");
        draft.ServiceType = ServiceOf(signIn, draft);
        draft.LoginMethod = MethodOf(signIn, draft);
        draft.SessionId = signIn.Text("sessionId");
        draft.CorrelationId = signIn.Text("correlationId") ?? element.Text("correlationId");
        draft.Application = signIn.Text("appDisplayName");
        draft.Country = signIn.Text("location", "countryOrRegion") ?? element.Text("location");
        draft.City = signIn.Text("location", "city");
        draft.Asn = signIn.Number("autonomousSystemNumber");
        draft.RiskLevel = signIn.Text("riskLevelDuringSignIn") is { } risk and not ("none" or "hidden") ? risk : null;
    }

    private static IEnumerable<BodyElement> Unwrap(BodyElement element)
    {
        if (element.Fault is not null)
        {
            return [element];
        }

        foreach (var wrapper in new[] { "records", "value" })
        {
            if (element.Json.At(wrapper).ValueKind == JsonValueKind.Array)
            {
                return element.Json.Items(wrapper).Select(item => new BodyElement(item));
            }
        }

        return [element];
    }

    private static void SetResult(JsonElement element, JsonElement signIn, EventDraft draft)
    {
        var code = signIn.TextOrNumber("status", "errorCode") ?? element.TextOrNumber("resultType");
        var text = signIn.Text("status", "failureReason") ?? element.Text("resultDescription");
        if (code is "0")
        {
            draft.Result = EventResult.Success;
        }
        else if (code is not null && EntraCodes.Interrupts.TryGetValue(code, out var reason))
        {
            (draft.Result, draft.Reason, draft.ReasonRaw) = (EventResult.Interrupted, reason, text is null ? code : $"{code}: {text}");
        }
        else if (code is not null)
        {
            draft.Result = EventResult.Failure;
            draft.SetReason(EntraCodes.Failures, code, text);
        }
    }

    private static ServiceType ServiceOf(JsonElement signIn, EventDraft draft)
    {
        var client = signIn.Text("clientAppUsed");
        var system = signIn.Text("deviceDetail", "operatingSystem") ?? "";
        var isMobile = system.StartsWith("ios", StringComparison.OrdinalIgnoreCase) || system.StartsWith("android", StringComparison.OrdinalIgnoreCase);
        switch (client)
        {
            case null:
                return Device.Of(system.Length > 0 ? isMobile : null, draft.UserAgent);
            case "Browser":
                return isMobile ? ServiceType.MobileApp : ServiceType.PcWeb;
            case "Mobile Apps and Desktop clients":
                return isMobile ? ServiceType.MobileApp : ServiceType.PcApp;
        }

        if (EntraCodes.Clients.TryGetValue(client, out var service))
        {
            return service;
        }

        draft.Unknown.Add(("clientAppUsed", client));
        return ServiceType.Others;
    }

    /// <summary>Of the last step that worked, else of the last that was tried.</summary>
    private static LoginMethod? MethodOf(JsonElement signIn, EventDraft draft)
    {
        var steps = signIn.Items("authenticationDetails").Where(step => step.Text("authenticationMethod") is not null).ToList();
        var last = steps.FindLast(step => step.Flag("succeeded") == true);
        var method = (last.ValueKind == JsonValueKind.Object ? last : steps.LastOrDefault()).Text("authenticationMethod");
        if (method is null)
        {
            return null;
        }

        if (EntraCodes.Methods.TryGetValue(method, out var known))
        {
            return known;
        }

        draft.Unknown.Add(("authenticationMethod", method));
        return LoginMethod.Other;
    }

    /// <summary>
    /// ISO 8601 with up to nine digits of a second, with a zone or, meaning UTC, without; and the month first with AM and PM, as some
    /// exports have it.
    /// </summary>
    private static DateTimeOffset? Time(string? text) => text is not null && DateTimeOffset.TryParse(
        Nanoseconds().Replace(text, "${ticks}"),
        CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal | DateTimeStyles.AllowWhiteSpaces,
        out var time)
            ? time
            : null;

    [GeneratedRegex(@"(?<ticks>\.[0-9]{7})[0-9]+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Nanoseconds();
}
