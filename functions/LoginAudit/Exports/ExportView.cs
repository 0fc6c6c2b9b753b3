using System.Text.Json;

namespace LoginAudit.Exports;

/// <summary>A job as an answer shows it.</summary>
internal sealed record ExportView
{
    public required string Id { get; init; }

    public required ExportState State { get; init; }

    public required ExportFormat Format { get; init; }

    public required bool Gzip { get; init; }

    public required string Language { get; init; }

    public required string TimeZone { get; init; }

    /// <summary>Names of the fields in the file; without it all.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    public required IReadOnlyDictionary<string, string[]> Query { get; init; }

    /// <summary>What was asked for, in the job's language.</summary>
    public required string Description { get; init; }

    public required string RequestedBy { get; init; }

    /// <summary>Name of the key or the person.</summary>
    public string? RequestedByName { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    public required double Progress { get; init; }

    public required long Rows { get; init; }

    public long? Bytes { get; init; }

    public string? Sha256 { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public string? Failure { get; init; }

    public static ExportView Of(ExportJob job, DateTimeOffset now) => new()
    {
        Id = job.Id,
        State = job.StateAt(now),
        Format = job.Format,
        Gzip = job.Gzip,
        Language = job.Language,
        TimeZone = job.TimeZone,
        Columns = job.Columns,
        From = job.From,
        To = job.To,
        Query = Parameters(job),
        Description = ExportTexts.In(job.Language).Describe(Parameters(job), job.From, job.To, TimeZoneInfo.FindSystemTimeZoneById(job.TimeZone)),
        RequestedBy = job.RequestedBy,
        RequestedByName = job.RequestedByName,
        RequestedAt = job.RequestedAt,
        Progress = Math.Round(job.Progress, 3),
        Rows = job.Rows,
        Bytes = job.State == ExportState.Ready ? job.Bytes : null,
        Sha256 = job.Sha256,
        FinishedAt = job.FinishedAt,
        ExpiresAt = job.ExpiresAt,
        Failure = job.Failure,
    };

    public static Dictionary<string, string[]> Parameters(ExportJob job) =>
        JsonSerializer.Deserialize<Dictionary<string, string[]>>(job.Query)!;
}
