using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace LoginAudit.Search;

/// <summary>What is to be summed up.</summary>
/// <remarks>For the API's document; <see cref="SummaryQuery"/> reads them one by one.</remarks>
internal sealed record SummaryFields
{
    /// <inheritdoc cref="SearchConditions.From"/>
    public string? From { get; init; }

    /// <inheritdoc cref="SearchConditions.To"/>
    public string? To { get; init; }

    /// <summary>An IANA time zone whose days and hours the buckets are; dates without a time are its days. Default: UTC.</summary>
    [DefaultValue("UTC")]
    public string? Tz { get; init; }

    /// <summary>What one bucket holds. Default: an hour for up to 3 days, else a day.</summary>
    [AllowedValues("hour", "day")]
    public string? Bucket { get; init; }

    /// <summary>How many reasons, users and addresses are listed.</summary>
    [Range(1, SummaryQuery.MaxTop), DefaultValue(SummaryQuery.DefaultTop)]
    public int? Top { get; init; }
}
