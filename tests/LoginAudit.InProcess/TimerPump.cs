using LoginAudit.Storage;
using Microsoft.Azure.Functions.Worker;
using NCrontab;

namespace LoginAudit.InProcess;

/// <summary>Drives the timer functions by their NCRONTAB expressions, and once at the start, as a missed run would be.</summary>
internal sealed partial class TimerPump(IServiceProvider services, TimeProvider time, ILogger<TimerPump> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Functions.With<TimerTriggerAttribute>().Select(function => PumpAsync(function, stoppingToken)));

    private async Task PumpAsync(Function<TimerTriggerAttribute> function, CancellationToken stoppingToken)
    {
        var schedule = CrontabSchedule.Parse(function.Trigger.Schedule, new CrontabSchedule.ParseOptions { IncludingSeconds = true });
        var timer = new TimerInfo { IsPastDue = true };
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await function.CallAsync(services, timer, stoppingToken);
                timer = new TimerInfo();
                var now = time.GetUtcNow().UtcDateTime;
                await Task.Delay(schedule.GetNextOccurrence(now) - now, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Log.Failed(logger, function.Name, e.Describe());
                await Task.Delay(TimeSpan.FromMinutes(1), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Function} failed: {Failure}")]
        public static partial void Failed(ILogger logger, string function, string failure);
    }
}
