using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.Ingest;
using LoginAudit.Log.Events;
using LoginAudit.Providers.Reading;
using LoginAudit.Tenants;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace LoginAudit.Providers.Set;

/// <summary>
/// Security event tokens of a Shared Signals transmitter, one in each call, signed with the issuer's keys.
/// https://www.rfc-editor.org/rfc/rfc8935 (push), https://www.rfc-editor.org/rfc/rfc8417 (the token)
/// </summary>
internal sealed class SetProvider : IProvider
{
    private const string TokenType = "secevent+jwt";
    private const string WellKnown = "/.well-known/ssf-configuration";

    public string Kind => "set";

    public IReadOnlyList<string> Settings => ["issuer", "audience", "metadataUrl"];

    public WebhookAnswer Accepted => new(202);

    public HookSettings ReadSettings(SourceRequest request, List<Fault> faults)
    {
        AddIfBad("issuer", request.Issuer, "the transmitter's iss");
        AddIfBad("audience", request.Audience, "the aud of the stream");
        var metadata = request.MetadataUrl ?? DefaultMetadata(request.Issuer);
        if (request.Issuer is not null && (metadata is null || !TokenIssuerOptions.IsSafeAddress(metadata)))
        {
            faults.Add(Fault.Of(
                request.MetadataUrl is null ? FaultCodes.Missing : FaultCodes.InvalidValue, "metadataUrl", request.MetadataUrl,
                "an https address without query and fragment; not needed where the issuer is one"));
        }

        return new HookSettings(request.Issuer, request.Audience, metadata);

        void AddIfBad(string field, string? got, string takes)
        {
            if (string.IsNullOrWhiteSpace(got) || got.Length > EventRules.IdLength)
            {
                faults.Add(Fault.Of(got is null ? FaultCodes.Missing : FaultCodes.InvalidValue, field, got, $"{takes}, at most {EventRules.IdLength} characters"));
            }
        }
    }

    /// <summary>The signature is the proof. A transmitter that sends a secret too must send the right one.</summary>
    public async ValueTask<Verdict> JudgeAsync(WebhookCall call, HookTrust trust, CancellationToken cancellationToken)
    {
        if (trust.Issuer is not { } issuer)
        {
            return default;
        }

        if (call.Header("Authorization") is { Length: > 0 } authorization && !Proof.IsSecret(authorization, trust.Secrets))
        {
            return Refuse("authentication_failed", "Authorization is not the secret of the source.");
        }

        JsonWebToken token;
        try
        {
            token = TokenIssuer.Read(TextOf(call));
        }
        catch (ArgumentException)
        {
            return Refuse("invalid_request", "The body is no signed security event token.");
        }

        // Otherwise an ID token of the same issuer could pass for one (RFC 8417, 2.3 and 4.5).
        if (!string.Equals(token.Typ, TokenType, StringComparison.OrdinalIgnoreCase)
            && !string.Equals(token.Typ, "application/" + TokenType, StringComparison.OrdinalIgnoreCase))
        {
            return Refuse("invalid_request", $"The token's typ is not {TokenType}.");
        }

        var result = await issuer.ValidateAsync(token, isAlive: (_, _) => true, cancellationToken);
        return result.IsValid ? IsEvent(PayloadOf(call)) ? Verdict.Authentic : Refuse("invalid_request", "The token lacks jti, iat or events.") : result.Exception switch
        {
            SecurityTokenInvalidIssuerException => Refuse("invalid_issuer", "The token has another iss than the source."),
            SecurityTokenInvalidAudienceException => Refuse("invalid_audience", "The token has another aud than the source."),
            SecurityTokenSignatureKeyNotFoundException => Refuse("invalid_key", "The token's key is not among the issuer's."),
            _ => Refuse("authentication_failed", "The token's signature is wrong, or of an algorithm that is not taken."),
        };
    }

    /// <summary>An element for each event; a token of the framework has just one.</summary>
    public IReadOnlyList<BodyElement> Split(WebhookCall call, int maxEvents)
    {
        var payload = PayloadOf(call);
        return payload.At("events") is { ValueKind: JsonValueKind.Object } events && events.GetPropertyCount() > 1
            ? [.. events.EnumerateObject().Select(e => new BodyElement(Only(payload, e)))]
            : [new BodyElement(payload)];
    }

