using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;

namespace LoginAudit.Log.Read;

/// <summary>Which copies of the events are read.</summary>
internal enum RowFamily
{
    /// <summary>The <c>u_</c> rows of the users asked for.</summary>
    User,

    /// <summary>The <c>i_</c> rows of the addresses asked for.</summary>
    Address,

    /// <summary>The <c>e_</c> rows, all of a period.</summary>
    Period,
}

/// <summary>
/// How the conditions of a search are met: by the row family that holds the fewest rows for them (users, then addresses, then the
/// period), the rest by storage's own filter as far as that goes, and what is left by the reader, which tests all of them again.
/// </summary>
/// <param name="Family">Which copies are read.</param>
/// <param name="Prefixes">What their row keys start with, one for each user or address.</param>
/// <param name="StorageFilter">What storage tests, as OData; empty: nothing.</param>
/// <param name="LeftToReader">Names of the conditions that storage does not test.</param>
internal sealed record ScanPlan(
    RowFamily Family, IReadOnlyList<string> Prefixes, string StorageFilter, IReadOnlyList<string> LeftToReader)
{
    public static ScanPlan Of(EventFilter filter)
    {
        var (family, prefixes) = FamilyOf(filter);
        var (storageFilter, untested) = TableFilters.Conditions(family == RowFamily.Address ? filter with { Ip = Condition<IpRange>.Nothing } : filter);
        var left = new List<string>(untested);
        if (family != RowFamily.User && !filter.User.Any.IsEmpty)
        {
            left.Add("user");
        }

        foreach (var (name, isThere) in new[]
        {
            ("!user", !filter.User.None.IsEmpty), ("!ip", !filter.Ip.None.IsEmpty), ("!eventType", !filter.EventType.None.IsEmpty),
            ("!result", !filter.Result.None.IsEmpty), ("!reason", !filter.Reason.None.IsEmpty), ("!method", !filter.Method.None.IsEmpty),
            ("!service", !filter.Service.None.IsEmpty), ("!source", !filter.Source.None.IsEmpty), ("q", !filter.Words.IsEmpty),
            ("receivedThrough", filter.ReceivedThrough is not null),
        })
        {
            if (isThere)
            {
                left.Add(name);
            }
        }

        return new ScanPlan(family, prefixes, storageFilter, left);
    }

    private static (RowFamily Family, IReadOnlyList<string> Prefixes) FamilyOf(EventFilter filter)
    {
        if (!filter.User.Any.IsEmpty)
        {
            return (RowFamily.User, [.. filter.User.Any.Distinct(StringComparer.Ordinal).Select(TableKeys.UserRows)]);
        }

        return !filter.Ip.Any.IsEmpty && filter.Ip.Any.All(range => range.IsSingle)
            ? (RowFamily.Address, [.. filter.Ip.Any.Distinct().Select(range => TableKeys.IpRows(range.First))])
            : (RowFamily.Period, [TableKeys.AllRows]);
    }
}
