using FsCheck.Xunit;
using LoginAudit.Log.Events;

namespace LoginAudit.Tests.Events;

public sealed class ShortHashTests
{
    // python3: base64.b32encode(hashlib.sha256(text.encode()).digest()[:16]).decode().lower().rstrip('=')
    [Theory]
    [InlineData("", "4oymiquy7qobjgx36tejs35zeq")]
    [InlineData("abc", "xj4bnp4pahh6uqkbidpf3lrcem")]
    [InlineData("kim@example.com", "lwnabb6uztnzxriordchcndzce")]
    public void Of_Text_IsItsSha256InBase32(string text, string hash)
    {
        Assert.Equal(hash, ShortHash.Of(text));
    }

    // RFC 4648, section 10, in lower case and without padding.
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "my")]
    [InlineData("fo", "mzxq")]
    [InlineData("foo", "mzxw6")]
    [InlineData("foob", "mzxw6yq")]
    [InlineData("fooba", "mzxw6ytb")]
    [InlineData("foobar", "mzxw6ytboi")]
    public void Encode_VectorsOfRfc4648_AreAsThere(string bytes, string text)
    {
        Assert.Equal(text, ShortHash.Encode(System.Text.Encoding.ASCII.GetBytes(bytes)));
    }

    [Theory]
    [InlineData("xj4bnp4pahh6uqkbidpf3lrcem", true)]
    [InlineData("xj4bnp4pahh6uqkbidpf3lrce", false)]
    [InlineData("xj4bnp4pahh6uqkbidpf3lrcemm", false)]
    [InlineData("Xj4bnp4pahh6uqkbidpf3lrcem", false)]
    [InlineData("xj4bnp4pahh6uqkbidpf3lrce1", false)]
    [InlineData("xj4bnp4pahh6uqkbidpf3lrce/", false)]
    [InlineData("xj4bnp4pahh6uqkbidpf3lrce\n", false)]
    [InlineData("", false)]
    public void IsValid_Text_TakesTwentySixOfItsAlphabet(string text, bool valid)
    {
        Assert.Equal(valid, ShortHash.IsValid(text));
    }

    [Property(Arbitrary = [typeof(Arbitraries)])]
    public bool Encode_AnyBytes_DecodesToTheSame(AnyBytes bytes) =>
        Decode(ShortHash.Encode(bytes.Value), bytes.Value.Length).AsSpan().SequenceEqual(bytes.Value);

    /// <summary>Base32 by its definition: all bits in a row, five a character.</summary>
    private static byte[] Decode(string text, int length)
    {
        var bits = string.Concat(text.Select(c =>
            Convert.ToString("abcdefghijklmnopqrstuvwxyz234567".IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        Assert.Equal(((length * 8) + 4) / 5, text.Length);
        Assert.DoesNotContain('1', bits[(length * 8)..]);
        return [.. Enumerable.Range(0, length).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }
}
