using System.Text.Json;
using LoginAudit.Log.Events;
using LoginAudit.Storage;

namespace LoginAudit.Exports;

/// <summary>What is in a message of the queue <c>exports</c>.</summary>
/// <param name="Version">1; a message of a newer version is not for this code.</param>
/// <param name="Tenant">The tenant's id.</param>
/// <param name="JobId">The job's id.</param>
/// <param name="TraceParent">
/// W3C trace context of the request, or of the slice before; null where nobody traced.
/// </param>
/// <param name="Owner">
/// The claim that it watches (<see cref="ExportGuard"/>); null: work that nobody has claimed.
/// </param>
/// <param name="Tries">Tries of the same work before this message, which its own dequeue count does not have.</param>
public sealed record ExportMessage(
    int Version, string Tenant, string JobId, string? TraceParent = null, string? Owner = null, int Tries = 0)
{
    public const int CurrentVersion = 1;
}

/// <summary>
/// Queue <c>exports</c>: a message for each piece of work on a job, and one that watches who works on it.
/// </summary>
public sealed class ExportQueue(StorageClients storage)
{
    /// <param name="job">The job to work on.</param>
    /// <param name="delay">How long nobody sees the message, up to 7 days.</param>
    /// <param name="cancellationToken">Cancels the call, not the message.</param>
    public Task SendAsync(ExportJob job, TimeSpan delay, CancellationToken cancellationToken) =>
        SendGuardAsync(job, owner: null, tries: 0, delay, cancellationToken);

    /// <summary>Sends the message that watches a claim.</summary>
    /// <param name="job">The job.</param>
    /// <param name="owner">Who claims it; null: a message that watches nobody.</param>
    /// <param name="tries">Tries up to and with this claim.</param>
    /// <param name="delay">Until the lease ends.</param>
    /// <param name="cancellationToken">Cancels the call, not the message.</param>
    internal async Task<ExportGuard> SendGuardAsync(
        ExportJob job, string? owner, int tries, TimeSpan delay, CancellationToken cancellationToken)
    {
        var text = Text(job, owner, tries);
        ExportGuard? guard = null;
        await storage.ExportsQueue.WithQueueAsync(
            async () =>
            {
                var sent = await storage.ExportsQueue.SendMessageAsync(
                    text, delay, cancellationToken: cancellationToken);
                guard = new ExportGuard(storage.ExportsQueue, job, owner, sent.Value);
            },
            cancellationToken);
        return guard!;
    }

    /// <summary>Puts away a message that is not for this code, or that failed too often.</summary>
    public Task PoisonAsync(BinaryData body, CancellationToken cancellationToken) =>
        storage.PoisonAsync(StoreKeys.ExportsQueue, body, cancellationToken);

    /// <exception cref="FormatException">The message is not one of ours, or of a newer version.</exception>
    public static (TenantId Tenant, ExportMessage Message) Read(BinaryData body)
    {
        var message = QueueMessages.Read<ExportMessage>(body);
        return message is { Version: ExportMessage.CurrentVersion, JobId: not null } && TenantId.TryParse(message.Tenant, out var tenant)
            ? (tenant, message)
            : throw QueueMessages.NotOurs<ExportMessage>();
    }

    internal static string Text(ExportJob job, string? owner, int tries) => JsonSerializer.Serialize(
        new ExportMessage(
            ExportMessage.CurrentVersion, job.Tenant.Value, job.Id, QueueMessages.TraceParent, owner, tries),
        QueueMessages.Json);
}
