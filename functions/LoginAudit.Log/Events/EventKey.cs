using System.Security.Cryptography;
using System.Text;

namespace LoginAudit.Log.Events;

/// <summary>
/// What makes an event one and the same however often it is sent: a hash of its source and of the id that the source gave it.
/// </summary>
public readonly record struct EventKey
{
    private EventKey(string value) => Value = value;

    /// <summary>26 characters of <c>a-z 2-7</c>.</summary>
    public string Value { get; }

    /// <summary>
    /// One stable byte, which a day's number of shards masks. Of the key alone: an event that is sent again with another
    /// user must meet its own rows.
    /// </summary>
    internal byte ShardHash
    {
        get
        {
            Span<byte> text = stackalloc byte[ShortHash.Length];
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(text[..Encoding.ASCII.GetBytes(Value, text)], hash);
            return hash[0];
        }
    }

    /// <param name="source">Name of the provider instance; holds no NUL, so that no two pairs run together.</param>
    /// <param name="sourceEventId">The provider's own stable id.</param>
    public static EventKey Of(string source, string sourceEventId) => new(ShortHash.Of($"{source}\0{sourceEventId}"));

    public static bool TryParse(ReadOnlySpan<char> text, out EventKey key)
    {
        var valid = ShortHash.IsValid(text);
        key = valid ? new EventKey(text.ToString()) : default;
        return valid;
    }

    public override string ToString() => Value;
}
