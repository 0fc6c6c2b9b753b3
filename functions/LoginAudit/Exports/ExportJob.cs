using System.Globalization;
using System.Text;
using Azure;
using LoginAudit.Log.Events;

namespace LoginAudit.Exports;

public enum ExportState
{
    Queued,
    Running,
    Ready,
    Failed,
    Cancelled,
    Expired,
}

public enum ExportFormat
{
    Csv,
    Ndjson,

    /// <summary>OCSF Authentication, NDJSON.</summary>
    Ocsf,

    /// <summary>Apache Parquet, typed columns.</summary>
    Parquet,
}

/// <summary>Where an export goes on: everything up to <see cref="Position"/> is in <see cref="Blocks"/> staged blocks.</summary>
public sealed record ExportCheckpoint(LogPosition Position, int Blocks, long Rows, long Bytes);

/// <summary>One requested download, from its request to the end of its file.</summary>
public sealed record ExportJob
{
    public required TenantId Tenant { get; init; }

    /// <summary>16 hex digits of reversed ticks and 8 random ones: newest first.</summary>
    public required string Id { get; init; }

    public required ExportState State { get; init; }

    public required ExportFormat Format { get; init; }

    public required bool Gzip { get; init; }

    /// <summary><c>en</c>, <c>ko</c> or <c>ja</c>: headings and descriptions of a CSV.</summary>
    public required string Language { get; init; }

    /// <summary>IANA name of the zone of the CSV's date column.</summary>
    public required string TimeZone { get; init; }

    /// <summary>Names of the fields in a CSV or Parquet file; null: all.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>The search as its own query string, with <c>from</c> and <c>to</c> settled.</summary>
    public required string Query { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    /// <summary>Also the watermark: what was received after it is not in the file.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>Id of the key that asked, or the person's subject.</summary>
    public required string RequestedBy { get; init; }

    /// <summary>The key's or the person's name, as it was then.</summary>
    public string? RequestedByName { get; init; }

    public ExportCheckpoint? Checkpoint { get; init; }

    /// <summary>Share of the period that is done, 0 to 1.</summary>
    public double Progress { get; init; }

    /// <summary>Who works on it: 8 random hex digits of each claim.</summary>
    public string? LeaseOwner { get; init; }

    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>Which claim wrote which blocks, in order: <c>0:1f2e3d4c 57:a0b1c2d3</c>, each from that block on.</summary>
    public string Writers { get; init; } = "";

    public long Rows { get; init; }

    public long Bytes { get; init; }

    /// <summary>Of the file as stored, 64 hex digits.</summary>
    public string? Sha256 { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Why it failed, in words for an admin.</summary>
    public string? Failure { get; init; }

    internal ETag ETag { get; init; }

    public string Extension => (Format == ExportFormat.Ocsf ? "ocsf.ndjson" : Code<ExportFormat>.Text(Format)) + (Gzip ? ".gz" : "");

    /// <summary>The state as anyone sees it: a file whose time is over has expired, though nothing has touched the job since.</summary>
    public ExportState StateAt(DateTimeOffset now) => State == ExportState.Ready && ExpiresAt <= now ? ExportState.Expired : State;

    /// <summary>The job at its end without a file.</summary>
    public ExportJob Failed(string why, DateTimeOffset at) => this with
    {
        State = ExportState.Failed,
        Failure = why,
        FinishedAt = at,
        Checkpoint = null,
        LeaseOwner = null,
        LeaseUntil = null,
        Writers = "",
    };

    /// <summary>
    /// The job in the hands of a new worker, which writes under its own name from the checkpoint on: whatever one that was thought dead
    /// still sends does not touch those blocks.
    /// </summary>
    public ExportJob ClaimedBy(string owner, DateTimeOffset leaseUntil)
    {
        var first = Checkpoint?.Blocks ?? 0;
        return this with
        {
            State = ExportState.Running,
            LeaseOwner = owner,
            LeaseUntil = leaseUntil,
            Writers = string.Join(' ', WriterRanges().Where(range => range.First < first).Append((First: first, Owner: owner)).Select(range => string.Create(CultureInfo.InvariantCulture, $"{range.First}:{range.Owner}"))),
        };
    }

    /// <summary>Names of the file's first <paramref name="count"/> blocks.</summary>
    internal IEnumerable<string> BlockIds(int count)
    {
        var ranges = WriterRanges();
        for (var (number, at) = (0, 0); number < count; number++)
        {
            at += at + 1 < ranges.Count && ranges[at + 1].First == number ? 1 : 0;
            yield return BlockId(number, ranges[at].Owner);
        }
    }

    /// <summary>Name of a block that the present worker writes.</summary>
    internal string BlockId(int number) => BlockId(number, LeaseOwner!);

    private static string BlockId(int number, string owner) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number:D6}{owner}")));

    private List<(int First, string Owner)> WriterRanges() =>
    [
        .. Writers.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => text.Split(':'))
            .Select(parts => (int.Parse(parts[0], CultureInfo.InvariantCulture), parts[1])),
    ];
}
