using LoginAudit.Log.Events;

namespace LoginAudit.Exports;

/// <summary>One field of an event, as a CSV and a Parquet file name it.</summary>
/// <param name="Name">In <c>snake_case</c>.</param>
/// <param name="Type">Of its values: a text, an instant or a number.</param>
/// <param name="IsRequired">No event is without it.</param>
/// <param name="Value">The event's own.</param>
internal sealed record ExportColumn(string Name, Type Type, bool IsRequired, Func<LoginEvent, object?> Value)
{
    /// <summary>All of them, in their order.</summary>
    public static ExportColumn[] All { get; } =
    [
        Given("event_id", e => e.Id.ToString()),
        new("occurred_at", typeof(DateTimeOffset), true, e => e.OccurredAt),
        Given("event_type", e => Code<EventType>.Text(e.EventType)),
        Given("result", e => Code<EventResult>.Text(e.Result)),
        Text("reason", e => e.Reason is { } reason ? Code<Reason>.Text(reason) : null),
        Text("user_id", e => e.UserId),
        Text("login_id", e => e.LoginId),
        Text("user_name", e => e.UserName),
        Text("ip", e => e.Ip?.ToString()),
        Text("login_method", e => e.LoginMethod is { } method ? Code<LoginMethod>.Text(method) : null),
        Given("service_type", e => Code<ServiceType>.Text(e.ServiceType)),
        Given("source", e => e.Source),
        Given("source_event_id", e => e.SourceEventId),
        new("received_at", typeof(DateTimeOffset), true, e => e.ReceivedAt),
        Text("reason_raw", e => e.ReasonRaw),
        Text("user_agent", e => e.UserAgent),
        Text("session_id", e => e.SessionId),
        Text("correlation_id", e => e.CorrelationId),
        Text("application", e => e.Application),
        Text("country", e => e.Country),
        Text("city", e => e.City),
        new("asn", typeof(long), false, e => e.Asn),
        Text("risk_level", e => e.RiskLevel),
    ];

    /// <summary>Those with these names, in the order of all; null: all.</summary>
    public static ExportColumn[] Named(IReadOnlyCollection<string>? names) =>
        names is null ? All : Array.FindAll(All, column => names.Contains(column.Name, StringComparer.Ordinal));

    private static ExportColumn Given(string name, Func<LoginEvent, string> value) => new(name, typeof(string), true, value);

    private static ExportColumn Text(string name, Func<LoginEvent, string?> value) => new(name, typeof(string), false, value);
}
