using System.Security.Cryptography;
using LoginAudit.Search;
using LoginAudit.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LoginAudit.Exports;

/// <summary>
/// Works on a job: claims it by a lease, writes its file in blocks with a checkpoint each, and goes on from the last
/// checkpoint where another run ended.
/// </summary>
public sealed partial class ExportRunner(
    ExportJobStore jobs,
    ExportQueue queue,
    ExportFiles files,
    EventReader reader,
    EventSearch search,
    IOptions<ExportOptions> options,
    TimeProvider time,
    ILogger<ExportRunner> logger)
{
    /// <summary>Tries of a message before it goes to the poison queue: <c>maxDequeueCount</c> in host.json.</summary>
    public const int MaxDequeueCount = 6;

    /// <summary>Nobody waits for the next row, and what is read ahead is held in memory.</summary>
    private const int ExportDaysAtOnce = 2;

    private const int RowsBetweenClockReads = 500;

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RenewAfter = TimeSpan.FromSeconds(15);

    /// <param name="message">The body of a message of the queue.</param>
    /// <param name="dequeueCount">How often it was handed out, from 1.</param>
    /// <param name="cancellationToken">Ends the work; the message comes back, and the job goes on from its checkpoint.</param>
    /// <exception cref="FormatException">The message is not for this code.</exception>
    public async Task RunAsync(BinaryData message, long dequeueCount, CancellationToken cancellationToken)
    {
        var (tenant, jobId) = ExportQueue.Read(message);
        var job = await jobs.FindAsync(tenant, jobId, cancellationToken);
        if (job?.State is not (ExportState.Queued or ExportState.Running))
        {
            return;
        }

        if (await ClaimAsync(job, cancellationToken) is not { } claimed)
        {
            // Another worker has it. Should that one die, this message finds the job again when the lease is over.
            await queue.SendAsync(job, Lease, cancellationToken);
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
            await ReleaseAsync(claimed, failed: dequeueCount >= MaxDequeueCount, cancellationToken);
            throw;
        }
    }

    private async Task<ExportJob?> ClaimAsync(ExportJob job, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return job.LeaseUntil > now ? null : await jobs.TryUpdateAsync(
            job with
            {
                State = ExportState.Running,
                LeaseOwner = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)),
                LeaseUntil = now + Lease,
            },
            cancellationToken);
    }

    private async Task WriteAsync(ExportJob job, CancellationToken cancellationToken)
    {
        using var file = new ExportWriter(job, files);
        var renewAt = time.GetUtcNow() + RenewAfter;
        var steps = 0;
        await foreach (var step in reader.ScanAsync(ScanOf(job), cancellationToken))
        {
            if (step.Event is { } e)
            {
                file.Write(e);
            }

            if (CapMet(file) is { } cap)
            {
                await FailAsync(job, cap, cancellationToken);
                return;
            }

            var isFull = file.PendingBytes >= options.Value.BlockBytes;
            if (isFull || (++steps % RowsBetweenClockReads == 0 && time.GetUtcNow() >= renewAt))
            {
                var checkpoint = isFull ? await file.StageAsync(step.Position, cancellationToken) : job.Checkpoint;
                job = await SaveAsync(
                    job with
                    {
                        Checkpoint = checkpoint,
                        Rows = file.Rows,
                        Progress = Share(job, step.Position),
                        LeaseUntil = time.GetUtcNow() + Lease,
                    },
                    cancellationToken);
                renewAt = time.GetUtcNow() + RenewAfter;
            }
        }

        job = await SaveAsync(job with { Rows = file.Rows, LeaseUntil = time.GetUtcNow() + Lease }, cancellationToken);
        await file.CommitAsync(cancellationToken);
        await FinishAsync(job, file.Rows, cancellationToken);
    }

    private async Task FinishAsync(ExportJob job, long rows, CancellationToken cancellationToken)
    {
        // Read back, not summed up while writing: the digest is of what is stored, also where several runs wrote it.
        var (bytes, sha256) = await files.MeasureAsync(job, cancellationToken);
        var now = time.GetUtcNow();
        await SaveAsync(
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
            },
            cancellationToken);
        Log.Ready(logger, rows, bytes);
    }

    private Scan ScanOf(ExportJob job)
    {
        var query = new SearchParameters(ExportView.Parameters(job)).Parse(job.Tenant, job.RequestedAt);
        return search.ScanOf(query) with
        {
            Filter = query.Filter with { ReceivedThrough = job.RequestedAt },
            After = job.Checkpoint?.Position,
            PageSize = SearchQuery.MaxLimit,
            DaysAtOnce = ExportDaysAtOnce,
        };
    }

    private string? CapMet(ExportWriter file)
    {
        var maxBytes = Math.Min(options.Value.MaxBytes, (long)options.Value.BlockBytes * Limits.BlobBlocks);
        var cap = file.Rows > options.Value.MaxRows ? $"{options.Value.MaxRows} rows"
            : file.Bytes > maxBytes || file.Blocks >= Limits.BlobBlocks ? $"{maxBytes} bytes"
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

    private async Task FailAsync(ExportJob job, string why, CancellationToken cancellationToken) => await SaveAsync(
        job with
        {
            State = ExportState.Failed,
            Failure = why,
            FinishedAt = time.GetUtcNow(),
            Checkpoint = null,
            LeaseOwner = null,
            LeaseUntil = null,
        },
        cancellationToken);

    /// <summary>After a failure: free for the next try, or failed for good.</summary>
    private async Task ReleaseAsync(ExportJob job, bool failed, CancellationToken cancellationToken)
    {
        var current = await jobs.FindAsync(job.Tenant, job.Id, cancellationToken);
        if (current?.State != ExportState.Running || current.LeaseOwner != job.LeaseOwner)
        {
            return;
        }

        if (failed)
        {
            await FailAsync(current, "The file could not be written. Request it again; if it fails again, tell the operator.", cancellationToken);
        }
        else
        {
            await jobs.TryUpdateAsync(current with { LeaseOwner = null, LeaseUntil = null }, cancellationToken);
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

        [LoggerMessage(2, LogLevel.Error, "An export failed, try {DequeueCount}: {Failure}")]
        public static partial void Failed(ILogger logger, long dequeueCount, string failure);
    }
}
