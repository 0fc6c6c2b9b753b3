using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using LoginAudit.Http;
using LoginAudit.Log.Events;
using LoginAudit.OpenApi;
using LoginAudit.Search;

namespace LoginAudit.Exports;

/// <summary>Body of <c>POST /v1/tenants/{tenant}/exports</c>: what the screen shows, and as what file.</summary>
/// <param name="Format"><c>csv</c> (default), <c>ndjson</c> (our own event), <c>ocsf</c> (OCSF Authentication, NDJSON), <c>parquet</c>.</param>
/// <param name="Gzip">Compresses the file; default false. Not for <c>parquet</c>, which is compressed in itself.</param>
/// <param name="Language">Of a CSV's headings and descriptions, and of the job's own: <c>en</c> (default), <c>ko</c>, <c>ja</c>.</param>
/// <param name="TimeZone">Of a CSV's dates, the file's name and the job's description: an IANA name; default the search's <c>tz</c>, else <c>UTC</c>.</param>
/// <param name="Columns">Names of the fields in a CSV, behind the six that people read, or in a Parquet file; default all.</param>
/// <param name="Query">The search parameters, each with a text or an array of texts.</param>
public sealed record ExportRequest(
    [property: Codes(typeof(ExportFormat)), DefaultValue("csv")] string? Format = null,
    [property: DefaultValue(false)] bool Gzip = false,
    [property: AllowedValues("en", "ko", "ja"), DefaultValue("en")] string? Language = null,
    string? TimeZone = null,
    IReadOnlyList<string>? Columns = null,
    [property: ShapeOf(typeof(SearchConditions))] IReadOnlyDictionary<string, JsonElement>? Query = null)
{
    /// <summary>The fields with their defaults; what is wrong is added to <paramref name="faults"/>.</summary>
    internal (ExportFormat Format, string Language, string TimeZone) Check(List<Fault> faults)
    {
        var format = ExportFormat.Csv;
        if (Format is not null && !Code<ExportFormat>.TryParse(Format, out format))
        {
            faults.Add(Fault.Of(FaultCodes.InvalidValue, "format", Format, Code<ExportFormat>.Takes));
        }

        if (format == ExportFormat.Parquet && Gzip)
        {
            faults.Add(Fault.Of(FaultCodes.InvalidValue, "gzip", "true", "false for parquet, which is compressed in itself"));
        }

        CheckColumns(format, faults);
        var language = Language ?? "en";
        if (!ExportTexts.Languages.Contains(language, StringComparer.Ordinal))
        {
            faults.Add(Fault.Of(FaultCodes.InvalidValue, "language", language, "one of " + string.Join(", ", ExportTexts.Languages)));
        }

        var timeZone = TimeZone ?? SearchedZone() ?? "UTC";
        if (!LocalTime.TryFindZone(timeZone, out _))
        {
            faults.Add(Fault.Of(FaultCodes.InvalidValue, "timeZone", timeZone, LocalTime.ZoneTakes));
        }

        return (format, language, timeZone);
    }

    private void CheckColumns(ExportFormat format, List<Fault> faults)
    {
        if (Columns is null)
        {
            return;
        }

        if (format is not (ExportFormat.Csv or ExportFormat.Parquet))
        {
            faults.Add(Fault.Of(FaultCodes.InvalidValue, "columns", $"{Columns.Count} names", "names for csv and parquet only"));
            return;
        }

        var known = ExportColumn.All.Select(column => column.Name).ToList();
        foreach (var name in Columns.Where(name => !known.Contains(name, StringComparer.Ordinal)))
        {
            faults.Add(Fault.Of(FaultCodes.InvalidValue, "columns", name, "some of " + string.Join(", ", known)));
        }

        if (Columns.Count == 0)
        {
            faults.Add(Fault.Of(FaultCodes.InvalidValue, "columns", "none", "at least one name"));
        }
    }

    /// <summary>The zone whose days the search is of; what else its <c>tz</c> may be is told as that.</summary>
    private string? SearchedZone() =>
        JsonText.TryRead(Query?.GetValueOrDefault("tz") ?? default, out var zone) && LocalTime.TryFindZone(zone, out _) ? zone : null;

    /// <summary>The search parameters; one that is neither a text nor an array of texts is added to <paramref name="faults"/>.</summary>
    internal Dictionary<string, string[]> Parameters(List<Fault> faults)
    {
        var parameters = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var (name, value) in Query ?? new Dictionary<string, JsonElement>(StringComparer.Ordinal))
        {
            var values = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToArray() : [value];
            var texts = values.Select(item => JsonText.TryRead(item, out var text) ? text : null).ToArray();
            if (Array.TrueForAll(texts, text => text is not null))
            {
                parameters[name] = texts!;
            }
            else
            {
                faults.Add(Fault.Of(FaultCodes.WrongType, name, JsonText.Raw(value), "a text or an array of texts"));
            }
        }

        return parameters;
    }
}
