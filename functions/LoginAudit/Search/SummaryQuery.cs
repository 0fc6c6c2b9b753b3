using LoginAudit.Http;

namespace LoginAudit.Search;

/// <summary>What is to be summed up.</summary>
/// <param name="From">First instant of the period.</param>
/// <param name="To">End of the period, itself not in it.</param>
/// <param name="Zone">Whose days and hours the buckets are.</param>
/// <param name="ByHour">Buckets of an hour; else of a day.</param>
/// <param name="Top">Users, addresses and reasons that are listed, 1 to 100.</param>
internal sealed record SummaryQuery(DateTimeOffset From, DateTimeOffset To, TimeZoneInfo Zone, bool ByHour, int Top)
{
    public const int MaxTop = 100;
    public const int DefaultTop = 10;

    /// <summary>Up to so many days are shown by hour, unless the caller says how.</summary>
    private const int HourlyDays = 3;

    /// <exception cref="ProblemException">Names every parameter that is wrong.</exception>
    public static SummaryQuery Parse(IReadOnlyDictionary<string, string[]> given, DateTimeOffset now)
    {
        var query = new QueryParameters(given);
        query.RejectUnknown("from", "to", "tz", "bucket", "top");
        var (from, to) = query.Period(now);
        var zone = query.Zone;
        var bucket = query.One("bucket") ?? (to - from <= TimeSpan.FromDays(HourlyDays) ? "hour" : "day");
        if (bucket is not ("hour" or "day"))
        {
            query.Faults.Add(Fault.Of(FaultCodes.InvalidValue, "bucket", bucket, "hour or day"));
        }

        var top = query.Limit(DefaultTop, MaxTop, "top");
        return query.Faults.Count == 0
            ? new SummaryQuery(from, to, zone, bucket == "hour", top)
            : throw ProblemException.Invalid(query.Faults);
    }
}
