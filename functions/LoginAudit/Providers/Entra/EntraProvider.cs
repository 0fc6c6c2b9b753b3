using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using LoginAudit.Http;
using LoginAudit.Ingest;
using LoginAudit.Log.Events;
using LoginAudit.Providers.Reading;
using LoginAudit.Tenants;

namespace LoginAudit.Providers.Entra;

/// <summary>
/// Entra ID's sign-ins, as diagnostic settings write them to an Event Hub (<c>records</c>) and as Microsoft Graph lists them
/// (<c>value</c>). Entra calls no webhook: whoever reads them there sends them here, with the secret in <c>Authorization</c>.
/// https://learn.microsoft.com/entra/identity/monitoring-health/concept-sign-in-log-activity-details
/// </summary>
internal sealed partial class EntraProvider : IProvider
{
    private const string Users = "NonInteractiveUserSignInLogs";
    private const string Services = "ServicePrincipalSignInLogs";
    private const string Identities = "ManagedIdentitySignInLogs";

    /// <summary>Sign-ins of people.</summary>
    private static readonly string[] Interactive = ["SignInLogs", "ADFSSignInLogs"];

    /// <summary>Tokens that programs renew, many times as much: only where the source asks for them.</summary>
    private static readonly string[] OnRequest = [Users, Services, Identities, "MicrosoftServicePrincipalSignInLogs"];

    public string Kind => "entra";

    public bool CompletesEvents => true;

    public IReadOnlyList<string> Settings => ["categories"];

    public HookSettings ReadSettings(SourceRequest request, List<Fault> faults)
    {
        foreach (var category in request.Categories ?? [])
        {
            if (!OnRequest.Contains(category))
            {
                faults.Add(Fault.Of(FaultCodes.InvalidValue, "categories", category, "any of " + string.Join(", ", OnRequest)));
            }
        }

        return new HookSettings(Categories: request.Categories is { Count: > 0 } categories ? [.. categories.Distinct(StringComparer.Ordinal)] : null);
    }

    public ValueTask<Verdict> JudgeAsync(WebhookCall call, HookTrust trust, CancellationToken cancellationToken) =>
        Verdict.If(Proof.IsSecret(call.Header("Authorization"), trust.Secrets));

    public IReadOnlyList<BodyElement> Split(WebhookCall call, int maxEvents) =>
        [.. EventBody.Split(call.Body, maxEvents).SelectMany(Unwrap)];

    public void Map(JsonElement element, EventDraft draft)
    {
        var signIn = element.At("properties").ValueKind == JsonValueKind.Object ? element.At("properties") : element;
        var category = element.Text("category") ?? CategoryOf(signIn);
        var service = signIn.Text("servicePrincipalId");
        if (!Interactive.Concat(draft.Settings.Categories ?? []).Contains(category, StringComparer.OrdinalIgnoreCase))
        {
            if (!OnRequest.Contains(category, StringComparer.OrdinalIgnoreCase))
            {
                draft.Unknown.Add(("category", category));
            }

            draft.Ignore();
            return;
        }

        draft.SourceEventId = signIn.Text("id");
        draft.OccurredAt = Time(signIn.Text("createdDateTime")) ?? Time(element.Text("time"));
        draft.EventType = EventType.Login;
        SetResult(element, signIn, draft);
        draft.UserId = signIn.Text("userId") ?? service;
        draft.LoginId = signIn.Text("userPrincipalName");
        draft.UserName = signIn.Text("userDisplayName") ?? signIn.Text("servicePrincipalName") ?? element.Text("identity");
        draft.Ip = signIn.Text("ipAddress") ?? element.Text("callerIpAddress");
        draft.UserAgent = signIn.Text("userAgent");
        draft.ServiceType = service is null ? ServiceOf(signIn, draft) : ServiceType.Api;
        draft.LoginMethod = MethodOf(signIn, draft);
        draft.SessionId = signIn.Text("sessionId");
        draft.CorrelationId = signIn.Text("correlationId") ?? element.Text("correlationId");
        draft.Application = signIn.Text("appDisplayName");
        draft.Country = signIn.Text("location", "countryOrRegion") ?? element.Text("location");
        draft.City = signIn.Text("location", "city");
        draft.Asn = signIn.Number("autonomousSystemNumber");
        draft.RiskLevel = signIn.Text("riskLevelDuringSignIn") is { } risk and not ("none" or "hidden") ? risk : null;
    }

    /// <summary>Of a sign-in that Graph lists.</summary>
    private static string CategoryOf(JsonElement signIn) =>
        signIn.Items("signInEventTypes").Any(type => type.Text() == "managedIdentity") ? Identities
        : signIn.Text("servicePrincipalId") is not null ? Services
        : signIn.Flag("isInteractive") == false ? Users
        : Interactive[0];

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
