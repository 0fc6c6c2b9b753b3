using System.Collections.Immutable;
using Azure.Data.Tables;
using LoginAudit.Events;

namespace LoginAudit.Storage;

/// <summary>
/// Every OData filter. Values are raw: quoting is the SDK's (<see cref="TableClient.CreateQueryFilter(FormattableString)"/>).
/// </summary>
internal static class Filters
{
    public static string RowsOf(string partitionKey, RowRange rows) => TableClient.CreateQueryFilter(
        $"PartitionKey eq {partitionKey} and RowKey ge {rows.First} and RowKey lt {rows.End}");

    public static string EitherRow(string partitionKey, string row, string otherRow) => TableClient.CreateQueryFilter(
        $"PartitionKey eq {partitionKey} and (RowKey eq {row} or RowKey eq {otherRow})");

    public static string Partition(string partitionKey) => TableClient.CreateQueryFilter($"PartitionKey eq {partitionKey}");

    /// <summary>Rows of every partition from a row key on: a scan, for small tables only.</summary>
    public static string RowsAfter(string rowKey) => TableClient.CreateQueryFilter($"RowKey gt {rowKey}");

    public static string TablesNamed(string prefix) => TableClient.CreateQueryFilter(
        $"TableName ge {prefix} and TableName lt {prefix + "~"}");

    /// <summary>Entries of a trail; more actions than a filter holds are not to be asked for.</summary>
    public static string Access(string partitionKey, RowRange rows, IReadOnlyList<AccessAction> actions, string? callerId)
    {
        var parts = new List<string> { RowsOf(partitionKey, rows) };
        if (actions.Count > 0)
        {
            parts.Add($"({string.Join(" or ", actions.Select(action => TableClient.CreateQueryFilter($"Action eq {Code<AccessAction>.Text(action)}")))})");
        }

        if (callerId is not null)
        {
            parts.Add(TableClient.CreateQueryFilter($"CallerId eq {callerId}"));
        }

        return string.Join(" and ", parts);
    }

    /// <summary>
    /// What of the conditions the service can test, so that fewer rows travel; the reader tests all of them again. A
    /// condition that would pass the service's 15 comparisons is left to the reader, as are exclusions (a missing column
    /// compares as false there) and users (compared in normalized form).
    /// </summary>
    public static string Events(string partitionKey, RowRange rows, EventFilter filter)
    {
        var parts = new List<string> { RowsOf(partitionKey, rows) };
        var left = Limits.FilterComparisons - 3;
        Equal(filter.EventType.Any, nameof(EventRows.EventType), Code<EventType>.Text);
        Equal(filter.Result.Any, nameof(EventRows.Result), Code<EventResult>.Text);
        Equal(filter.Reason.Any, nameof(EventRows.Reason), Code<Reason>.Text);
        Equal(filter.Method.Any, nameof(EventRows.LoginMethod), Code<LoginMethod>.Text);
        Equal(filter.Service.Any, nameof(EventRows.ServiceType), Code<ServiceType>.Text);
        Equal(filter.Source.Any, nameof(EventRows.Source), source => source);
        AnyOf(filter.Ip.Any, 2, range => TableClient.CreateQueryFilter(
            $"(IpHex ge {IpRange.Hex(range.First)} and IpHex le {IpRange.Hex(range.Last)})"));
        return string.Join(" and ", parts);

        void Equal<T>(ImmutableArray<T> values, string column, Func<T, string> text) =>
            AnyOf(values, 1, value => $"{column} eq {TableClient.CreateQueryFilter($"{text(value)}")}");

        void AnyOf<T>(ImmutableArray<T> values, int comparisons, Func<T, string> test)
        {
            if (!values.IsEmpty && values.Length * comparisons <= left)
            {
                left -= values.Length * comparisons;
                parts.Add($"({string.Join(" or ", values.Select(test))})");
            }
        }
    }
}
