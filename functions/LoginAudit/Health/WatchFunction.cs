using LoginAudit.Telemetry;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Health;

/// <summary>Counts what is in the poison queues, every 5 minutes: no platform metric tells of one queue.</summary>
public sealed class WatchFunction(PoisonQueueMetrics queues)
{
    [Function("Watch")]
    public Task RunAsync([TimerTrigger("0 */5 * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        BackgroundFailureException.GuardAsync(queues.MeasureAsync, cancellationToken);
}
