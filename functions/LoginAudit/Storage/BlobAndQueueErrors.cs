using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues.Models;

namespace LoginAudit.Storage;

/// <summary>What the SDK's failures of queues and blobs mean here.</summary>
internal static class BlobAndQueueErrors
{
    public static bool IsQueueNotFound(this RequestFailedException e) =>
        e.Status == 404 && e.ErrorCode == QueueErrorCode.QueueNotFound;

    public static bool IsContainerNotFound(this RequestFailedException e) =>
        e.Status == 404 && e.ErrorCode == BlobErrorCode.ContainerNotFound;

    /// <summary>A message was seen, changed or deleted since its receipt was given.</summary>
    public static bool IsMessageGone(this RequestFailedException e) =>
        e.ErrorCode == QueueErrorCode.MessageNotFound
        || e.ErrorCode == QueueErrorCode.PopReceiptMismatch
        || e.IsQueueNotFound();

    public static bool IsBlobMissing(this RequestFailedException e) =>
        e.Status == 404 && (e.ErrorCode == BlobErrorCode.BlobNotFound || e.ErrorCode == BlobErrorCode.ContainerNotFound);

    public static bool IsBlobAlreadyThere(this RequestFailedException e) =>
        e.Status is 409 or 412 && (e.ErrorCode == BlobErrorCode.BlobAlreadyExists || e.ErrorCode == BlobErrorCode.ConditionNotMet);
}
