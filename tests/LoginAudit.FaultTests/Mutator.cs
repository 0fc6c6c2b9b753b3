using System.Text;

namespace LoginAudit.FaultTests;

/// <summary>Makes inputs of others: whole parts changed places, types, lengths and bytes.</summary>
internal sealed class Mutator(Random random, IReadOnlyList<byte[]> corpus)
{
    private const int LongestInput = 16 * 1024;

    /// <summary>What parsers stumble over.</summary>
    private static readonly byte[][] Tokens =
    [
        .. new[]
        {
            "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u0000", "\\ud800", "\\udc00\\ud800", "\\u202e", "\\\"", "null", "true", "false", "{}", "[]", "\"\"", "0", "-1", "-0", "1e999", "1E-999",
            "9223372036854775807", "9223372036854775808", "-9223372036854775809", "4294967296", "0.1", "1.0", "00", "\"2026-09-01T00:00:00Z\"", "\"9999-12-31T23:59:59.9999999Z\"",
            "\"0001-01-01T00:00:00+14:00\"", "\"2026-02-29T24:00:00Z\"", "\"::\"", "\"::ffff:1.2.3.4\"", "\"fe80::1%eth0\"", "\"256.1.1.1\"", "\"1.2.3.4:80\"", "\"[::1]:443\"", "\n", "\r\n", "\t", "\0", "\u00a0", "\u2028", "\ufeff",
            "%00", "%", "%zz", "%C0%80", "&", "=", "+", "!", "/", "..", "-", "_", "~", ";", "''", "0.0.0.0/0", "::/129", "10.0.0.0/-1", "login", "failure", "\u1112\u1161\u11ab", "\U0001F468\u200D\U0001F469",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80],
    ];

    public byte[] Next()
    {
        var input = new List<byte>(Pick(corpus));
        for (var times = random.Next(5); times >= 0; times--)
        {
            Change(input);
        }

        return input.Count <= LongestInput ? [.. input] : [.. input.Take(LongestInput)];
    }

    private void Change(List<byte> input)
    {
        var at = random.Next(input.Count + 1);
        switch (random.Next(11))
        {
            case 0 when at < input.Count:
                input[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < input.Count:
                input[at] = (byte)random.Next(256);
                break;
            case 2:
                input.InsertRange(at, Pick(Tokens));
                break;
            case 3:
                input.RemoveRange(at, random.Next(Math.Min(64, input.Count - at) + 1));
                break;
            case 4:
                // The same once more: fields twice, deeper trees.
                input.InsertRange(at, Part(input));
                break;
            case 5:
                input.InsertRange(at, Part(Pick(corpus)));
                break;
            case 6:
                input.RemoveRange(at, input.Count - at);
                break;
            case 7:
                ReplaceValue(input, at, Pick(Tokens));
                break;
            case 8:
                ReplaceValue(input, at, [(byte)'"', .. Enumerable.Repeat((byte)('a' + random.Next(26)), random.Next(4096)), (byte)'"']);
                break;
            case 9:
                input.InsertRange(at, Enumerable.Repeat((byte)"[{\"("[random.Next(4)], random.Next(300)));
                break;
            default:
                input.InsertRange(at, Part(Pick(Tokens)));
                break;
        }
    }

    /// <summary>The next JSON value, or the next value of a query, becomes another.</summary>
    private static void ReplaceValue(List<byte> input, int at, IEnumerable<byte> value)
    {
        var start = input.FindIndex(Math.Min(at, input.Count), b => b is (byte)':' or (byte)'=' or (byte)'[');
        if (start < 0)
        {
            return;
        }

        var end = input.FindIndex(start + 1, b => b is (byte)',' or (byte)'}' or (byte)'&' or (byte)']' or (byte)'\n');
        input.RemoveRange(start + 1, (end < 0 ? input.Count : end) - start - 1);
        input.InsertRange(start + 1, value);
    }

    private byte[] Part(IReadOnlyList<byte> of)
    {
        if (of.Count == 0)
        {
            return [];
        }

        var start = random.Next(of.Count);
        return [.. of.Skip(start).Take(random.Next(Math.Min(512, of.Count - start)) + 1)];
    }

    private T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];
}
