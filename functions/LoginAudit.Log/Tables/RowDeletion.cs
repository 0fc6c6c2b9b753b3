using Azure;
using Azure.Data.Tables;

namespace LoginAudit.Log.Tables;

/// <summary>Removes rows. Safe to be cut off, and beside others that remove the same.</summary>
internal static class RowDeletion
{
    private const int ParallelTransactions = 4;

    /// <param name="table">May be not there yet, or be dropped meanwhile.</param>
    /// <param name="filter">Which rows.</param>
    /// <param name="cancellationToken">Ends it; what is gone stays gone.</param>
    /// <param name="except">A row key that stays.</param>
    /// <returns>How many rows were removed.</returns>
    public static async Task<int> DeleteRowsAsync(
        this TableClient table, string filter, CancellationToken cancellationToken, string? except = null)
    {
        var deleted = 0;
        await foreach (var page in table.PagesOrNoneAsync(filter, TableLimits.PageRows, ["PartitionKey", "RowKey"], cancellationToken))
        {
            var deletes = page.Values.Where(row => row.RowKey != except)
                .Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, ETag.All)).ToList();
            await Parallel.ForEachAsync(
                deletes.GroupBy(delete => delete.Entity.PartitionKey, StringComparer.Ordinal).SelectMany(rows => rows.Chunk(TableLimits.TransactionRows)),
                new ParallelOptions { MaxDegreeOfParallelism = ParallelTransactions, CancellationToken = cancellationToken },
                async (chunk, token) => await DeleteAsync(table, chunk, token));
            deleted += deletes.Count;
        }

        return deleted;
    }

    private static async Task DeleteAsync(TableClient table, TableTransactionAction[] rows, CancellationToken cancellationToken)
    {
        try
        {
            await table.SubmitTransactionAsync(rows, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // One of them is gone: somebody removed it meanwhile, or the answer to an earlier try was lost. So one at a time.
            foreach (var row in rows)
            {
                await table.DeleteEntityAsync(row.Entity.PartitionKey, row.Entity.RowKey, ETag.All, cancellationToken);
            }
        }
    }
}
