using Azure;
using LoginAudit.Storage;
using LoginAudit.Telemetry;

namespace LoginAudit.Health;

/// <summary>The queues of messages that failed six times, or were none of ours.</summary>
public sealed class PoisonQueueMetrics(StorageClients storage, AuditMeter meter)
{
    private static readonly string[] Names = [StoreKeys.ExportsQueue + QueueMessages.PoisonSuffix, StoreKeys.DeletionsQueue + QueueMessages.PoisonSuffix];

    /// <summary>Tells the meter how many messages are in each.</summary>
    public async Task MeasureAsync(CancellationToken cancellationToken)
    {
        foreach (var name in Names)
        {
            meter.QueuePoisoned(name, await CountAsync(name, cancellationToken));
        }
    }

    private async Task<int> CountAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await storage.Queue(name).GetPropertiesAsync(cancellationToken)).Value.ApproximateMessagesCount;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return 0;
        }
    }
}
