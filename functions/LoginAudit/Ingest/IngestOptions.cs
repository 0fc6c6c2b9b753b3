using System.ComponentModel.DataAnnotations;

namespace LoginAudit.Ingest;

public sealed class IngestOptions
{
    public const string Section = "Ingest";

    /// <summary>Of a body after decompression: 1 KiB to 16 MiB. 4 MiB holds some 5,000 usual events.</summary>
    [Range(1024, 16 * 1024 * 1024)]
    public int MaxBodyBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// Of a request: 1 to 50,000. 5,000 events are some 15,000 rows, which one partition takes in (2,000 rows/s) within
    /// <see cref="TimeLimit"/>.
    /// </summary>
    [Range(1, 50_000)]
    public int MaxEvents { get; set; } = 5_000;

    /// <summary>
    /// After it ingest gives up with 503, so that no write lands late: 1 to 14 s, below the 15 s that an export waits.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:00:14", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromSeconds(10);
}
