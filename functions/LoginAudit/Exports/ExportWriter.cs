using System.IO.Compression;
using LoginAudit.Log.Events;

namespace LoginAudit.Exports;

/// <summary>
/// A file in the making: rows go into a block in memory, full blocks are staged, each a whole gzip member where the file is
/// gzipped. Starts where the job's checkpoint ends, and from there makes the same blocks as an undisturbed run.
/// </summary>
internal sealed class ExportWriter : IDisposable
{
    private readonly ExportJob _job;
    private readonly ExportFiles _files;
    private readonly Stream? _committed;
    private readonly MemoryStream _block;
    private readonly MemoryStream _packed = new();
    private readonly IExportRows _format;
    private long _stagedBytes;

    private ExportWriter(ExportJob job, ExportFiles files, MemoryStream block, IExportRows format, Stream? committed)
    {
        (_job, _files, _block, _format, _committed) = (job, files, block, format, committed);
        (Blocks, Rows, _stagedBytes) = job.Checkpoint is { } checkpoint ? (checkpoint.Blocks, checkpoint.Rows, checkpoint.Bytes) : default;
    }

    public int Blocks { get; private set; }

    public long Rows { get; private set; }

    /// <summary>Of the file so far, before compression.</summary>
    public long Bytes => _stagedBytes + PendingBytes;

    /// <summary>Of the block that is not staged yet, before compression.</summary>
    public long PendingBytes => _block.Length + _format.Held;

    /// <exception cref="LostBlocksException">The file cannot be gone on with.</exception>
    public static async Task<ExportWriter> OpenAsync(ExportJob job, ExportFiles files, CancellationToken cancellationToken)
    {
        var block = new MemoryStream();
        var committed = job is { Format: ExportFormat.Parquet, Checkpoint: not null } ? await files.OpenAsync(job, cancellationToken) : null;
        IExportRows format = job.Format switch
        {
            ExportFormat.Csv => new CsvRows(block, job.Language, TimeZoneInfo.FindSystemTimeZoneById(job.TimeZone), job.Columns),
            ExportFormat.Ocsf => new OcsfRows(block),
            ExportFormat.Parquet => await ParquetRows.OpenAsync(block, committed, job.Checkpoint?.Rows ?? 0, job.Columns, cancellationToken),
            _ => new NdjsonRows(block),
        };
        if (format is CsvRows csv && job.Checkpoint is null)
        {
            csv.WriteHead();
        }

        return new ExportWriter(job, files, block, format, committed);
    }

    public void Write(LoginEvent e)
    {
        _format.Write(e);
        Rows++;
    }

    /// <summary>Stages the block.</summary>
    /// <returns>
    /// Where to go on: what is up to <paramref name="position"/> need not be read again. Null where the format can be gone on with from a
    /// <see cref="PauseAsync"/> only.
    /// </returns>
    public async Task<ExportCheckpoint?> StageAsync(LogPosition position, CancellationToken cancellationToken)
    {
        await _format.FlushAsync(cancellationToken);
        await StageBlockAsync(cancellationToken);
        return _format.HasEnd ? null : Checkpoint(position);
    }

    /// <summary>Stages the block, and leaves the file so that another run can go on. Nothing can be written after it.</summary>
    public async Task<ExportCheckpoint> PauseAsync(LogPosition position, CancellationToken cancellationToken)
    {
        await _format.FlushAsync(cancellationToken);
        if (_block.Length > 0)
        {
            await StageBlockAsync(cancellationToken);
        }

        var checkpoint = Checkpoint(position);
        if (_format.HasEnd)
        {
            await CommitAsync(cancellationToken);
        }

        return checkpoint;
    }

    /// <summary>Stages the rest and makes the file of all blocks.</summary>
    /// <exception cref="LostBlocksException">A block is gone.</exception>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        await _format.FlushAsync(cancellationToken);
        await _format.EndAsync();
        if (_block.Length > 0 || Blocks == 0)
        {
            await StageBlockAsync(cancellationToken);
        }

        await _files.CommitAsync(_job, Blocks, cancellationToken);
    }

    public void Dispose()
    {
        _format.Dispose();
        _block.Dispose();
        _packed.Dispose();
        _committed?.Dispose();
    }

    private ExportCheckpoint Checkpoint(LogPosition position) => new(position, Blocks, Rows, _stagedBytes);

    private async Task StageBlockAsync(CancellationToken cancellationToken)
    {
        _packed.SetLength(0);
        if (_job.Gzip)
        {
            _block.Position = 0;
            await using var gzip = new GZipStream(_packed, CompressionLevel.Optimal, leaveOpen: true);
            await _block.CopyToAsync(gzip, cancellationToken);
        }

        await _files.StageAsync(_job, Blocks, _job.Gzip ? _packed : _block, cancellationToken);
        Blocks++;
        _stagedBytes += _block.Length;
        _block.SetLength(0);
    }
}
