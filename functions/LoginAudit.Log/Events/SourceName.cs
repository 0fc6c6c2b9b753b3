using System.Text.RegularExpressions;

namespace LoginAudit.Log.Events;

/// <summary>Names of provider instances.</summary>
internal static partial class SourceName
{
    /// <summary>As a regular expression.</summary>
    public const string Shape = "[A-Za-z0-9][A-Za-z0-9._-]{0,62}";

    public const string Takes = "1 to 63 of a-z, A-Z, 0-9, '.', '_' and '-', starting with a letter or digit";

    public static bool IsValid(string text) => Pattern().IsMatch(text);

    [GeneratedRegex(@"\A" + Shape + @"\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
