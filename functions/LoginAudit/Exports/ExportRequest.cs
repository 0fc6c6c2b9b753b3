using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using LoginAudit.Events;
using LoginAudit.Http;
using LoginAudit.OpenApi;
using LoginAudit.Search;
using LoginAudit.Storage;

namespace LoginAudit.Exports;

/// <summary>Body of <c>POST /v1/tenants/{tenant}/exports</c>: what the screen shows, and as what file.</summary>
/// <param name="Format"><c>csv</c> (default), <c>ndjson</c> (our own event), <c>ocsf</c> (OCSF Authentication, NDJSON).</param>
/// <param name="Gzip">Compresses the file; default false.</param>
/// <param name="Language">Of a CSV's headings and descriptions: <c>en</c> (default), <c>ko</c>, <c>ja</c>.</param>
/// <param name="TimeZone">Of a CSV's dates: an IANA name; default <c>UTC</c>.</param>
/// <param name="Query">The search parameters, each with a text or an array of texts.</param>
public sealed record ExportRequest(
    [property: Codes(typeof(ExportFormat)), DefaultValue("csv")] string? Format = null,
    [property: DefaultValue(false)] bool Gzip = false,
    [property: AllowedValues("en", "ko", "ja"), DefaultValue("en")] string? Language = null,
    [property: DefaultValue("UTC")] string? TimeZone = null,
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

        var language = Language ?? "en";
        if (!CsvTexts.Languages.Contains(language, StringComparer.Ordinal))
        {
            faults.Add(Fault.Of(FaultCodes.InvalidValue, "language", language, "one of " + string.Join(", ", CsvTexts.Languages)));
        }

        var timeZone = TimeZone ?? "UTC";
        if (!LocalTime.TryFindZone(timeZone, out _))
        {
            faults.Add(Fault.Of(FaultCodes.InvalidValue, "timeZone", timeZone, LocalTime.ZoneTakes));
        }

        return (format, language, timeZone);
    }

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
