namespace LoginAudit.Log.Tables;

/// <summary>
/// Limits of Azure Table Storage.
/// https://learn.microsoft.com/azure/storage/tables/scalability-targets and
/// https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions
/// </summary>
internal static class TableLimits
{
    /// <summary>Entities in one entity group transaction.</summary>
    public const int TransactionRows = 100;

    /// <summary>Our own cap on a transaction's body; the service's is 4 MiB.</summary>
    public const int TransactionBytes = 7 * 512 * 1024;

    /// <summary>Entities in one page of a query.</summary>
    public const int PageRows = 1000;

    /// <summary>Bytes in one binary property, or in one string as UTF-16.</summary>
    public const int PropertyBytes = 64 * 1024;

    /// <summary>
    /// Comparisons in one filter. https://learn.microsoft.com/rest/api/storageservices/querying-tables-and-entities
    /// </summary>
    public const int FilterComparisons = 15;
}
