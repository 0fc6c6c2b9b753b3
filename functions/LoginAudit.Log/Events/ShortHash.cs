using System.Security.Cryptography;
using System.Text;

namespace LoginAudit.Log.Events;

/// <summary>The first 16 bytes of a SHA-256, as 26 characters of lower-case base32 (RFC 4648): legal in keys and file names.</summary>
internal static class ShortHash
{
    public const int Length = 26;

    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    public static string Of(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return Encode(hash[..16]);
    }

    public static bool IsValid(ReadOnlySpan<char> text) => text.Length == Length && !text.ContainsAnyExcept(Alphabet);

    /// <summary>Base32 without padding: five bits a character, the last one filled up with zeros.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        return string.Create(((bytes.Length * 8) + 4) / 5, bytes, static (text, bytes) =>
        {
            var (bits, buffer, length) = (0, 0, 0);
            foreach (var value in bytes)
            {
                buffer = (buffer << 8) | value;
                for (bits += 8; bits >= 5; bits -= 5)
                {
                    text[length++] = Alphabet[(buffer >> (bits - 5)) & 31];
                }
            }

            if (bits > 0)
            {
                text[length] = Alphabet[(buffer << (5 - bits)) & 31];
            }
        });
    }
}
