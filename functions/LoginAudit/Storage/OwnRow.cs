using Azure;
using Azure.Data.Tables;

namespace LoginAudit.Storage;

/// <summary>Rows whose key nobody else could have made, because it is random.</summary>
internal static class OwnRow
{
    /// <summary>
    /// Adds a row, once: one that is there is our own, and the answer to an earlier try was lost. A missing table is
    /// made.
    /// </summary>
    public static async Task AddOwnAsync(this TableClient table, TableEntity row, CancellationToken cancellationToken)
    {
        try
        {
            await table.WithTableAsync(() => table.AddEntityAsync(row, cancellationToken), cancellationToken);
        }
        catch (RequestFailedException e) when (e.IsAlreadyExists())
        {
            // Added by the earlier try.
        }
    }
}
