using System.Globalization;
using System.Text;
using CsvHelper;
using LoginAudit.Log.Events;

namespace LoginAudit.Exports;

/// <summary>
/// UTF-8 with BOM, CRLF, RFC 4180: the six familiar columns in the asked language and time zone, then one column for each
/// field, for programs. Cells that a spreadsheet would run as a formula start with an apostrophe.
/// </summary>
internal sealed class CsvRows(Stream stream, string language, TimeZoneInfo zone, IReadOnlyCollection<string>? columns = null) : IExportRows
{
    private static readonly CsvWriterOptions Options = new()
    {
        NewLine = "\r\n",
        Injection = CsvInjection.Escape,
        InjectionCharacters = "=+-@\t\r\n",
        InjectionEscape = '\'',
    };

    private readonly ExportColumn[] _columns = ExportColumn.Named(columns);
    private readonly CsvWriter _writer = CsvWriter.Create(stream, Options, leaveOpen: true);
    private readonly ExportTexts _texts = ExportTexts.In(language);

    public void WriteHead()
    {
        stream.Write(Encoding.UTF8.Preamble);
        WriteRow([.. _texts.Headings, .. _columns.Select(column => column.Name)]);
    }

    public void Write(LoginEvent e) => WriteRow(
    [
        _texts.Describe(e),
        User(e),
        Local(e.OccurredAt).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        e.Ip?.ToString(),
        e.LoginMethod is { } method ? _texts.Method(method) : null,
        _texts.Service(e.ServiceType),
        .. _columns.Select(column => column.Value(e) switch
        {
            DateTimeOffset instant => WithOffset(instant),
            long number => number.ToString(CultureInfo.InvariantCulture),
            var text => (string?)text,
        }),
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
