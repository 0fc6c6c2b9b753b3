using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using System.Text.Json;
using LoginAudit.Http;
using LoginAudit.Ingest;
using LoginAudit.Log.Events;
using LoginAudit.Tenants;

namespace LoginAudit.Providers.Reading;

/// <summary>What an adapter reads out of one element of its provider, before the rules of every event are held to it.</summary>
internal sealed class EventDraft(HookSettings settings)
{
    /// <summary>What the source was told.</summary>
    public HookSettings Settings => settings;

    /// <summary>An event in our own format, which has its own rules; then nothing else counts.</summary>
    public JsonElement? Native { get; set; }

    /// <summary>The provider's own stable id. Required.</summary>
    public string? SourceEventId { get; set; }

    /// <summary>Required.</summary>
    public DateTimeOffset? OccurredAt { get; set; }

    /// <summary>Required.</summary>
    public EventType? EventType { get; set; }

    /// <summary>Required.</summary>
    public EventResult? Result { get; set; }

    public Reason? Reason { get; set; }

    public string? ReasonRaw { get; set; }

    public string? UserId { get; set; }

    public string? LoginId { get; set; }

    public string? UserName { get; set; }

    /// <summary>As the provider writes it: also with a port, in brackets, with a zone.</summary>
    public string? Ip { get; set; }

    public LoginMethod? LoginMethod { get; set; }

    public ServiceType ServiceType { get; set; } = ServiceType.Others;

    public string? UserAgent { get; set; }

    public string? SessionId { get; set; }

    public string? CorrelationId { get; set; }

    public string? Application { get; set; }

    public string? Country { get; set; }

    public string? City { get; set; }

    public long? Asn { get; set; }

    public string? RiskLevel { get; set; }

    /// <summary>What the provider sends and the adapter does not know yet, by field.</summary>
    public List<(string Field, string Value)> Unknown { get; } = [];

    /// <summary>The element is not about signing in: it is counted, not rejected.</summary>
    public bool IsIgnored { get; private set; }

    public void Ignore() => IsIgnored = true;

    /// <summary>What a provider's code means. One that is in no table is ignored, and counted as unknown unless it is known not to matter.</summary>
    /// <param name="table">The codes that are about signing in.</param>
    /// <param name="ignored">Those that are known not to be.</param>
    /// <param name="field">Where the provider writes it.</param>
    /// <param name="code">The code.</param>
    /// <param name="meaning">Its row of the table.</param>
    public bool TryFind<T>(
        IReadOnlyDictionary<string, T> table, IReadOnlySet<string> ignored, string field, string code, [MaybeNullWhen(false)] out T meaning)
    {
        if (table.TryGetValue(code, out meaning))
        {
            return true;
        }

        if (!ignored.Contains(code))
        {
            Unknown.Add((field, code));
        }

        Ignore();
        return false;
    }

    /// <summary>A failure's reason by the provider's own code; one that is not in the table is <c>other</c>, and counted.</summary>
    public void SetReason(IReadOnlyDictionary<string, Reason> table, string? code, string? text)
    {
        ReasonRaw = code is null || code == text ? text : text is null ? code : $"{code}: {text}";
        if (code is null)
        {
            Reason = text is null ? null : Log.Events.Reason.Other;
        }
        else if (table.TryGetValue(code, out var reason))
        {
            Reason = reason;
        }
        else
        {
            Reason = Log.Events.Reason.Other;
            Unknown.Add(("reason", code));
        }
    }

    /// <summary>The event, or null and what is wrong with it.</summary>
    public LoginEvent? ToEvent(JsonElement raw, TenantId tenant, string source, DateTimeOffset receivedAt, TimeSpan maxAge, List<Fault> faults)
    {
        if (Native is { } native)
        {
            return NativeEventParser.Parse(native, tenant, receivedAt, maxAge, faults, source);
        }

        var id = Required("id", SourceEventId, "the provider's own id of the event");
        if (OccurredAt is { } instant)
        {
            EventRules.CheckAge("time", instant, receivedAt, maxAge, faults);
        }
        else
        {
            faults.Add(Fault.Of(FaultCodes.Missing, "time", null, "when the event happened"));
        }

        if (EventType is null || Result is null)
        {
            faults.Add(Fault.Of(FaultCodes.Missing, "type", null, "what happened, and how it ended"));
        }

        var e = new LoginEvent
        {
            Tenant = tenant,
            Source = source,
            SourceEventId = id ?? "",
            OccurredAt = OccurredAt ?? default,
            ReceivedAt = receivedAt,
            EventType = EventType ?? default,
            Result = Result ?? default,
            Reason = Reason,
            ReasonRaw = CutText(ReasonRaw, EventRules.AttackerTextLength),
            UserId = Whole("userId", UserId, EventRules.IdLength),
            LoginId = Whole("loginId", LoginId, EventRules.IdLength),
            UserName = CutText(UserName, EventRules.NameLength),
            Ip = Address(Ip),
            LoginMethod = LoginMethod,
            ServiceType = ServiceType,
            UserAgent = CutText(UserAgent, EventRules.AttackerTextLength),
            SessionId = CutText(SessionId, EventRules.IdLength),
            CorrelationId = CutText(CorrelationId, EventRules.IdLength),
            Application = CutText(Application, EventRules.NameLength),
            Country = CutText(Country, EventRules.ShortTextLength),
            City = CutText(City, EventRules.ShortTextLength),
            Asn = Asn is >= 0 and <= uint.MaxValue ? Asn : null,
            RiskLevel = CutText(RiskLevel, EventRules.ShortTextLength),
            Raw = Encoding.UTF8.GetBytes(raw.GetRawText()),
        };
        return faults.Count == 0 ? e : null;

        string? Required(string field, string? text, string takes)
        {
            var whole = Whole(field, text, EventRules.IdLength);
            if (whole is null && text is null)
            {
                faults.Add(Fault.Of(FaultCodes.Missing, field, null, takes));
            }

            return whole;
        }

        // An id that is cut is another id.
        string? Whole(string field, string? text, int maxLength)
        {
            if (text is { } given && given.Length > maxLength)
            {
                faults.Add(Fault.Of(FaultCodes.TooLong, field, given, $"at most {maxLength} characters"));
                return null;
            }

            return CutText(text, maxLength);
        }
    }

    private static string? CutText(string? text, int maxLength) =>
        string.IsNullOrWhiteSpace(text) ? null : EventRules.Cut(EventRules.Clean(text), maxLength);

    private static IPAddress? Address(string? text)
    {
        var bare = text?.Trim() ?? "";
        if (!IPAddress.TryParse(bare, out var address))
        {
            return IPEndPoint.TryParse(bare, out var endPoint) ? Plain(endPoint.Address) : null;
        }

        return Plain(address);
    }

    /// <summary>Without a zone, which means something on the provider's machine only.</summary>
    private static IPAddress Plain(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : new IPAddress(address.GetAddressBytes());
}
