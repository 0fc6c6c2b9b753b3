using System.Security.Cryptography;
using System.Text.Json;
using LoginAudit.Http;
using LoginAudit.Log.Events;

namespace LoginAudit.Ingest;

/// <summary>Our own event format: the fields of <see cref="LoginEvent"/>, less what LoginAudit itself gives it.</summary>
internal static class NativeEventParser
{
    /// <summary>Reads one event.</summary>
    /// <returns>The event, or null and the faults, all of them.</returns>
    /// <param name="element">What was sent.</param>
    /// <param name="tenant">Whose event it is.</param>
    /// <param name="receivedAt">Now.</param>
    /// <param name="maxAge">How long events are kept: what is older would be dropped at once.</param>
    /// <param name="faults">Gets the faults.</param>
    /// <param name="hook">Name of the webhook source it came through, which may speak for itself only.</param>
    public static LoginEvent? Parse(
        JsonElement element, TenantId tenant, DateTimeOffset receivedAt, TimeSpan maxAge, List<Fault> faults, string? hook = null)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            faults.Add(Fault.Of(FaultCodes.NotAnObject, "", element.GetRawText(), "a JSON object"));
            return null;
        }

        var before = faults.Count;
        var fields = new EventFields(element, faults);
        var given = fields.Text("source", 63);
        var source = hook ?? given ?? "native";
        var sourceEventId = fields.Text("sourceEventId", EventRules.IdLength);
        var occurredAt = fields.Time("occurredAt");
        var e = new LoginEvent
        {
            Tenant = tenant,
            Source = source,
            SourceEventId = sourceEventId ?? "",
            OccurredAt = occurredAt ?? default,
            ReceivedAt = receivedAt,
            EventType = fields.Code<EventType>("eventType", required: true) ?? default,
            Result = fields.Code<EventResult>("result", required: true) ?? default,
            Reason = fields.Code<Reason>("reason"),
            ReasonRaw = fields.CutText("reasonRaw", EventRules.AttackerTextLength),
            UserId = fields.Text("userId", EventRules.IdLength),
            LoginId = fields.Text("loginId", EventRules.IdLength),
            UserName = fields.Text("userName", EventRules.NameLength),
            Ip = Address(fields.Text("ip", EventRules.ShortTextLength), faults),
            LoginMethod = fields.Code<LoginMethod>("loginMethod"),
            ServiceType = fields.Code<ServiceType>("serviceType") ?? ServiceType.Others,
            UserAgent = fields.CutText("userAgent", EventRules.AttackerTextLength),
            SessionId = fields.Text("sessionId", EventRules.IdLength),
            CorrelationId = fields.Text("correlationId", EventRules.IdLength),
            Application = fields.Text("application", EventRules.NameLength),
            Country = fields.Text("country", EventRules.ShortTextLength),
            City = fields.Text("city", EventRules.ShortTextLength),
            Asn = fields.Number("asn", uint.MaxValue),
            RiskLevel = fields.Text("riskLevel", EventRules.ShortTextLength),
            Raw = fields.Raw("raw"),
        };
        fields.RejectUnknown();
        if (!SourceName.IsValid(source))
        {
            faults.Add(Fault.Of(FaultCodes.InvalidValue, "source", source, SourceName.Takes));
        }

        if (sourceEventId?.Contains(EventRules.Replacement, StringComparison.Ordinal) == true)
        {
            // Two ids that differ in what was replaced would be one event.
            faults.Add(Fault.Of(FaultCodes.InvalidValue, "sourceEventId", sourceEventId, "a text without control characters"));
        }

        if (occurredAt is { } instant)
        {
            EventRules.CheckAge("occurredAt", instant, receivedAt, maxAge, faults);
        }

        return faults.Count > before ? null : sourceEventId is null ? e with { SourceEventId = ContentId(e) } : e;
    }

    private static System.Net.IPAddress? Address(string? text, List<Fault> faults)
    {
        if (text is null)
        {
            return null;
        }

        if (IpRange.TryParseAddress(text, out var address))
        {
            return address;
        }

        faults.Add(Fault.Of(FaultCodes.InvalidValue, "ip", text, "an IPv4 or IPv6 address, without a port"));
        return null;
    }

    /// <summary>The same fields are the same event, in whatever order they are sent and whenever they arrive; raw counts byte for byte.</summary>
    private static string ContentId(LoginEvent e)
    {
        using var content = new MemoryStream();
        using (var writer = new Utf8JsonWriter(content, LoginEventJson.WriterOptions))
        {
            LoginEventJson.Write(writer, e with { ReceivedAt = default }, withRaw: true);
        }

        return "sha256-" + Convert.ToHexStringLower(SHA256.HashData(content.ToArray()));
    }
}
