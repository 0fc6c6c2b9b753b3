using System.Text.Json;
using LoginAudit.Auth;
using LoginAudit.Log.Events;
using LoginAudit.Storage;

namespace LoginAudit.Tenants;

/// <summary>What is in a message of the queue <c>tenant-deletions</c>.</summary>
/// <param name="Version">1; a message of a newer version is not for this code.</param>
/// <param name="Tenant">The tenant's id.</param>
/// <param name="CreatedAt">Tells it from a later tenant of the same name.</param>
/// <param name="TraceParent">W3C trace context of the request, or of the slice before; null where nobody traced.</param>
public sealed record DeletionMessage(int Version, string Tenant, DateTimeOffset CreatedAt, string? TraceParent = null)
{
    public const int CurrentVersion = 1;
}

/// <summary>Queue <c>tenant-deletions</c>: one message for each piece of work on a tenant that is to go.</summary>
public sealed class DeletionQueue(StorageClients storage)
{
    /// <param name="tenant">The tenant to remove.</param>
    /// <param name="delay">How long nobody sees the message, up to 7 days.</param>
    /// <param name="cancellationToken">Cancels the call, not the message.</param>
    public async Task SendAsync(Tenant tenant, TimeSpan delay, CancellationToken cancellationToken)
    {
        var message = new DeletionMessage(DeletionMessage.CurrentVersion, tenant.Id.Value, tenant.CreatedAt, QueueMessages.TraceParent);
        var text = JsonSerializer.Serialize(message, JsonSerializerOptions.Web);
        await storage.DeletionsQueue.WithQueueAsync(
            () => storage.DeletionsQueue.SendMessageAsync(text, delay, cancellationToken: cancellationToken),
            cancellationToken);
    }

    /// <summary>Puts away a message that is not for this code.</summary>
    public Task PoisonAsync(BinaryData body, CancellationToken cancellationToken) =>
        storage.PoisonAsync(StoreKeys.DeletionsQueue, body, cancellationToken);

    /// <exception cref="FormatException">The message is not one of ours, or of a newer version.</exception>
    public static (TenantId Tenant, DateTimeOffset CreatedAt, string? TraceParent) Read(BinaryData body)
    {
        var message = QueueMessages.Read<DeletionMessage>(body);
        return message is { Version: DeletionMessage.CurrentVersion } && TenantId.TryParse(message.Tenant, out var tenant)
            ? (tenant, message.CreatedAt, message.TraceParent)
            : throw QueueMessages.NotOurs<DeletionMessage>();
    }
}
