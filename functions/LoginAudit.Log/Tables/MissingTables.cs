using Azure;
using Azure.Data.Tables;

namespace LoginAudit.Log.Tables;

/// <summary>
/// What a missing table means. A write makes it and is repeated once. A read of a table that must be there fails: an empty
/// answer would drop a message or a provider's call for good.
/// </summary>
internal static class MissingTables
{
    /// <summary>Writes to a table; makes it first where it is missing.</summary>
    public static Task WithTableAsync(this TableClient table, Func<Task> write, CancellationToken cancellationToken) =>
        RepeatAsync(write, TableErrors.IsTableNotFound, () => table.CreateIfNotExistsAsync(cancellationToken));

    /// <summary>One row, or null where the table does not have it.</summary>
    /// <param name="table">Must be there.</param>
    /// <param name="partitionKey">The row's partition.</param>
    /// <param name="rowKey">The row.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="columns">Null: all.</param>
    /// <exception cref="RequestFailedException">
    /// The table is missing; the SDK would say that there is no row.
    /// </exception>
    public static async Task<TableEntity?> FindRowAsync(
        this TableClient table,
        string partitionKey,
        string rowKey,
        CancellationToken cancellationToken,
        IEnumerable<string>? columns = null)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(partitionKey, rowKey, columns, cancellationToken);
        if (found.HasValue)
        {
            return found.Value;
        }

        var failure = new RequestFailedException(found.GetRawResponse());
        return failure.IsTableNotFound() ? throw failure : null;
    }

    /// <summary>Writes; makes what is missing, and writes once more.</summary>
    public static async Task RepeatAsync(
        Func<Task> write, Func<RequestFailedException, bool> isMissing, Func<Task> makeAsync)
    {
        try
        {
            await write();
        }
        catch (RequestFailedException e) when (isMissing(e))
        {
            await makeAsync();
            await write();
        }
    }
}
