using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LoginAudit.Log.Events;

/// <summary>An address or a CIDR block, IPv4 mapped into IPv6, so that both kinds are one ordered range of 128 bits.</summary>
public readonly record struct IpRange(UInt128 First, UInt128 Last)
{
    private const int MappedPrefix = 96;

    public bool IsSingle => First == Last;

    /// <summary>32 hex digits of an address: its order as text is its order as a number.</summary>
    public static string Hex(UInt128 address) => address.ToString("x32", CultureInfo.InvariantCulture);

    /// <summary>Takes an address in canonical decimal or IPv6 form; no ports, brackets, zones, octal or short forms.</summary>
    public static bool TryParseAddress(string text, out IPAddress address)
    {
        if (!IPAddress.TryParse(text, out var parsed) || text.AsSpan().ContainsAny("[]%"))
        {
            address = IPAddress.None;
            return false;
        }

        address = parsed.IsIPv4MappedToIPv6 ? parsed.MapToIPv4() : parsed;
        return parsed.AddressFamily != AddressFamily.InterNetwork || parsed.ToString() == text;
    }

    /// <summary>Takes <c>203.0.113.7</c>, <c>203.0.113.0/24</c>, <c>2001:db8::1</c>, <c>2001:db8::/32</c>; host bits are ignored.</summary>
    public static bool TryParse(string text, out IpRange range)
    {
        range = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!TryParseAddress(slash < 0 ? text : text[..slash], out var address))
        {
            return false;
        }

        // By its text: a mapped address (::ffff:203.0.113.0) counts its prefix as IPv6 does.
        var bits = text.Contains(':', StringComparison.Ordinal) ? 128 : 32;
        var prefix = bits;
        if (slash >= 0
            && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix > bits))
        {
            return false;
        }

        var length = bits == 32 ? prefix + MappedPrefix : prefix;
        var hostMask = length == 0 ? UInt128.MaxValue : (UInt128.One << (128 - length)) - 1;
        var first = Number(address) & ~hostMask;
        range = new IpRange(first, first | hostMask);
        return true;
    }

    public static UInt128 Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    public bool Contains(UInt128 address) => First <= address && address <= Last;
}
