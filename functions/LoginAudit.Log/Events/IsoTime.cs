using System.Globalization;
using System.Text.RegularExpressions;

namespace LoginAudit.Log.Events;

/// <summary>ISO 8601 times with an offset, to 100 ns (further digits are cut).</summary>
internal static partial class IsoTime
{
    public const string Takes = "an ISO 8601 time with an offset, such as 2026-09-01T09:00:00+09:00";

    public static string Text(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    public static bool TryParse(string text, out DateTimeOffset instant, out bool lacksOffset)
    {
        var match = Pattern().Match(text);
        lacksOffset = match.Success && !match.Groups["offset"].Success;
        instant = default;
        if (!match.Success || lacksOffset)
        {
            return false;
        }

        var cut = match.Groups["cut"];
        var exact = cut.Success ? text.Remove(cut.Index, cut.Length) : text;
        return DateTimeOffset.TryParse(exact, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out instant);
    }

    [GeneratedRegex(
        @"\A[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,7}(?<cut>[0-9]{1,9})?)?)?(?<offset>[Zz]|[+-][0-9]{2}:?[0-9]{2})?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
