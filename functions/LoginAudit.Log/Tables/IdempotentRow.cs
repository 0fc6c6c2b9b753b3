using Azure;
using Azure.Data.Tables;

namespace LoginAudit.Log.Tables;

/// <summary>Rows whose key nobody else could have made, because it is random.</summary>
internal static class IdempotentRow
{
    /// <summary>
    /// Adds a row, once: one that is there is our own, and the answer to an earlier try was lost. A missing table is
    /// made.
    /// </summary>
    public static async Task AddIdempotentAsync(this TableClient table, TableEntity row, CancellationToken cancellationToken)
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
