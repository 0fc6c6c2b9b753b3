using Azure;
using LoginAudit.Events;

namespace LoginAudit.Storage;

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

    /// <summary>The search as its own query string, with <c>from</c> and <c>to</c> settled.</summary>
    public required string Query { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    /// <summary>Also the watermark: what was received after it is not in the file.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>Id of the key that asked.</summary>
    public required string RequestedBy { get; init; }

    public ExportCheckpoint? Checkpoint { get; init; }

    /// <summary>Share of the period that is done, 0 to 1.</summary>
    public double Progress { get; init; }

    public string? LeaseOwner { get; init; }

    public DateTimeOffset? LeaseUntil { get; init; }

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
}
