using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text.Json;
using LoginAudit.Http;
using LoginAudit.Ingest;
using LoginAudit.Providers.Reading;

namespace LoginAudit.Providers.CloudEvents;

/// <summary>
/// CloudEvents 1.0 over HTTP, structured, batched or binary, with our own event as <c>data</c>, such as Azure Event Grid delivers.
/// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md and http-webhook.md
/// </summary>
internal sealed class CloudEventsProvider : IProvider
{
    /// <summary>Of our own event; events of other types are not about signing in.</summary>
    private const string EventTypeName = "com.loginaudit.login.v1";

    private const string Structured = "application/cloudevents";
    private const string Batch = "application/cloudevents-batch";

    public string Kind => "cloudevents";

    /// <summary>Taken and stored, with nothing more to say.</summary>
    public WebhookAnswer Accepted => new(202);

    public WebhookAnswer? Permit(WebhookCall call)
    {
        const string header = "WebHook-Request-Origin";
        var origin = call.Header(header);
        if (origin.Length is 0 or > 255)
        {
            return null;
        }

        // It becomes a header of the answer, where only these are allowed.
        if (!origin.All(c => c is >= ' ' and <= '~'))
        {
            throw ProblemException.Invalid([Fault.Of(FaultCodes.InvalidValue, header, origin, "a DNS name in ASCII")]);
        }

        return new WebhookAnswer(200)
        {
            Headers = ImmutableDictionary<string, string>.Empty
                .Add("WebHook-Allowed-Origin", origin)
                .Add("WebHook-Allowed-Rate", "*")
                .Add("Allow", "POST"),
        };
    }

    public ValueTask<Verdict> JudgeAsync(WebhookCall call, HookTrust trust, CancellationToken cancellationToken) =>
        Verdict.If(Proof.IsSecret(call.Header("Authorization"), trust.Secrets));

    public IReadOnlyList<BodyElement> Split(WebhookCall call, int maxEvents)
    {
        var type = MediaTypeHeaderValue.TryParse(call.Header("Content-Type"), out var parsed) ? parsed.MediaType ?? "" : "";
        if (type.StartsWith(Structured, StringComparison.OrdinalIgnoreCase))
        {
            return type.EndsWith("+json", StringComparison.OrdinalIgnoreCase) || type is Structured or Batch
                ? EventBody.Split(call.Body, maxEvents)
                : throw Unsupported(type);
        }

        return call.Header("ce-specversion").Length > 0 ? [Binary(call, maxEvents)] : throw Unsupported(type);
    }

    public void Map(JsonElement element, EventDraft draft)
    {
        if (element.Text("type") is { } type && type != EventTypeName)
        {
            draft.Ignore();
            return;
        }

        var data = element.Text("data_base64") is { } packed ? Unpack(packed) : element.At("data");
        if (data.ValueKind != JsonValueKind.Object)
        {
            return; // and lacks all that an event must have
        }

        var fields = new List<(string, string)>();
        if (data.At("sourceEventId").ValueKind == JsonValueKind.Undefined && element.Text("source") is { } source && element.Text("id") is { } id)
        {
            // Source and id together are what makes a CloudEvent the same one.
            fields.Add(("sourceEventId", ProviderJson.Quoted($"{source} {id}")));
        }

        if (data.At("occurredAt").ValueKind == JsonValueKind.Undefined && element.Text("time") is { } time)
        {
            fields.Add(("occurredAt", ProviderJson.Quoted(time)));
        }

        draft.Native = data.With(fields);
    }

    /// <summary>An event whose attributes are headers, and whose body is its data.</summary>
    private static BodyElement Binary(WebhookCall call, int maxEvents)
    {
        var data = EventBody.Split(call.Body, maxEvents);
        var attributes = new[] { "id", "source", "specversion", "type", "time", "subject" }
            .Where(name => call.Header("ce-" + name).Length > 0).Select(name => (name, ProviderJson.Quoted(Decode(call.Header("ce-" + name)))));
        return new BodyElement(JsonElement.Parse("{}"u8).With([("data", data is [{ Fault: null } one] ? JsonText.Raw(one.Json) : "null"), .. attributes]));
    }

    /// <summary>The JSON in base64; nothing where it is none.</summary>
    private static JsonElement Unpack(string base64)
    {
        var bytes = new byte[base64.Length];
        if (Convert.TryFromBase64String(base64, bytes, out var length) && EventBody.TryParse(bytes.AsMemory(0, length), out var json))
        {
            return json;
        }

        return default;
    }

    /// <summary>Quotes off, then one round of percent-decoding (3.1.3.2 of the binding).</summary>
    private static string Decode(string header)
    {
        var text = header is ['"', .., '"'] ? header[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal).Replace(@"\\", @"\", StringComparison.Ordinal) : header;
        return Uri.UnescapeDataString(text);
    }

    private static ProblemException Unsupported(string type) => new(
        415, ProblemCodes.UnsupportedType, "The body is no CloudEvent in a format that is known here.",
        [Fault.Of(FaultCodes.InvalidValue, "Content-Type", type, "application/cloudevents+json, application/cloudevents-batch+json, or ce- headers")]);
}
