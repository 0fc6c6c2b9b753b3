using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace LoginAudit.Storage;

/// <summary>
/// What a table, queue or container that is not there means: a write makes it and is repeated once; a read of one that
/// must be there is a storage failure, and not an empty answer that would drop a message or a provider's call for good.
/// </summary>
internal static class MissingParts
{
    /// <summary>Writes to a table; makes it first where it is missing.</summary>
    public static Task WithTableAsync(this TableClient table, Func<Task> write, CancellationToken cancellationToken) =>
        RepeatAsync(write, StorageErrors.IsTableNotFound, () => table.CreateIfNotExistsAsync(cancellationToken));

    /// <summary>Writes to a queue; makes it first where it is missing.</summary>
    public static Task WithQueueAsync(this QueueClient queue, Func<Task> write, CancellationToken cancellationToken) =>
        RepeatAsync(
            write,
            StorageErrors.IsQueueNotFound,
            () => queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken));

    /// <summary>Writes to a container; makes it first where it is missing.</summary>
    public static Task WithContainerAsync(
        this BlobContainerClient container, Func<Task> write, CancellationToken cancellationToken) => RepeatAsync(
            write,
            StorageErrors.IsContainerNotFound,
            () => container.CreateIfNotExistsAsync(cancellationToken: cancellationToken));

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

    private static async Task RepeatAsync(
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
