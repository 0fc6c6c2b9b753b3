using System.Text;

namespace LoginAudit.Log.Events;

/// <summary>How users are compared: ids and login ids trimmed, in Unicode form C and lower case.</summary>
internal static class UserKey
{
    /// <summary>Composed before and after, as some letters compose in one case only.</summary>
    /// <exception cref="ArgumentException">The id is no valid Unicode.</exception>
    public static string Normalize(string id) =>
        id.Trim().Normalize(NormalizationForm.FormC).ToLowerInvariant().Normalize(NormalizationForm.FormC);

    public static bool TryNormalize(string id, out string normalized)
    {
        try
        {
            normalized = Normalize(id);
            return normalized.Length > 0;
        }
        catch (ArgumentException)
        {
            normalized = "";
            return false;
        }
    }

    /// <summary>The part of a row key that stands for a user.</summary>
    public static string Hash(string normalizedId) => ShortHash.Of(normalizedId);
}
