using System.Globalization;
using System.Text;
using CsvHelper;
using LoginAudit.Events;

namespace LoginAudit.Exports;

/// <summary>
/// UTF-8 with BOM, CRLF, RFC 4180: the six familiar columns in the asked language and time zone, then one column for each
/// field, for programs. Cells that a spreadsheet would run as a formula start with an apostrophe.
/// </summary>
internal sealed class CsvRows(Stream stream, string language, TimeZoneInfo zone) : IExportRows
{
    private static readonly string[] FieldColumns =
    [
        "event_id", "occurred_at", "event_type", "result", "reason", "user_id", "login_id", "user_name", "ip", "login_method",
        "service_type", "source", "source_event_id", "received_at", "reason_raw", "user_agent", "session_id", "correlation_id",
        "application", "country", "city", "asn", "risk_level",
    ];

    private static readonly CsvWriterOptions Options = new()
    {
        NewLine = "\r\n",
        Injection = CsvInjection.Escape,
        InjectionCharacters = "=+-@\t\r\n",
        InjectionEscape = '\'',
    };

    private readonly CsvWriter _writer = CsvWriter.Create(stream, Options, leaveOpen: true);
    private readonly CsvTexts _texts = CsvTexts.In(language);

    public void WriteHead()
    {
        stream.Write(Encoding.UTF8.Preamble);
        WriteRow([.. _texts.Headings, .. FieldColumns]);
    }

    public void Write(LoginEvent e) => WriteRow(
    [
        _texts.Describe(e),
        User(e),
        Local(e.OccurredAt).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        e.Ip?.ToString(),
        e.LoginMethod is { } method ? _texts.Method(method) : null,
        _texts.Service(e.ServiceType),
        e.Id.ToString(),
        WithOffset(e.OccurredAt),
        Code<EventType>.Text(e.EventType),
        Code<EventResult>.Text(e.Result),
        e.Reason is { } reason ? Code<Reason>.Text(reason) : null,
        e.UserId,
        e.LoginId,
        e.UserName,
        e.Ip?.ToString(),
        e.LoginMethod is { } code ? Code<LoginMethod>.Text(code) : null,
        Code<ServiceType>.Text(e.ServiceType),
        e.Source,
        e.SourceEventId,
        WithOffset(e.ReceivedAt),
        e.ReasonRaw,
        e.UserAgent,
        e.SessionId,
        e.CorrelationId,
        e.Application,
        e.Country,
        e.City,
        e.Asn?.ToString(CultureInfo.InvariantCulture),
        e.RiskLevel,
    ]);

    private static string? User(LoginEvent e)
    {
        var id = e.LoginId ?? e.UserId;
        return e.UserName is null ? id : id is null ? e.UserName : $"{e.UserName} ({id})";
    }

    public void Dispose() => _writer.Dispose();

    private void WriteRow(string?[] cells)
    {
        _writer.WriteRecord(cells);
        _writer.Flush();
    }

    private DateTimeOffset Local(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, zone);

    private string WithOffset(DateTimeOffset instant) =>
        Local(instant).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffffzzz", CultureInfo.InvariantCulture);
}
