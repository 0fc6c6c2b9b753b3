using System.Security.Cryptography;
using LoginAudit.Log.Events;
using LoginAudit.Log.Read;
using LoginAudit.Log.Tables;
using LoginAudit.Search;
using LoginAudit.Storage;
using LoginAudit.Telemetry;
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

    /// <summary>An instance that stops has a little time left, in which it lets the job go.</summary>
    private static readonly TimeSpan TimeToLetGo = TimeSpan.FromSeconds(5);

    /// <param name="message">The body of a message of the queue.</param>
    /// <param name="dequeueCount">How often it was handed out, from 1.</param>
    /// <param name="cancellationToken">Ends the work; another worker goes on from the job's checkpoint at once.</param>
    public async Task RunAsync(BinaryData message, long dequeueCount, CancellationToken cancellationToken)
    {
        TenantId tenant;
        ExportMessage work;
        try
        {
            (tenant, work) = ExportQueue.Read(message);
        }
        catch (FormatException)
        {
            await queue.PoisonAsync(message, cancellationToken);
            Log.NotAJob(logger);
            return;
        }

        using var span = QueueMessages.StartWork("export slice", work.TraceParent);
        var job = await jobs.FindAsync(tenant, work.JobId, cancellationToken);
        if (job?.State is not (ExportState.Queued or ExportState.Running))
        {
            return;
        }

        var now = time.GetUtcNow();
        if (job.LeaseUntil > now)
        {
            // Another worker has it, with a guard of its own, so this message is one too many.
            // Unless it is that guard, seen too early.
            if (work.Owner == job.LeaseOwner)
            {
                await queue.SendGuardAsync(job, work.Owner, work.Tries, job.LeaseUntil.Value - now, cancellationToken);
            }

            return;
        }

        var tries = work.Tries + (int)dequeueCount;
        if (tries > MaxDequeueCount)
        {
            // Each worker that took it died, and came no step further.
            if (await jobs.TryUpdateAsync(job.Failed(NotWritten, now), cancellationToken) is { } failed)
            {
                meter.ExportStateChanged(failed);
                Log.WorkersDied(logger, tries - 1);
                await queue.PoisonAsync(message, cancellationToken);
            }

            return;
        }

        // Before the claim: a job that is claimed is never without its guard.
        var owner = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var guard = await queue.SendGuardAsync(job, owner, tries, options.Value.Lease, cancellationToken);
        if (await jobs.TryUpdateAsync(job.ClaimedBy(owner, now + options.Value.Lease), cancellationToken) is not { } claimed)
        {
            await guard.RemoveAsync(cancellationToken);
            return;
        }

        try
        {
            if (await WriteAsync(new Claim(claimed, guard, tries), cancellationToken) is not { } paused)
            {
                await guard.RemoveAsync(cancellationToken);
            }
            else if (!await guard.TryHandOnAsync(tries: 0, cancellationToken))
            {
                await queue.SendAsync(paused, TimeSpan.Zero, cancellationToken);
            }
        }
        catch (LostJobException)
        {
            await CleanUpAsync(claimed, cancellationToken);
            await guard.RemoveAsync(cancellationToken);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            await LetGoAsync(new Claim(claimed, guard, tries - 1));
            throw;
        }
        catch (Exception e)
        {
            Log.Failed(logger, tries, e.Describe());
            await ReleaseAsync(
                claimed, failed: tries >= MaxDequeueCount, startAgain: e is LostBlocksException, cancellationToken);
            await guard.RemoveAsync(cancellationToken);
            if (tries >= MaxDequeueCount && dequeueCount < MaxDequeueCount)
            {
                // The host counts this message only, and would try it again.
                await queue.PoisonAsync(message, cancellationToken);
                return;
            }

            throw;
        }
    }

    /// <returns>The job where its slice ended before its rows did; else null.</returns>
    private async Task<ExportJob?> WriteAsync(Claim claim, CancellationToken cancellationToken)
    {
        var job = claim.Job;
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
                meter.ExportStateChanged(await SaveAsync(job.Failed(cap, time.GetUtcNow()), cancellationToken));
                return null;
            }

            var now = time.GetUtcNow();
            var isFull = file.PendingBytes >= options.Value.BlockBytes;
            if (now >= sliceEndsAt && (isFull || now >= sliceEndsAt + MostOverSlice))
            {
                return await SaveAsync(
                    job with
                    {
                        Checkpoint = await file.PauseAsync(step.Position, cancellationToken),
                        Rows = file.Rows,
                        Progress = Share(job, step.Position),
                        LeaseOwner = null,
                        LeaseUntil = now,
                    },
                    cancellationToken);
            }

            if (isFull)
            {
                checkpoint = await file.StageAsync(step.Position, cancellationToken) ?? checkpoint;
            }

            if (IsToRenew(job, now))
            {
                job = await RenewAsync(
                    claim,
                    job with { Checkpoint = checkpoint, Rows = file.Rows, Progress = Share(job, step.Position) },
                    cancellationToken);
            }
        }

        job = await RenewAsync(claim, job with { Checkpoint = checkpoint, Rows = file.Rows }, cancellationToken);
        await file.CommitAsync(cancellationToken);
        await FinishAsync(claim with { Job = job }, file.Rows, cancellationToken);
        return null;
    }

    private async Task FinishAsync(Claim claim, long rows, CancellationToken cancellationToken)
    {
        var job = claim.Job;
        // Read back, not summed up while writing: the digest is of what is stored, also where several runs wrote it.
        var (bytes, sha256) = await files.MeasureAsync(
            job,
            async () =>
            {
                if (IsToRenew(job, time.GetUtcNow()))
                {
                    job = await RenewAsync(claim, job, cancellationToken);
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
        meter.ExportStateChanged(ready);
        Log.Ready(logger, rows, bytes);
    }

    /// <summary>Saves the job with a new lease. A claim that came further has a fresh number of tries.</summary>
    /// <exception cref="LostJobException">Somebody cancelled or took over the job.</exception>
    private async Task<ExportJob> RenewAsync(Claim claim, ExportJob job, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + options.Value.Lease;
        var renewed = await SaveAsync(job with { LeaseUntil = until }, cancellationToken);
        var tries = job.Checkpoint == claim.Job.Checkpoint ? claim.Tries : 0;
        await claim.Guard.RenewAsync(tries, options.Value.Lease, cancellationToken);
        return renewed;
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
        var maxBytes = Math.Min(options.Value.MaxBytes, (long)options.Value.BlockBytes * ExportFiles.MaxBlocks);
        var cap = file.Rows > options.Value.MaxRows ? $"{options.Value.MaxRows} rows"
            : file.Bytes > maxBytes || file.Blocks >= ExportFiles.MaxBlocks - 1 ? $"{maxBytes} bytes"
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
            meter.ExportStateChanged(await SaveAsync(current.Failed(NotWritten, time.GetUtcNow()), cancellationToken));
        }
        else
        {
            var released = current with { LeaseOwner = null, LeaseUntil = null };
            await jobs.TryUpdateAsync(startAgain ? released with { Checkpoint = null, Rows = 0, Progress = 0 } : released, cancellationToken);
        }
    }

    /// <summary>The instance stops: another takes the job at once or, if that fails, when the lease ends.</summary>
    private async Task LetGoAsync(Claim claim)
    {
        using var limit = new CancellationTokenSource(TimeToLetGo, time);
        try
        {
            await ReleaseAsync(claim.Job, failed: false, startAgain: false, limit.Token);
            await claim.Guard.TryHandOnAsync(claim.Tries, limit.Token);
        }
        catch (Exception e) when (e.IsStorageFailure() || e is OperationCanceledException)
        {
            Log.NotLetGo(logger, e.Describe());
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

    /// <summary>A job in this worker's hands.</summary>
    /// <param name="Job">As it was claimed.</param>
    /// <param name="Guard">Finds it again should this worker die.</param>
    /// <param name="Tries">Up to and with this one, since the job last came further.</param>
    private sealed record Claim(ExportJob Job, ExportGuard Guard, int Tries);

    private sealed class LostJobException : Exception;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "An export of {Rows} rows and {Bytes} bytes is ready.")]
        public static partial void Ready(ILogger logger, long rows, long bytes);

        [LoggerMessage(3, LogLevel.Error, "A message in the exports queue is no job that this version knows; it is in the poison queue.")]
        public static partial void NotAJob(ILogger logger);

        [LoggerMessage(2, LogLevel.Error, "An export failed, try {Tries}: {Failure}")]
        public static partial void Failed(ILogger logger, int tries, string failure);

        [LoggerMessage(
            4, LogLevel.Error, "An export failed: {Tries} workers in a row stopped without a word while writing it.")]
        public static partial void WorkersDied(ILogger logger, int tries);

        [LoggerMessage(
            5, LogLevel.Warning, "An export waits for its lease to end, since it could not be let go: {Failure}")]
        public static partial void NotLetGo(ILogger logger, string failure);
    }
}
