using Azure;
using Azure.Data.Tables.Models;
using Azure.Storage.Blobs.Models;

namespace LoginAudit.Storage;

/// <summary>What the SDK's failures mean here; the one place that reads their codes.</summary>
internal static class StorageErrors
{
    public static bool IsTableNotFound(this RequestFailedException e) =>
        e.Status == 404 && e.ErrorCode == TableErrorCode.TableNotFound;

    public static bool IsAlreadyExists(this RequestFailedException e) =>
        e.Status == 409 && e.ErrorCode == TableErrorCode.EntityAlreadyExists;

    /// <summary>Somebody changed the row since it was read, or it is gone.</summary>
    public static bool IsLostRace(this RequestFailedException e) => e.Status is 404 or 412;

    public static bool IsBlobMissing(this RequestFailedException e) =>
        e.Status == 404 && (e.ErrorCode == BlobErrorCode.BlobNotFound || e.ErrorCode == BlobErrorCode.ContainerNotFound);

    /// <summary>
    /// Storage did not do what was asked, and may later: an answer of the service, no answer at all, or several tries of
    /// either (the SDK throws these as an <see cref="AggregateException"/>).
    /// </summary>
    public static bool IsStorageFailure(this Exception e) =>
        e is RequestFailedException || (e is AggregateException many && many.InnerExceptions.Any(IsNoAnswer));

    private static bool IsNoAnswer(Exception e) =>
        e is RequestFailedException or HttpRequestException or IOException or OperationCanceledException;
}
