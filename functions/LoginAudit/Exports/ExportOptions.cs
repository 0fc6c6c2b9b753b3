using System.ComponentModel.DataAnnotations;

namespace LoginAudit.Exports;

public sealed class ExportOptions
{
    public const string Section = "Exports";

    /// <summary>
    /// Of one staged block before compression: 64 KiB to 64 MiB. 4 MiB keeps memory small, loses little work when a worker
    /// dies, and fills a blob of 50,000 blocks to 195 GiB.
    /// </summary>
    [Range(64 * 1024, 64 * 1024 * 1024)]
    public int BlockBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Days that a file is kept: 1 to 180. The same number stands in the account's lifecycle rules.</summary>
    [Range(1, 180)]
    public int KeepDays { get; set; } = 180;

    /// <summary>
    /// How long a worker has a job before another may take it, renewed four times as often: 4 s to 5 min. 60 s is longer than any of its
    /// storage calls; a worker that died costs so much.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:04", "00:05:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a link works: 1 min to 1 h. 10 minutes is long enough to click, too short to be passed around.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "01:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan LinkLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>A job that meets it fails and says so: 1 to 1,000,000,000 rows.</summary>
    [Range(1, 1_000_000_000)]
    public long MaxRows { get; set; } = 50_000_000;

    /// <summary>
    /// A job that meets it fails and says so: 1 byte to 32 GiB, before gzip. A file's digest is read back in one go, which must end within
    /// <c>functionTimeout</c>.
    /// </summary>
    [Range(1, 32L * 1024 * 1024 * 1024)]
    public long MaxBytes { get; set; } = 10L * 1024 * 1024 * 1024;

    /// <summary>
    /// How long a worker writes before it hands the job on to the next message: 1 s to 30 min. 4 minutes, and what it takes to end a block
    /// and read the digest, stay under <c>functionTimeout</c> in host.json.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:30:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan Slice { get; set; } = TimeSpan.FromMinutes(4);

    /// <summary>
    /// How long a job waits before it starts: 0 to 60 s. 15 s is past ingest's own limit of 10 s, so that nothing older than
    /// the watermark can still arrive.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan StartDelay { get; set; } = TimeSpan.FromSeconds(15);
}
