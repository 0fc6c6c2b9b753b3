using System.Text.Json;
using LoginAudit.Events;

namespace LoginAudit.Storage;

/// <summary>What is in a message of the queue <c>exports</c>.</summary>
/// <param name="Version">1; a message of a newer version is not for this code.</param>
/// <param name="Tenant">The tenant's id.</param>
/// <param name="JobId">The job's id.</param>
/// <param name="TraceParent">W3C trace context of the request, or of the slice before; null where nobody traced.</param>
public sealed record ExportMessage(int Version, string Tenant, string JobId, string? TraceParent = null)
{
    public const int CurrentVersion = 1;
}

/// <summary>Queue <c>exports</c>: one message for each piece of work on a job.</summary>
public sealed class ExportQueue(StorageClients storage)
{
    /// <param name="job">The job to work on.</param>
    /// <param name="delay">How long nobody sees the message, up to 7 days.</param>
    /// <param name="cancellationToken">Cancels the call, not the message.</param>
    public async Task SendAsync(ExportJob job, TimeSpan delay, CancellationToken cancellationToken)
    {
        var message = new ExportMessage(ExportMessage.CurrentVersion, job.Tenant.Value, job.Id, QueueMessages.TraceParent);
        await storage.ExportsQueue.SendMessageAsync(
            JsonSerializer.Serialize(message, JsonSerializerOptions.Web), delay, cancellationToken: cancellationToken);
    }

    /// <summary>Puts away a message that is not for this code.</summary>
    public Task PoisonAsync(BinaryData body, CancellationToken cancellationToken) =>
        storage.PoisonAsync(Keys.ExportsQueue, body, cancellationToken);

    /// <exception cref="FormatException">The message is not one of ours, or of a newer version.</exception>
    public static (TenantId Tenant, string JobId, string? TraceParent) Read(BinaryData body)
    {
        var message = QueueMessages.Read<ExportMessage>(body);
        return message is { Version: ExportMessage.CurrentVersion, JobId: not null } && TenantId.TryParse(message.Tenant, out var tenant)
            ? (tenant, message.JobId, message.TraceParent)
            : throw QueueMessages.NotOurs<ExportMessage>();
    }
}
