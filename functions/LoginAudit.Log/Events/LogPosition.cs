namespace LoginAudit.Log.Events;

/// <summary>A place in a tenant's log: an instant, and a key within it. The same for all shards and row families.</summary>
/// <param name="Ticks">UTC ticks.</param>
/// <param name="Key">An <see cref="EventKey"/>, or a text that sorts before or after all of them.</param>
public readonly record struct LogPosition(long Ticks, string Key)
{
    /// <summary>Sorts after every <see cref="EventKey"/>: the end of an instant.</summary>
    public const string AfterEveryKey = "~";

    /// <summary>Sorts before every <see cref="EventKey"/>: the start of an instant.</summary>
    public const string BeforeEveryKey = "";
}
