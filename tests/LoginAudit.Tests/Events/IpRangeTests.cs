using System.Net;
using FsCheck.Xunit;
using LoginAudit.Log.Events;

namespace LoginAudit.Tests.Events;

public sealed class IpRangeTests
{
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("2001:DB8:0:0:0:0:0:1", "2001:db8::1")]
    [InlineData("::", "::")]
    [InlineData("::1", "::1")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("::FFFF:cb00:7107", "203.0.113.7")]
    public void TryParseAddress_Address_IsCanonical(string text, string canonical)
    {
        var valid = IpRange.TryParseAddress(text, out var address);

        Assert.True(valid);
        Assert.Equal(canonical, address.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData("127.1")]
    [InlineData("0x7f.1")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("0177.0.0.1")]
    [InlineData("010.0.0.1")]
    [InlineData("2130706433")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.4 ")]
    [InlineData(" 1.2.3.4")]
    [InlineData("1.2.3.4\n")]
    [InlineData("1.2.3.4:80")]
    [InlineData("1.2.3.4/32")]
    [InlineData("١.2.3.4")]
    [InlineData("[::1]")]
    [InlineData("[::1]:80")]
    [InlineData("fe80::1%eth0")]
    [InlineData("fe80::1%1")]
    [InlineData("::1\n")]
    [InlineData("2001:db8::1/64")]
    [InlineData("2001:db8:::1")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("::ffff:010.0.0.1")]
    public void TryParseAddress_OddForm_IsFalse(string text)
    {
        Assert.False(IpRange.TryParseAddress(text, out _));
    }

    [Theory]
    [InlineData("203.0.113.7", "00000000000000000000ffffcb007107", "00000000000000000000ffffcb007107")]
    [InlineData("203.0.113.7/32", "00000000000000000000ffffcb007107", "00000000000000000000ffffcb007107")]
    [InlineData("203.0.113.7/24", "00000000000000000000ffffcb007100", "00000000000000000000ffffcb0071ff")]
    [InlineData("203.0.113.7/31", "00000000000000000000ffffcb007106", "00000000000000000000ffffcb007107")]
    [InlineData("10.0.0.0/8", "00000000000000000000ffff0a000000", "00000000000000000000ffff0affffff")]
    [InlineData("0.0.0.0/0", "00000000000000000000ffff00000000", "00000000000000000000ffffffffffff")]
    [InlineData("2001:db8::1", "20010db8000000000000000000000001", "20010db8000000000000000000000001")]
    [InlineData("2001:db8::1/32", "20010db8000000000000000000000000", "20010db8ffffffffffffffffffffffff")]
    [InlineData("2001:db8::1/127", "20010db8000000000000000000000000", "20010db8000000000000000000000001")]
    [InlineData("::/0", "00000000000000000000000000000000", "ffffffffffffffffffffffffffffffff")]
    [InlineData("::ffff:203.0.113.7", "00000000000000000000ffffcb007107", "00000000000000000000ffffcb007107")]
    public void TryParse_AddressOrBlock_IsItsFirstAndLast(string text, string first, string last)
    {
        var valid = IpRange.TryParse(text, out var range);

        Assert.True(valid);
        Assert.Equal(first, IpRange.Hex(range.First));
        Assert.Equal(last, IpRange.Hex(range.Last));
        Assert.Equal(first == last, range.IsSingle);
    }

    // A prefix of an address in IPv6 form counts 128 bits: /24 of it must not become the IPv4 block 203.0.113.0/24.
    [Theory]
    [InlineData("::ffff:203.0.113.0/24")]
    [InlineData("::ffff:203.0.113.0/32")]
    public void TryParse_MappedAddressWithShortPrefix_IsNoIpv4Block(string text)
    {
        var valid = IpRange.TryParse(text, out var range);

        Assert.False(valid && IpRange.Hex(range.First).StartsWith("00000000000000000000ffff", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/24")]
    [InlineData("1.2.3.4/")]
    [InlineData("1.2.3.4/33")]
    [InlineData("1.2.3.4/-1")]
    [InlineData("1.2.3.4/+8")]
    [InlineData("1.2.3.4/ 8")]
    [InlineData("1.2.3.4/8/8")]
    [InlineData("1.2.3.4/255.255.255.0")]
    [InlineData("1.2.3.0-1.2.3.9")]
    [InlineData("1.2.3.4/99999999999")]
    [InlineData("10/8")]
    [InlineData("127.1/8")]
    [InlineData("[::1]:80")]
    [InlineData("fe80::1%eth0/64")]
    [InlineData("2001:db8::/129")]
    public void TryParse_NoRange_IsFalse(string text)
    {
        Assert.False(IpRange.TryParse(text, out _));
    }

    [Theory]
    [InlineData("203.0.112.255", false)]
    [InlineData("203.0.113.0", true)]
    [InlineData("203.0.113.255", true)]
    [InlineData("203.0.114.0", false)]
    [InlineData("::ffff:203.0.113.9", true)]
    [InlineData("::cb00:7109", false)] // the same low bits, but not a mapped address
    public void Contains_AddressAtTheBorders_IsInTheBlockOrNot(string address, bool inside)
    {
        Assert.True(IpRange.TryParse("203.0.113.0/24", out var range));

        var contains = range.Contains(IpRange.Number(IPAddress.Parse(address)));

        Assert.Equal(inside, contains);
    }

    [Property(Arbitrary = [typeof(Arbitraries)])]
    public bool Hex_OfTwoNumbers_SortsAsTheNumbersDo(ulong a, ulong b, ulong c, ulong d)
    {
        var left = new UInt128(a, b);
        var right = new UInt128(c, d);

        return Math.Sign(string.CompareOrdinal(IpRange.Hex(left), IpRange.Hex(right))) == left.CompareTo(right)
            && IpRange.Hex(left).Length == 32;
    }

    [Property(Arbitrary = [typeof(Arbitraries)])]
    public bool TryParse_AnyAddressesText_IsThatAddressAlone(LoginEvent e)
    {
        if (e.Ip is not { } ip)
        {
            return true;
        }

        return IpRange.TryParse(ip.ToString(), out var range) && range.IsSingle && range.First == IpRange.Number(ip)
            && IpRange.TryParseAddress(ip.ToString(), out var parsed) && IpRange.Number(parsed) == IpRange.Number(ip);
    }
}
