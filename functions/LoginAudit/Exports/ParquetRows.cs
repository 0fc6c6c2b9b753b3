using System.IO.Compression;
using LoginAudit.Events;
using LoginAudit.Storage;
using Parquet;
using Parquet.Schema;

namespace LoginAudit.Exports;

/// <summary>
/// Apache Parquet: the columns of the CSV that are for programs, typed, times in UTC to the millisecond; texts by dictionary, ZSTD,
/// one row group a block. The file has one footer; one that was committed with its footer is gone on with by leaving that out.
/// </summary>
internal sealed class ParquetRows : IExportRows
{
    /// <summary>Text packs at least to a half; a block that comes out smaller is no harm.</summary>
    private const int PacksTo = 2;

    private const int BytesPerRow = 40;

    // Microseconds would be nicer, but the library's statistics of them are wrong (parquet-dotnet#769), and readers skip by statistics.
    private static readonly DataField[] Fields = Array.ConvertAll(
        ExportColumn.All,
        column => column.Type == typeof(DateTimeOffset)
            ? new DateTimeDataField(column.Name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, DateTimeTimeUnit.Millis, isNullable: !column.IsRequired)
            : new DataField(column.Name, column.Type, isNullable: !column.IsRequired));

    private static readonly ParquetSchema Schema = new(Fields);

    private readonly ParquetWriter _writer;
    private readonly List<object?>[] _columns = Array.ConvertAll(Fields, _ => new List<object?>());
    private long _bytes;

    private ParquetRows(ParquetWriter writer) => _writer = writer;

    public long Held => _bytes / PacksTo;

    public bool HasEnd => true;

    /// <param name="block">Where rows go.</param>
    /// <param name="committed">The file so far, with a footer; null starts one. It is left to the caller.</param>
    /// <param name="rows">Of the file so far.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LostBlocksException">The file so far is another one.</exception>
    public static async Task<ParquetRows> OpenAsync(Stream block, Stream? committed, long rows, CancellationToken cancellationToken)
    {
        if (committed is not null)
        {
            await using var reader = await ParquetReader.CreateAsync(committed, leaveStreamOpen: true, cancellationToken: cancellationToken);
            if (reader.Metadata?.NumRows != rows)
            {
                throw new LostBlocksException();
            }
        }

        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Zstd, CompressionLevel = CompressionLevel.Optimal };
        foreach (var column in ExportColumn.All.Where(column => column.Type == typeof(string)))
        {
            options.ColumnEncodingHints[column.Name] = EncodingHint.Dictionary;
        }

        // The writer disposes what it writes to with itself, and the block lives on.
        return new ParquetRows(await ParquetWriter.CreateAsync(
            Schema, new AppendStream(block, committed), options, append: committed is not null, cancellationToken));
    }

    public void Write(LoginEvent e)
    {
        for (var i = 0; i < _columns.Length; i++)
        {
            var value = ExportColumn.All[i].Value(e);
            _columns[i].Add(value);
            _bytes += (value as string)?.Length ?? 0;
        }

        _bytes += BytesPerRow;
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_columns[0].Count == 0)
        {
            return;
        }

        using var group = _writer.CreateRowGroup();
        for (var i = 0; i < Fields.Length; i++)
        {
            var type = ExportColumn.All[i].Type;
            await (type == typeof(string) ? group.WriteAsync(Fields[i], _columns[i].ConvertAll(value => (string)value!))
                : type == typeof(long) ? group.WriteAsync<long>(Fields[i], _columns[i].ConvertAll(value => (long?)value).ToArray(), cancellationToken: cancellationToken)
                : group.WriteAsync<DateTime>(Fields[i], _columns[i].ConvertAll(value => ((DateTimeOffset)value!).UtcDateTime).ToArray(), cancellationToken: cancellationToken));
            _columns[i].Clear();
        }

        group.CompleteValidate();
        _bytes = 0;
    }

    public async Task EndAsync() => await _writer.DisposeAsync();

    /// <summary>Nothing: the writer holds memory only, and where it is disposed of it writes the end of the file.</summary>
    public void Dispose()
    {
    }

    /// <summary>Reads the file so far, and writes what comes behind it to the block.</summary>
    private sealed class AppendStream(Stream block, Stream? committed) : Stream
    {
        private long _start = committed is null ? 0 : -1;
        private long _written;

        public override bool CanRead => committed is not null;

        public override bool CanSeek => committed is not null;

        public override bool CanWrite => true;

        public override long Length => _start < 0 ? committed!.Length : _start + _written;

        public override long Position
        {
            get => _start < 0 ? committed!.Position : _start + _written;
            set => Seek(value, SeekOrigin.Begin);
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => committed!.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            committed!.ReadAsync(buffer, cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) =>
            _written == 0 ? committed!.Seek(offset, origin) : throw new InvalidOperationException("What is written is gone.");

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _start = _start < 0 ? committed!.Position : _start;
            _written += buffer.Length;
            block.Write(buffer);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.Span);
            return ValueTask.CompletedTask;
        }
    }
}
