using System.Text.Encodings.Web;
using System.Text.Json;

namespace LoginAudit.Log.Events;

/// <summary>An event as JSON, the same in search answers and NDJSON exports. Fields without a value are left out.</summary>
internal static class LoginEventJson
{
    /// <summary>Names and quotes as people read them. Safe, as no answer is ever HTML: nosniff is on all of them.</summary>
    public static JavaScriptEncoder Encoder { get; } = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    public static JsonWriterOptions WriterOptions { get; } = new() { Encoder = Encoder };

    /// <param name="writer">Where one object is written to.</param>
    /// <param name="e">The event.</param>
    /// <param name="withRaw">Writes the provider's own JSON too, if it was read.</param>
    public static void Write(Utf8JsonWriter writer, LoginEvent e, bool withRaw = false)
    {
        writer.WriteStartObject();
        writer.WriteString("id", e.Id.ToString());
        writer.WriteString("tenantId", e.Tenant.Value);
        writer.WriteString("occurredAt", IsoTime.Text(e.OccurredAt));
        writer.WriteString("receivedAt", IsoTime.Text(e.ReceivedAt));
        writer.WriteString("source", e.Source);
        writer.WriteString("sourceEventId", e.SourceEventId);
        writer.WriteString("eventType", Code<EventType>.Text(e.EventType));
        writer.WriteString("result", Code<EventResult>.Text(e.Result));
        Text("reason", e.Reason is { } reason ? Code<Reason>.Text(reason) : null);
        Text("reasonRaw", e.ReasonRaw);
        Text("userId", e.UserId);
        Text("loginId", e.LoginId);
        Text("userName", e.UserName);
        Text("ip", e.Ip?.ToString());
        Text("loginMethod", e.LoginMethod is { } method ? Code<LoginMethod>.Text(method) : null);
        writer.WriteString("serviceType", Code<ServiceType>.Text(e.ServiceType));
        Text("userAgent", e.UserAgent);
        Text("sessionId", e.SessionId);
        Text("correlationId", e.CorrelationId);
        Text("application", e.Application);
        Text("country", e.Country);
        Text("city", e.City);
        if (e.Asn is { } asn)
        {
            writer.WriteNumber("asn", asn);
        }

        Text("riskLevel", e.RiskLevel);
        if (withRaw && e.Raw is { } raw)
        {
            writer.WritePropertyName("raw");
            writer.WriteRawValue(raw.Span);
        }

        if (e.RawDropped)
        {
            writer.WriteBoolean("rawDropped", true);
        }

        writer.WriteEndObject();

        void Text(string name, string? value)
        {
            if (value is not null)
            {
                writer.WriteString(name, value);
            }
        }
    }
}
