using System.Security.Cryptography;
using LoginAudit.Events;
using LoginAudit.Search;
using LoginAudit.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LoginAudit.Exports;

/// <summary>
/// Works on a job: claims it by a lease, writes its file in blocks, notes in the job what is staged whenever it renews the lease, and
/// goes on from there where another run ended.
/// </summary>
public sealed partial class ExportRunner(
    ExportJobStore jobs,
    ExportQueue queue,
    ExportFiles files,
    EventReader reader,
    EventSearch search,
    AuditMeter meter,
    IOptions<ExportOptions> options,
    TimeProvider time,
    ILogger<ExportRunner> logger)
{
    /// <summary>Tries of a message before it goes to the poison queue: <c>maxDequeueCount</c> in host.json.</summary>
    public const int MaxDequeueCount = 6;

    internal const string NotWritten = "The file could not be written. Request it again; if it fails again, tell the operator.";

    /// <summary>Nobody waits for the next row, and what is read ahead is held in memory.</summary>
    private const int ExportDaysAtOnce = 2;

    /// <summary>A slice ends with a full block, so that slices make the same blocks as one long run; where rows are few, not for longer.</summary>
    private static readonly TimeSpan MostOverSlice = TimeSpan.FromSeconds(30);

    /// <param name="message">The body of a message of the queue.</param>
    /// <param name="dequeueCount">How often it was handed out, from 1.</param>
    /// <param name="cancellationToken">Ends the work; the message comes back, and the job goes on from its checkpoint.</param>
    public async Task RunAsync(BinaryData message, long dequeueCount, CancellationToken cancellationToken)
    {
        TenantId tenant;
        string jobId;
        string? traceParent;
        try
        {
            (tenant, jobId, traceParent) = ExportQueue.Read(message);
        }
        catch (FormatException)
        {
            await queue.PoisonAsync(message, cancellationToken);
            Log.NotAJob(logger);
            return;
        }

        using var work = QueueMessages.StartWork("export slice", traceParent);
        var job = await jobs.FindAsync(tenant, jobId, cancellationToken);
        if (job?.State is not (ExportState.Queued or ExportState.Running))
        {
            return;
        }

        var now = time.GetUtcNow();
        if (job.LeaseUntil > now)
        {
            // Another worker has it. Should that one die, this message finds the job again when the lease is over.
            await queue.SendAsync(job, job.LeaseUntil.Value - now, cancellationToken);
            return;
        }

        var owner = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        if (await jobs.TryUpdateAsync(job.ClaimedBy(owner, now + options.Value.Lease), cancellationToken) is not { } claimed)
        {
            await queue.SendAsync(job, options.Value.Lease, cancellationToken);
            return;
        }

        try
        {
            await WriteAsync(claimed, cancellationToken);
        }
        catch (LostJobException)
        {
            await CleanUpAsync(claimed, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Log.Failed(logger, dequeueCount, e.Describe());
            await ReleaseAsync(claimed, failed: dequeueCount >= MaxDequeueCount, startAgain: e is LostBlocksException, cancellationToken);
            throw;
        }
    }

    private async Task WriteAsync(ExportJob job, CancellationToken cancellationToken)
    {
        using var file = await ExportWriter.OpenAsync(job, files, cancellationToken);
        var sliceEndsAt = time.GetUtcNow() + options.Value.Slice;
        var checkpoint = job.Checkpoint;
        await foreach (var step in reader.ScanAsync(ScanOf(job), cancellationToken))
        {
            if (step.Event is { } e)
            {
                file.Write(e);
            }

            if (CapMet(file) is { } cap)
            {
                meter.ExportCame(await SaveAsync(job.Failed(cap, time.GetUtcNow()), cancellationToken));
                return;
            }

            var now = time.GetUtcNow();
            var isFull = file.PendingBytes >= options.Value.BlockBytes;
            if (now >= sliceEndsAt && (isFull || now >= sliceEndsAt + MostOverSlice))
            {
                var paused = await SaveAsync(
                    job with
                    {
                        Checkpoint = await file.PauseAsync(step.Position, cancellationToken),
                        Rows = file.Rows,
                        Progress = Share(job, step.Position),
                        LeaseOwner = null,
                        LeaseUntil = now,
                    },
                    cancellationToken);
                await queue.SendAsync(paused, TimeSpan.Zero, cancellationToken);
                return;
            }

            if (isFull)
            {
                checkpoint = await file.StageAsync(step.Position, cancellationToken) ?? checkpoint;
            }

            if (IsToRenew(job, now))
            {
                job = await SaveAsync(
                    job with
                    {
                        Checkpoint = checkpoint,
                        Rows = file.Rows,
                        Progress = Share(job, step.Position),
                        LeaseUntil = time.GetUtcNow() + options.Value.Lease,
                    },
                    cancellationToken);
            }
        }

        job = await SaveAsync(job with { Checkpoint = checkpoint, Rows = file.Rows, LeaseUntil = time.GetUtcNow() + options.Value.Lease }, cancellationToken);
        await file.CommitAsync(cancellationToken);
        await FinishAsync(job, file.Rows, cancellationToken);
    }

    private async Task FinishAsync(ExportJob job, long rows, CancellationToken cancellationToken)
    {
        // Read back, not summed up while writing: the digest is of what is stored, also where several runs wrote it.
        var (bytes, sha256) = await files.MeasureAsync(
            job,
            async () =>
            {
                if (IsToRenew(job, time.GetUtcNow()))
                {
                    job = await SaveAsync(job with { LeaseUntil = time.GetUtcNow() + options.Value.Lease }, cancellationToken);
                }
            },
            cancellationToken);
        var now = time.GetUtcNow();
        var ready = await SaveAsync(
            job with
            {
                State = ExportState.Ready,
                Rows = rows,
                Bytes = bytes,
                Sha256 = sha256,
                Progress = 1,
                FinishedAt = now,
                ExpiresAt = now + TimeSpan.FromDays(options.Value.KeepDays),
                Checkpoint = null,
                LeaseOwner = null,
                LeaseUntil = null,
                Writers = "",
            },
            cancellationToken);
        meter.ExportCame(ready);
        Log.Ready(logger, rows, bytes);
    }

    private bool IsToRenew(ExportJob job, DateTimeOffset now) => now >= job.LeaseUntil - (options.Value.Lease * 3 / 4);

    private Scan ScanOf(ExportJob job)
    {
        var query = new SearchParameters(ExportView.Parameters(job)).Parse(job.Tenant, job.RequestedAt);
        return search.ScanOf(query) with
        {
            Filter = query.Filter with { ReceivedThrough = job.RequestedAt },
            After = job.Checkpoint?.Position,
            PageSize = SearchQuery.MaxLimit,
            DaysAtOnce = ExportDaysAtOnce,
            ReadsAhead = true,
        };
    }

    private string? CapMet(ExportWriter file)
    {
        var maxBytes = Math.Min(options.Value.MaxBytes, (long)options.Value.BlockBytes * Limits.BlobBlocks);
        var cap = file.Rows > options.Value.MaxRows ? $"{options.Value.MaxRows} rows"
            : file.Bytes > maxBytes || file.Blocks >= Limits.BlobBlocks - 1 ? $"{maxBytes} bytes"
            : null;
        return cap is null ? null : $"The file would have more than {cap}. Ask for a shorter period or more conditions.";
    }

    private static double Share(ExportJob job, LogPosition position)
    {
        // Both orders: what is done is what lies between the position and the end that the search started from.
        var total = (double)(job.To - job.From).Ticks;
        var descending = ExportView.Parameters(job).GetValueOrDefault("order") is not ["asc"];
        var done = descending ? job.To.UtcTicks - position.Ticks : position.Ticks - job.From.UtcTicks;
        return Math.Clamp(done / total, 0, 1);
    }

    /// <exception cref="LostJobException">Somebody cancelled or took over the job.</exception>
    private async Task<ExportJob> SaveAsync(ExportJob job, CancellationToken cancellationToken) =>
        await jobs.TryUpdateAsync(job, cancellationToken) ?? throw new LostJobException();

    /// <summary>After a failure: free for the next try, or failed for good.</summary>
    private async Task ReleaseAsync(ExportJob job, bool failed, bool startAgain, CancellationToken cancellationToken)
    {
        var current = await jobs.FindAsync(job.Tenant, job.Id, cancellationToken);
        if (current?.State != ExportState.Running || current.LeaseOwner != job.LeaseOwner)
        {
            return;
        }

        if (failed)
        {
            meter.ExportCame(await SaveAsync(current.Failed(NotWritten, time.GetUtcNow()), cancellationToken));
        }
        else
        {
            var released = current with { LeaseOwner = null, LeaseUntil = null };
            await jobs.TryUpdateAsync(startAgain ? released with { Checkpoint = null, Rows = 0, Progress = 0 } : released, cancellationToken);
        }
    }

    private async Task CleanUpAsync(ExportJob job, CancellationToken cancellationToken)
    {
        var current = await jobs.FindAsync(job.Tenant, job.Id, cancellationToken);
        if (current is null or { State: ExportState.Cancelled })
        {
            await files.DeleteAsync(job, cancellationToken);
        }
    }

    private sealed class LostJobException : Exception;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "An export of {Rows} rows and {Bytes} bytes is ready.")]
        public static partial void Ready(ILogger logger, long rows, long bytes);

        [LoggerMessage(3, LogLevel.Error, "A message in the exports queue is no job that this version knows; it is in the poison queue.")]
        public static partial void NotAJob(ILogger logger);

        [LoggerMessage(2, LogLevel.Error, "An export failed, try {DequeueCount}: {Failure}")]
        public static partial void Failed(ILogger logger, long dequeueCount, string failure);
    }
}
