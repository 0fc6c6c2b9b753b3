using LoginAudit.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LoginAudit.Exports;

/// <summary>
/// What the hourly timer does for jobs: one that nobody works on gets a new message, since its own may be lost (a request that died before it
/// sent one, a worker that died six times). One that stays so for a day has failed, and so has one that was asked for a week ago, when the
/// service drops blocks that are not committed.
/// </summary>
public sealed partial class ExportUpkeep(
    ExportJobStore jobs, ExportQueue queue, AuditMeter meter, IOptions<ExportOptions> options, TimeProvider time, ILogger<ExportUpkeep> logger)
{
    private static readonly TimeSpan Idle = TimeSpan.FromHours(1);
    private static readonly TimeSpan GivenUp = TimeSpan.FromDays(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <param name="daysKept">Days that events are kept; a job is as long, or as long as its file.</param>
    /// <param name="cancellationToken">Ends it; the next run does the rest.</param>
    public async Task RunAsync(int daysKept, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await foreach (var job in jobs.ReadUnfinishedAsync(cancellationToken))
        {
            var idle = now - (job.LeaseUntil ?? job.RequestedAt);
            if (idle < Idle)
            {
                continue;
            }

            if (idle < GivenUp && now - job.RequestedAt < Longest)
            {
                await queue.SendAsync(job, TimeSpan.Zero, cancellationToken);
                Log.SentAgain(logger);
            }
            else
            {
                if (await jobs.TryUpdateAsync(job.Failed(ExportRunner.NotWritten, now), cancellationToken) is { } failed)
                {
                    meter.ExportStateChanged(failed);
                }
            }
        }

        await jobs.DropBeforeAsync(now - TimeSpan.FromDays(Math.Max(daysKept, options.Value.KeepDays)), cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "An export that nobody worked on for an hour was put into the queue again.")]
        public static partial void SentAgain(ILogger logger);
    }
}
