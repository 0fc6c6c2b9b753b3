using System.Security.Cryptography;
using System.Text;

namespace LoginAudit.Providers.Reading;

/// <summary>What proofs of providers are made of. Every secret is tried, in constant time each, so that time tells nothing.</summary>
internal static class Proof
{
    private const string Bearer = "Bearer ";

    /// <summary>The whole header is one of the secrets, as it is or behind <c>Bearer</c>.</summary>
    public static bool IsSecret(string header, IReadOnlyList<string> secrets)
    {
        var given = header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : header.Trim();
        return Any(secrets, secret => AreEqual(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(secret)));
    }

    /// <summary>One of the secrets makes the proof true; all are tried.</summary>
    public static bool Any(IReadOnlyList<string> secrets, Func<string, bool> proves)
    {
        var found = false;
        foreach (var secret in secrets)
        {
            found |= proves(secret);
        }

        return found;
    }

    public static bool AreEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => CryptographicOperations.FixedTimeEquals(left, right);
}
