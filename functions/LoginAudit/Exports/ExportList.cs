using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace LoginAudit.Exports;

/// <summary>A page of the Log Download list, newest first.</summary>
/// <param name="Exports">The jobs.</param>
/// <param name="NextCursor">Where to go on, if there may be more.</param>
internal sealed record ExportList(IReadOnlyList<ExportView> Exports, string? NextCursor);

/// <summary>The parameters of the list.</summary>
internal sealed record ExportListFields
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;

    /// <summary><c>nextCursor</c> of the page before.</summary>
    public string? Cursor { get; init; }

    /// <summary>Jobs in a page.</summary>
    [Range(1, MaxLimit), DefaultValue(DefaultLimit)]
    public int? Limit { get; init; }
}
