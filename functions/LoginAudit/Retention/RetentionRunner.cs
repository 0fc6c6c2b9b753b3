using LoginAudit.Exports;
using LoginAudit.Log.Days;
using LoginAudit.Log.Events;
using LoginAudit.Storage;
using LoginAudit.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LoginAudit.Retention;

/// <summary>Drops what is past its time, a day in one request, and makes the tables of the days to come. Safe to repeat.</summary>
public sealed partial class RetentionRunner(
    StorageClients storage,
    DayTables tables,
    DayIndex days,
    ExpiredBlobs blobs,
    Heartbeats heartbeats,
    ExportUpkeep exportUpkeep,
    AuditMeter meter,
    IOptions<RetentionOptions> options,
    IOptions<ExportOptions> exports,
    TimeProvider time,
    ILogger<RetentionRunner> logger)
{
    private const int DaysAhead = 2;

    /// <summary>An event at the edge of its age may still be on its way into a day that is about to be dropped.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(15);

    public async Task<RetentionRun> RunAsync(CancellationToken cancellationToken)
    {
        using var span = AuditMeter.Traces.StartActivity("retention");
        await storage.EnsureAsync(cancellationToken);
        var now = time.GetUtcNow();
        var today = UtcDay.Of(now);
        for (var ahead = 0; ahead <= DaysAhead; ahead++)
        {
            await tables.CreateAsync(today.AddDays(ahead), cancellationToken);
        }

        var oldestKept = UtcDay.Of(now - TimeSpan.FromDays(options.Value.Days) - Margin);
        var dropped = await tables.DropBeforeAsync(oldestKept, cancellationToken);
        var droppedRows = await days.DropBeforeAsync(oldestKept, cancellationToken);
        var droppedBlobs = options.Value.DeleteBlobs
            ? await blobs.DeleteAsync(
                now - TimeSpan.FromDays(exports.Value.KeepDays), now - TimeSpan.FromDays(options.Value.Days), cancellationToken)
            : 0;
        await exportUpkeep.RunAsync(options.Value.Days, cancellationToken);
        var run = new RetentionRun(time.GetUtcNow(), oldestKept, dropped, droppedRows, droppedBlobs);
        await heartbeats.WriteAsync(run, cancellationToken);
        meter.RetentionRan(dropped);
        Log.Ran(logger, dropped, droppedRows, droppedBlobs, oldestKept);
        return run;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Retention dropped {Tables} day tables, {DayRows} day rows and {Blobs} blobs; the oldest day kept is {OldestKept}.")]
        public static partial void Ran(ILogger logger, int tables, int dayRows, int blobs, UtcDay oldestKept);
    }
}
