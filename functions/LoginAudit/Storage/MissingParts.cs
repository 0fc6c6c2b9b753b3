using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using LoginAudit.Log.Tables;

namespace LoginAudit.Storage;

/// <summary>A write that meets a missing queue or container makes it, and is repeated once.</summary>
internal static class MissingParts
{
    /// <summary>Writes to a queue; makes it first where it is missing.</summary>
    public static Task WithQueueAsync(this QueueClient queue, Func<Task> write, CancellationToken cancellationToken) =>
        MissingTables.RepeatAsync(
            write,
            BlobAndQueueErrors.IsQueueNotFound,
            () => queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken));

    /// <summary>Writes to a container; makes it first where it is missing.</summary>
    public static Task WithContainerAsync(
        this BlobContainerClient container, Func<Task> write, CancellationToken cancellationToken) => MissingTables.RepeatAsync(
            write,
            BlobAndQueueErrors.IsContainerNotFound,
            () => container.CreateIfNotExistsAsync(cancellationToken: cancellationToken));
}
