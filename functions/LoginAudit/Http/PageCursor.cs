using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using LoginAudit.Log.Events;

namespace LoginAudit.Http;

/// <summary>
/// Where a page ended, as opaque text: the period and a place in it, with a digest that binds it to the question
/// that was asked. It needs no secret: it only says where to go on, and grants nothing that the caller's key does not.
/// </summary>
internal readonly record struct PageCursor(DateTimeOffset From, DateTimeOffset To, LogPosition Position)
{
    private const byte Version = 1;
    private const int FixedLength = 1 + 8 + 8 + 8;
    private const int DigestLength = 16;

    /// <param name="boundTo">Tenant, conditions and order: the same for the pages of one answer, another for any other.</param>
    public string Encode(string boundTo)
    {
        var bytes = new byte[FixedLength + Position.Key.Length + DigestLength];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(1), From.UtcTicks);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(9), To.UtcTicks);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(17), Position.Ticks);
        Encoding.ASCII.GetBytes(Position.Key, bytes.AsSpan(FixedLength));
        Digest(bytes.AsSpan(..^DigestLength), boundTo).CopyTo(bytes.AsSpan(^DigestLength..));
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Fails for what this class did not make, and for a cursor that is bound to something else.</summary>
    public static bool TryDecode(string text, string boundTo, out PageCursor cursor)
    {
        cursor = default;
        const int longest = FixedLength + 26 + DigestLength;
        if (text.Length > Base64Url.GetEncodedLength(longest) || !Base64Url.IsValid(text))
        {
            return false;
        }

        var bytes = Base64Url.DecodeFromChars(text).AsSpan();
        if (bytes.Length < FixedLength + DigestLength
            || bytes[0] != Version
            || !Digest(bytes[..^DigestLength], boundTo).SequenceEqual(bytes[^DigestLength..])
            || !TryTime(bytes[1..], out var from)
            || !TryTime(bytes[9..], out var to)
            || !TryTime(bytes[17..], out var place))
        {
            return false;
        }

        var key = Encoding.ASCII.GetString(bytes[FixedLength..^DigestLength]);
        cursor = new PageCursor(from, to, new LogPosition(place.UtcTicks, key));
        return key is LogPosition.AfterEveryKey or LogPosition.BeforeEveryKey || key.All(char.IsAsciiLetterOrDigit);
    }

    private static bool TryTime(ReadOnlySpan<byte> bytes, out DateTimeOffset time)
    {
        var ticks = BinaryPrimitives.ReadInt64BigEndian(bytes);
        var valid = ticks >= DateTimeOffset.MinValue.Ticks && ticks <= DateTimeOffset.MaxValue.Ticks;
        time = valid ? new DateTimeOffset(ticks, TimeSpan.Zero) : default;
        return valid;
    }

    private static ReadOnlySpan<byte> Digest(ReadOnlySpan<byte> place, string boundTo)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(place);
        hash.AppendData(Encoding.UTF8.GetBytes(boundTo));
        return hash.GetHashAndReset().AsSpan(0, DigestLength);
    }
}
