using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using LoginAudit.Http;
using LoginAudit.OpenApi;

namespace LoginAudit.Exports;

/// <summary>A page of the Log Download list, newest first.</summary>
/// <param name="Exports">The jobs.</param>
/// <param name="NextCursor">Where to go on, if there may be more.</param>
internal sealed record ExportList(IReadOnlyList<ExportView> Exports, string? NextCursor);

/// <summary>The parameters of the list.</summary>
/// <remarks>For the API's document; <see cref="ExportListQuery"/> reads them one by one.</remarks>
internal sealed record ExportListFields
{
    /// <summary>Several, given one by one or with commas, are joined by OR.</summary>
    [Codes(typeof(ExportState)), MaxLength(ExportListQuery.MaxCodes)]
    public string[]? State { get; init; }

    /// <inheritdoc cref="State"/>
    [Codes(typeof(ExportFormat)), MaxLength(ExportListQuery.MaxCodes)]
    public string[]? Format { get; init; }

    /// <summary>Id of a key, or subject of a person, who asked.</summary>
    public string? RequestedBy { get; init; }

    /// <summary><c>nextCursor</c> of the page before.</summary>
    public string? Cursor { get; init; }

    /// <summary>Jobs in a page.</summary>
    [Range(1, ExportListQuery.MaxLimit), DefaultValue(ExportListQuery.DefaultLimit)]
    public int? Limit { get; init; }
}

/// <summary>Which jobs are asked for; no states or formats: all.</summary>
internal sealed record ExportListQuery(
    IReadOnlyList<ExportState> States, IReadOnlyList<ExportFormat> Formats, string? RequestedBy, string? AfterId, int Limit)
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;
    public const int MaxCodes = 10;

    /// <exception cref="ProblemException">Names every parameter that is wrong.</exception>
    public static ExportListQuery Parse(IReadOnlyDictionary<string, string[]> given)
    {
        var query = new QueryParameters(given);
        query.RejectUnknown("state", "format", "requestedBy", "cursor", "limit");
        var parsed = new ExportListQuery(
            query.Codes<ExportState>("state", MaxCodes),
            query.Codes<ExportFormat>("format", MaxCodes),
            query.One("requestedBy"),
            query.One("cursor"),
            query.Limit(DefaultLimit, MaxLimit));
        if (parsed.AfterId is { } cursor && !ExportService.IsJobId(cursor))
        {
            query.Faults.Add(Fault.Of(FaultCodes.InvalidValue, "cursor", cursor, "a nextCursor of this list"));
        }

        return query.Faults.Count == 0 ? parsed : throw ProblemException.Invalid(query.Faults);
    }

    public bool Matches(ExportJob job, DateTimeOffset now) =>
        (States.Count == 0 || States.Contains(job.StateAt(now)))
        && (Formats.Count == 0 || Formats.Contains(job.Format))
        && (RequestedBy is null || RequestedBy == job.RequestedBy);
}