    public void Map(JsonElement element, EventDraft draft)
    {
        var (name, e) = element.At("events") is { ValueKind: JsonValueKind.Object } events
            ? events.EnumerateObject().Select(one => (LastPart(JsonText.NameOf(one)), one.Value)).FirstOrDefault()
            : default;
        if (name is null)
        {
            return;
        }

        if (!draft.TryFind(SetCodes.Events, SetCodes.Ignored, "event", name, out var type))
        {
            return;
        }

        if (name == "credential-change" && !SetCodes.Passwords.Contains(e.Text("credential_type") ?? ""))
        {
            draft.Ignore();
            return;
        }

        draft.SourceEventId = element.Text("jti");
        draft.OccurredAt = Seconds(e, "event_timestamp") ?? Seconds(element, "toe") ?? Seconds(element, "iat");
        draft.EventType = type;
        draft.Result = EventResult.Success;
        SetReason(e, draft);
        SetUser(element.At("sub_id") is { ValueKind: JsonValueKind.Object } subject ? subject : e.At("subject"), draft);
        draft.Ip = e.Items("ips").FirstOrDefault().Text();
        draft.SessionId ??= e.Text("ext_id") ?? e.Items("ext_id").FirstOrDefault().Text();
        draft.CorrelationId = element.TextOrNumber("txn");
        draft.RiskLevel = e.Text("current_level")?.ToLowerInvariant();
        draft.LoginMethod = type == EventType.Login ? MethodOf(e) : null;
    }

    private static void SetReason(JsonElement e, EventDraft draft)
    {
        draft.ReasonRaw = Localized(e.At("reason_admin")) ?? Localized(e.At("reason_user")) ?? e.Text("reason") ?? e.Text("risk_reason");
        if (draft.EventType is EventType.Risk && !string.Equals(e.Text("current_level"), "LOW", StringComparison.OrdinalIgnoreCase))
        {
            (draft.Result, draft.Reason) = (EventResult.Failure, Reason.Threat);
        }
    }

    private static void SetUser(JsonElement subject, EventDraft draft)
    {
        // A complex subject has its parts by name; one of aliases has several of one person.
        draft.SessionId = subject.Text("session", "id");
        var user = subject.At("user") is { ValueKind: JsonValueKind.Object } named ? named : subject;
        foreach (var identifier in user.Items("identifiers").Append(user))
        {
            draft.UserId ??= identifier.Text("sub") ?? identifier.Text("id");
            draft.LoginId ??= identifier.Text("email") ?? identifier.Text("phone_number") ?? Account(identifier.Text("uri"));
        }
    }

    private static string? Account(string? uri) => uri?.StartsWith("acct:", StringComparison.OrdinalIgnoreCase) == true ? uri["acct:".Length..] : uri;

    /// <summary>The English text, or the first; a text that should have had a language is taken too.</summary>
    private static string? Localized(JsonElement texts) => texts.ValueKind == JsonValueKind.Object
        ? texts.Text("en") ?? texts.EnumerateObject().Select(text => text.Value.Text()).FirstOrDefault(text => text is not null)
        : texts.Text();

    private static LoginMethod? MethodOf(JsonElement e)
    {
        var given = e.Items("amr").Select(amr => amr.Text()).ToHashSet(StringComparer.Ordinal);
        return given.Count == 0 ? null
            : SetCodes.Methods.Where(method => given.Contains(method.Amr)).Select(method => (LoginMethod?)method.Method).FirstOrDefault() ?? LoginMethod.Other;
    }

    private static DateTimeOffset? Seconds(JsonElement element, string name) =>
        decimal.TryParse(element.TextOrNumber(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
        && seconds is >= 0 and < 253_402_300_800
            ? DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond))
            : null;

    private static string LastPart(string address) => address[(address.LastIndexOf('/') + 1)..];

    private static JsonElement Only(JsonElement payload, JsonProperty e)
    {
        var name = JsonText.NameOf(e);
        return payload.With(
            ("jti", ProviderJson.Quoted($"{payload.Text("jti")}/{LastPart(name)}")),
            ("events", $"{{{ProviderJson.Quoted(name)}:{JsonText.Raw(e.Value)}}}"));
    }

    private static bool IsEvent(JsonElement payload) =>
        payload.Text("jti") is not null
        && payload.At("iat").ValueKind == JsonValueKind.Number
        && payload.At("events") is { ValueKind: JsonValueKind.Object } events && events.GetPropertyCount() > 0;

    private static JsonElement PayloadOf(WebhookCall call) =>
        JsonElement.Parse(Base64UrlEncoder.DecodeBytes(TextOf(call).Split('.')[1]));

    private static string TextOf(WebhookCall call) => Encoding.ASCII.GetString(call.Body.Span).Trim();

    /// <summary>The path of the issuer comes behind it (OpenID Shared Signals Framework 1.0, 7.2).</summary>
    private static string? DefaultMetadata(string? issuer) =>
        Uri.TryCreate(issuer, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
            ? uri.GetLeftPart(UriPartial.Authority) + WellKnown + uri.AbsolutePath.TrimEnd('/')
            : null;

    /// <summary>Section 2.3 of RFC 8935.</summary>
    private static Verdict Refuse(string err, string description) => Verdict.Refused(new WebhookAnswer(400, new { err, description })
    {
        Headers = ImmutableDictionary<string, string>.Empty.Add("Content-Language", "en"),
    });
}
