using LoginAudit.Telemetry;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Retention;

/// <summary>Runs retention each hour: a day is dropped within the hour after its time, and a missed run is made up by the next.</summary>
public sealed class RetentionFunction(RetentionRunner runner)
{
    [Function("Retention")]
    public Task RunAsync([TimerTrigger("0 20 * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        BackgroundFailureException.GuardAsync(runner.RunAsync, cancellationToken);
}
