using LoginAudit.Auth;
using LoginAudit.Log.Events;
using LoginAudit.Storage;
using Microsoft.Extensions.Logging;

namespace LoginAudit.Tenants;

/// <summary>
/// The job behind <c>DELETE /v1/tenants/{tenant}</c>. It works for a slice of time, and then sends itself a message to go on.
/// </summary>
public sealed partial class TenantDeletion(
    TenantStore tenants, TenantData data, DeletionQueue queue, TimeProvider time, ILogger<TenantDeletion> logger)
{
    /// <summary>Half of <c>functionTimeout</c> in host.json, less a storage call.</summary>
    private static readonly TimeSpan Slice = TimeSpan.FromMinutes(4);

    /// <param name="message">The body of a message of the queue.</param>
    /// <param name="cancellationToken">Ends the work; the message comes back, and the work goes on.</param>
    public async Task RunAsync(BinaryData message, CancellationToken cancellationToken)
    {
        TenantId id;
        DateTimeOffset createdAt;
        string? traceParent;
        try
        {
            (id, createdAt, traceParent) = DeletionQueue.Read(message);
        }
        catch (FormatException)
        {
            await queue.PoisonAsync(message, cancellationToken);
            Log.NotADeletion(logger);
            return;
        }

        using var work = QueueMessages.StartWork("tenant deletion", traceParent);
        var tenant = await tenants.FindAsync(id, cancellationToken);
        if (tenant?.State != TenantState.Deleting || tenant.CreatedAt != createdAt)
        {
            return;
        }

        using var slice = new CancellationTokenSource(Slice, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(slice.Token, cancellationToken);
        try
        {
            await data.DeleteAsync(id, either.Token);
            Log.Deleted(logger);
        }
        catch (OperationCanceledException) when (slice.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            await queue.SendAsync(tenant, TimeSpan.Zero, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "All data of a tenant is deleted.")]
        public static partial void Deleted(ILogger logger);

        [LoggerMessage(
            2,
            LogLevel.Error,
            "A message in the queue tenant-deletions is not one of this version; it is in the poison queue.")]
        public static partial void NotADeletion(ILogger logger);
    }
}
