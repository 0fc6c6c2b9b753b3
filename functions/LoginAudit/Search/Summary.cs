using LoginAudit.Log.Events;

namespace LoginAudit.Search;

/// <summary>A period in numbers.</summary>
/// <param name="From">First instant of the period.</param>
/// <param name="To">End of the period, itself not in it.</param>
/// <param name="TimeZone">Whose days and hours the buckets are.</param>
/// <param name="Bucket"><c>hour</c> or <c>day</c>.</param>
/// <param name="Complete">
/// Whether all of the period was counted in time. If not, the newest part is shown; what was counted of days that are over is kept, so
/// that the same call comes further.
/// </param>
/// <param name="CountedFrom">How far back it was counted; <paramref name="From"/> if complete.</param>
/// <param name="Total">Of the whole period.</param>
/// <param name="Buckets">One for each day or hour, oldest first, also where nothing happened.</param>
/// <param name="Reasons">Of what did not succeed, the most frequent first.</param>
/// <param name="Users">With the most failures first.</param>
/// <param name="Addresses">From which sign-ins of the most users failed first.</param>
internal sealed record Summary(
    DateTimeOffset From,
    DateTimeOffset To,
    string TimeZone,
    string Bucket,
    bool Complete,
    DateTimeOffset CountedFrom,
    ResultCounts Total,
    IReadOnlyList<SummaryBucket> Buckets,
    IReadOnlyList<ReasonCount> Reasons,
    IReadOnlyList<UserCount> Users,
    IReadOnlyList<AddressCount> Addresses);

/// <summary>An hour or a day.</summary>
/// <param name="Start">Its start by the local clock, ISO 8601 with the offset that holds then.</param>
/// <param name="Success">Events that succeeded.</param>
/// <param name="Failure">Events that failed.</param>
/// <param name="Interrupted">Events that went on with another step.</param>
internal sealed record SummaryBucket(string Start, long Success, long Failure, long Interrupted);

internal sealed record ReasonCount(Reason Reason, long Count);

/// <param name="User">Login id, else user id, in lower case.</param>
/// <param name="Failures">Exact within the busiest 1,000 users of each day.</param>
internal sealed record UserCount(string User, long Failures);

/// <param name="Ip">The address.</param>
/// <param name="UsersTried">Different users whose sign-in failed from there: exact up to 256, beyond that within about 6 %.</param>
/// <param name="Failures">Exact within the busiest 1,000 addresses of each day.</param>
internal sealed record AddressCount(string Ip, long UsersTried, long Failures);
