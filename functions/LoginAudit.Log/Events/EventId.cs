using System.Globalization;

namespace LoginAudit.Log.Events;

/// <summary>
/// The public id of an event: 16 hex digits of UTC ticks (100 ns), 2 of the shard hash, 26 of the <see cref="EventKey"/>.
/// Alone enough to find its day, partition and row.
/// </summary>
public readonly record struct EventId(long Ticks, byte ShardHash, EventKey Key)
{
    private const int Length = 16 + 2 + ShortHash.Length;

    public DateTimeOffset OccurredAt => new(Ticks, TimeSpan.Zero);

    public static bool TryParse(ReadOnlySpan<char> text, out EventId id)
    {
        id = default;
        if (text.Length != Length
            || text[..18].ContainsAnyExcept("0123456789abcdef")
            || !long.TryParse(text[..16], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var ticks)
            || ticks < 0 || ticks > DateTime.MaxValue.Ticks
            || !EventKey.TryParse(text[18..], out var key))
        {
            return false;
        }

        var shardHash = byte.Parse(text[16..18], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        id = new EventId(ticks, shardHash, key);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Ticks:x16}{ShardHash:x2}{Key}");
}
