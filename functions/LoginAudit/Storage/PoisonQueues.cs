using Azure;

namespace LoginAudit.Storage;

/// <summary>The queues of messages that failed six times, or were none of ours.</summary>
public sealed class PoisonQueues(StorageClients storage, AuditMeter meter)
{
    private static readonly string[] Names = [Keys.ExportsQueue + QueueMessages.PoisonSuffix, Keys.DeletionsQueue + QueueMessages.PoisonSuffix];

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
