using System.IO.Compression;
using LoginAudit.Events;
using LoginAudit.Storage;

namespace LoginAudit.Exports;

/// <summary>
/// A file in the making: rows go into a block in memory, full blocks are staged, each a whole gzip member where the file is
/// gzipped. Starts where the job's checkpoint ends, and from there makes the same blocks as an undisturbed run.
/// </summary>
internal sealed class ExportWriter : IDisposable
{
    private readonly ExportJob _job;
    private readonly ExportFiles _files;
    private readonly MemoryStream _block = new();
    private readonly IExportRows _format;
    private long _stagedBytes;

    public ExportWriter(ExportJob job, ExportFiles files)
    {
        _job = job;
        _files = files;
        _format = job.Format switch
        {
            ExportFormat.Csv => new CsvRows(_block, job.Language, TimeZoneInfo.FindSystemTimeZoneById(job.TimeZone)),
            ExportFormat.Ocsf => new OcsfRows(_block),
            _ => new NdjsonRows(_block),
        };
        if (job.Checkpoint is { } checkpoint)
        {
            (Blocks, Rows, _stagedBytes) = (checkpoint.Blocks, checkpoint.Rows, checkpoint.Bytes);
        }
        else
        {
            _format.WriteHead();
        }
    }

    public int Blocks { get; private set; }

    public long Rows { get; private set; }

    /// <summary>Of the file so far, before compression.</summary>
    public long Bytes => _stagedBytes + _block.Length;

    /// <summary>Of the block that is not staged yet, before compression.</summary>
    public long PendingBytes => _block.Length;

    public void Write(LoginEvent e)
    {
        _format.Write(e);
        Rows++;
    }

    /// <summary>Stages the block; what is up to <paramref name="position"/> need not be read again.</summary>
    public async Task<ExportCheckpoint> StageAsync(LogPosition position, CancellationToken cancellationToken)
    {
        await StageAsync(cancellationToken);
        return new ExportCheckpoint(position, Blocks, Rows, _stagedBytes);
    }

    /// <summary>Stages the rest and makes the file of all blocks.</summary>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (PendingBytes > 0 || Blocks == 0)
        {
            await StageAsync(cancellationToken);
        }

        await _files.CommitAsync(_job, Blocks, cancellationToken);
    }

    public void Dispose()
    {
        _format.Dispose();
        _block.Dispose();
    }

    private async Task StageAsync(CancellationToken cancellationToken)
    {
        var content = _block.GetBuffer().AsMemory(0, (int)_block.Length);
        if (_job.Gzip)
        {
            using var packed = new MemoryStream();
            await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            {
                await gzip.WriteAsync(content, cancellationToken);
            }

            content = packed.ToArray();
        }

        await _files.StageAsync(_job, Blocks, content, cancellationToken);
        Blocks++;
        _stagedBytes += _block.Length;
        _block.SetLength(0);
    }
}
