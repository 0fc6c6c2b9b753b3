using System.IO.Compression;
using LoginAudit.Log.Events;
using Parquet;
using Parquet.Schema;

namespace LoginAudit.Exports;

/// <summary>
/// Apache Parquet: the columns of the CSV that are for programs, typed, times in UTC to the millisecond; texts by dictionary, ZSTD,
/// one row group a block. The file has one footer; one that was committed with its footer is gone on with by leaving that out.
/// </summary>
internal sealed class ParquetRows : IExportRows
{
    private const int BytesOfAValue = 8;

    /// <summary>The library keeps 80 MiB by default.</summary>
    private const int PoolBytes = 4 * 1024 * 1024;

    private readonly ParquetWriter _writer;
    private readonly Column[] _columns;
    private int _rows;
    private long _bytes;

    private ParquetRows(ParquetWriter writer, Column[] columns) => (_writer, _columns) = (writer, columns);

    public long Held => _bytes;

    public bool HasEnd => true;

    /// <param name="block">Where rows go.</param>
    /// <param name="committed">The file so far, with a footer; null starts one. It is left to the caller.</param>
    /// <param name="rows">Of the file so far.</param>
    /// <param name="names">Of the columns; null: all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LostBlocksException">The file so far is another one.</exception>
    public static async Task<ParquetRows> OpenAsync(
        Stream block, Stream? committed, long rows, IReadOnlyCollection<string>? names, CancellationToken cancellationToken)
    {
        var columns = ExportColumn.Named(names);
        var fields = Array.ConvertAll(columns, FieldOf);
        if (committed is not null)
        {
            await using var reader = await ParquetReader.CreateAsync(committed, leaveStreamOpen: true, cancellationToken: cancellationToken);
            if (reader.Metadata?.NumRows != rows)
            {
                throw new LostBlocksException();
            }
        }

        var options = new ParquetOptions
        {
            CompressionMethod = CompressionMethod.Zstd,
            CompressionLevel = CompressionLevel.Optimal,
            MaximumSmallPoolFreeBytes = PoolBytes,
            MaximumLargePoolFreeBytes = PoolBytes,
        };
        foreach (var column in columns.Where(column => column.Type == typeof(string)))
        {
            options.ColumnEncodingHints[column.Name] = EncodingHint.Dictionary;
        }

        // The writer disposes what it writes to with itself, and the block lives on.
        var writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(fields), new AppendStream(block, committed), options, append: committed is not null, cancellationToken);
        return new ParquetRows(writer, [.. columns.Zip(fields, NewColumn)]);
    }

    public void Write(LoginEvent e)
    {
        foreach (var column in _columns)
        {
            _bytes += column.Add(e);
        }

        _rows++;
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_rows == 0)
        {
            return;
        }

        using var group = _writer.CreateRowGroup();
        foreach (var column in _columns)
        {
            await column.WriteAsync(group, cancellationToken);
        }

        group.CompleteValidate();
        (_rows, _bytes) = (0, 0);
    }

    public async Task EndAsync() => await _writer.DisposeAsync();

    /// <summary>Nothing: the writer holds memory only, and where it is disposed of it writes the end of the file.</summary>
    public void Dispose()
    {
    }

    // Microseconds would be nicer, but the library's statistics of them are wrong (parquet-dotnet#769), and readers skip by statistics.
    private static DataField FieldOf(ExportColumn column) => column.Type == typeof(DateTimeOffset)
        ? new DateTimeDataField(column.Name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, DateTimeTimeUnit.Millis, isNullable: !column.IsRequired)
        : new DataField(column.Name, column.Type, isNullable: !column.IsRequired);

    private static Column NewColumn(ExportColumn column, DataField field) =>
        column.Type == typeof(string) ? new TextColumn(column, field)
        : column.Type == typeof(long) ? new NumberColumn(column, field)
        : new TimeColumn(column, field);

    /// <summary>The values of a row group.</summary>
    private abstract class Column
    {
        /// <returns>About how many bytes it takes.</returns>
        public abstract int Add(LoginEvent e);

        /// <summary>Writes the values, and starts anew.</summary>
        public abstract Task WriteAsync(ParquetRowGroupWriter group, CancellationToken cancellationToken);
    }

    private sealed class TextColumn(ExportColumn column, DataField field) : Column
    {
        private readonly List<string> _values = [];
        private readonly HashSet<string> _distinct = new(StringComparer.Ordinal);

        public override int Add(LoginEvent e)
        {
            var text = (string?)column.Value(e);
            if (text is not null && !_distinct.Add(text))
            {
                _distinct.TryGetValue(text, out text);
            }

            _values.Add(text!);
            return (text?.Length ?? 0) * sizeof(char);
        }

        public override async Task WriteAsync(ParquetRowGroupWriter group, CancellationToken cancellationToken)
        {
            await group.WriteAsync(field, _values);
            _values.Clear();
            _distinct.Clear();
        }
    }

    private sealed class NumberColumn(ExportColumn column, DataField field) : Column
    {
        private readonly List<long?> _values = [];

        public override int Add(LoginEvent e)
        {
            _values.Add((long?)column.Value(e));
            return BytesOfAValue;
        }

        public override async Task WriteAsync(ParquetRowGroupWriter group, CancellationToken cancellationToken)
        {
            await group.WriteAsync<long>(field, _values.ToArray(), cancellationToken: cancellationToken);
            _values.Clear();
        }
    }

    private sealed class TimeColumn(ExportColumn column, DataField field) : Column
    {
        private readonly List<DateTime> _values = [];

        public override int Add(LoginEvent e)
        {
            _values.Add(((DateTimeOffset)column.Value(e)!).UtcDateTime);
            return BytesOfAValue;
        }

        public override async Task WriteAsync(ParquetRowGroupWriter group, CancellationToken cancellationToken)
        {
            await group.WriteAsync<DateTime>(field, _values.ToArray(), cancellationToken: cancellationToken);
            _values.Clear();
        }
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
