using System.Collections.Immutable;
using Azure.Data.Tables;
using LoginAudit.Log.Events;

namespace LoginAudit.Log.Tables;

/// <summary>
/// Every OData filter. Values are raw: quoting is the SDK's (<see cref="TableClient.CreateQueryFilter(FormattableString)"/>).
/// </summary>
internal static class TableFilters
{
    public static string RowsOf(string partitionKey, RowRange rows) => TableClient.CreateQueryFilter(
        $"PartitionKey eq {partitionKey} and RowKey ge {rows.First} and RowKey lt {rows.End}");

    public static string EitherRow(string partitionKey, string row, string otherRow) => TableClient.CreateQueryFilter(
        $"PartitionKey eq {partitionKey} and (RowKey eq {row} or RowKey eq {otherRow})");

    public static string Partition(string partitionKey) => TableClient.CreateQueryFilter($"PartitionKey eq {partitionKey}");

    /// <summary>Rows of every partition from a row key on: a scan, for small tables only.</summary>
    public static string RowsAfter(string rowKey) => TableClient.CreateQueryFilter($"RowKey gt {rowKey}");

    /// <summary>Rows in either of two states: a scan, for small tables only.</summary>
    public static string StateIs(string state, string otherState) => TableClient.CreateQueryFilter($"State eq {state} or State eq {otherState}");

    /// <summary>Rows of requests before then: a scan, for small tables only.</summary>
    public static string RequestedBefore(DateTimeOffset instant) => TableClient.CreateQueryFilter($"RequestedAt lt {instant}");

    public static string TablesNamed(string prefix) => TableClient.CreateQueryFilter(
        $"TableName ge {prefix} and TableName lt {prefix + "~"}");

    /// <summary>Tables of exactly these names.</summary>
    public static string Tables(IEnumerable<string> names) =>
        string.Join(" or ", names.Select(name => TableClient.CreateQueryFilter($"TableName eq {name}")));

    /// <param name="partitionKey">Of a tenant's day, or of a shard of it.</param>
    /// <param name="rows">A range of one row family.</param>
    /// <param name="conditions">Made by <see cref="Conditions"/>; may be empty.</param>
    public static string Events(string partitionKey, RowRange rows, string conditions) =>
        conditions.Length == 0 ? RowsOf(partitionKey, rows) : $"{RowsOf(partitionKey, rows)} and {conditions}";

    /// <summary>
    /// What of the conditions the service can test, so that fewer rows travel, and the names of those that it cannot. A
    /// condition that would pass the service's 15 comparisons is left to the reader, as are exclusions (a missing column
    /// compares as false there) and users (compared in normalized form), which are not named here.
    /// </summary>
    public static (string Filter, IReadOnlyList<string> Untested) Conditions(EventFilter filter)
    {
        var parts = new List<string>();
        var untested = new List<string>();
        var left = TableLimits.FilterComparisons - 3;
        Equal("eventType", filter.EventType.Any, nameof(EventRows.EventType), Code<EventType>.Text);
        Equal("result", filter.Result.Any, nameof(EventRows.Result), Code<EventResult>.Text);
        Equal("reason", filter.Reason.Any, nameof(EventRows.Reason), Code<Reason>.Text);
        Equal("method", filter.Method.Any, nameof(EventRows.LoginMethod), Code<LoginMethod>.Text);
        Equal("service", filter.Service.Any, nameof(EventRows.ServiceType), Code<ServiceType>.Text);
        Equal("source", filter.Source.Any, nameof(EventRows.Source), source => source);
        AnyOf("ip", filter.Ip.Any, 2, range => TableClient.CreateQueryFilter(
            $"(IpHex ge {IpRange.Hex(range.First)} and IpHex le {IpRange.Hex(range.Last)})"));
        return (string.Join(" and ", parts), untested);

        void Equal<T>(string name, ImmutableArray<T> values, string column, Func<T, string> text) =>
            AnyOf(name, values, 1, value => $"{column} eq {TableClient.CreateQueryFilter($"{text(value)}")}");

        void AnyOf<T>(string name, ImmutableArray<T> values, int comparisons, Func<T, string> test)
        {
            if (values.IsEmpty)
            {
                return;
            }

            if (values.Length * comparisons > left)
            {
                untested.Add(name);
                return;
            }

            left -= values.Length * comparisons;
            parts.Add($"({string.Join(" or ", values.Select(test))})");
        }
    }
}
