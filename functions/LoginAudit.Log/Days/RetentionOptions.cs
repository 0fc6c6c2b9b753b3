using System.ComponentModel.DataAnnotations;

namespace LoginAudit.Log.Days;

public sealed class RetentionOptions
{
    public const string Section = "Retention";

    /// <summary>Days that events are kept: 1 to 180, the promise of the log.</summary>
    [Range(1, 180)]
    public int Days { get; set; } = 180;

    /// <summary>
    /// Whether the timer also deletes old export files and rejected events. Off in Azure, where the account's lifecycle
    /// rules do it without a request; on where there are none (Azurite).
    /// </summary>
    public bool DeleteBlobs { get; set; }
}
