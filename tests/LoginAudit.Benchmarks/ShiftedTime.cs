namespace LoginAudit.Benchmarks;

/// <summary>A clock that goes on from another instant, so that events of a whole day arrive neither early nor late.</summary>
internal sealed class ShiftedTime(DateTimeOffset start) : TimeProvider
{
    private readonly TimeSpan _ahead = start - System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _ahead;
}
