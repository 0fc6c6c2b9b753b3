using Azure;
using Azure.Data.Tables.Models;

namespace LoginAudit.Log.Tables;

/// <summary>What the SDK's failures mean here; the one place that reads their codes.</summary>
internal static class TableErrors
{
    /// <summary>Parts that are missing or going, of any service of an account.</summary>
    private static readonly string[] PassingCodes =
        ["TableBeingDeleted", "QueueNotFound", "QueueBeingDeleted", "ContainerNotFound", "ContainerBeingDeleted"];

    public static bool IsTableNotFound(this RequestFailedException e) =>
        e.Status == 404 && e.ErrorCode == TableErrorCode.TableNotFound;

    /// <summary>For a reader both are an empty day: the service takes a while to delete a table.</summary>
    public static bool IsTableGone(this RequestFailedException e) =>
        e.IsTableNotFound() || (e.Status == 409 && e.ErrorCode == TableErrorCode.TableBeingDeleted);

    public static bool IsAlreadyExists(this RequestFailedException e) =>
        e.Status == 409 && e.ErrorCode == TableErrorCode.EntityAlreadyExists;

    /// <summary>Somebody changed the row since it was read, or it is gone.</summary>
    public static bool IsLostRace(this RequestFailedException e) =>
        e.Status == 412 || (e.Status == 404 && !e.IsTableNotFound());

    /// <summary>
    /// Storage did not do what was asked, and may later: an answer of the service, no answer at all, or several tries
    /// of either (the SDK throws these as an <see cref="AggregateException"/>).
    /// </summary>
    public static bool IsStorageFailure(this Exception e) => e switch
    {
        RequestFailedException failed => IsPassing(failed),
        TooManyAttemptsException => true,
        AggregateException many => many.InnerExceptions.Any(inner => inner is RequestFailedException failed
            ? IsPassing(failed)
            : inner is HttpRequestException or IOException or OperationCanceledException),
        _ => false,
    };

    /// <summary>
    /// Status 0 is no answer. What is missing is made at the start, or comes back. Other 4xx are faults of ours or of
    /// the deployment, which repeating does not mend.
    /// </summary>
    private static bool IsPassing(RequestFailedException e) =>
        e.Status is 0 or 408 or 429 or >= 500 || e.IsTableNotFound() || PassingCodes.Contains(e.ErrorCode, StringComparer.Ordinal);
}
