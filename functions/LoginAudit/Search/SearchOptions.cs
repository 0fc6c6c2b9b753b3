using System.ComponentModel.DataAnnotations;

namespace LoginAudit.Search;

public sealed class SearchOptions
{
    public const string Section = "Search";

    /// <summary>
    /// How long a search reads before it answers with what it has and a cursor: 100 ms to 60 s. 5 s is what one storage page
    /// may take at the most, and as long as a person waits gladly.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan Budget { get; set; } = TimeSpan.FromSeconds(5);
}
