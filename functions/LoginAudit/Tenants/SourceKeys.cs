using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;

namespace LoginAudit.Tenants;

/// <summary>Row keys of webhook sources, in the tenant's partition of the table <c>Tenants</c>.</summary>
internal static class SourceKeys
{
    private const string SourceRowPrefix = "source_";

    /// <summary>In the tenant's partition, so that its hooks are listed without a scan.</summary>
    public static string SourceRow(HookId hook) => $"{SourceRowPrefix}{hook}";

    /// <summary>The rows of all of a tenant's sources.</summary>
    public static RowRange SourceRows() => new(SourceRowPrefix, SourceRowPrefix + LogPosition.AfterEveryKey);

    public static HookId ParseSourceRow(string row) => HookId.Parse(row[SourceRowPrefix.Length..]);
}
