using LoginAudit.Http;

namespace LoginAudit.Tenants;

/// <summary>Body of <c>POST .../keys/{keyId}/rotate</c>.</summary>
/// <param name="ExpiresAt">When the new one ends, in the future; without it, it lives until it is revoked.</param>
/// <param name="OldExpiresAt">When the old one ends, in the future; without it, in 24 hours.</param>
public sealed record RotateRequest(DateTimeOffset? ExpiresAt = null, DateTimeOffset? OldExpiresAt = null)
{
    /// <summary>How long both are valid, if nothing else is said: a working day, to change it everywhere.</summary>
    public static TimeSpan Overlap { get; } = TimeSpan.FromHours(24);

    /// <exception cref="ProblemException">Names every field that is wrong.</exception>
    public void Check(DateTimeOffset now)
    {
        var faults = new List<Fault>();
        Fault.AddIfPast(faults, "expiresAt", ExpiresAt, now);
        Fault.AddIfPast(faults, "oldExpiresAt", OldExpiresAt, now);
        if (faults.Count > 0)
        {
            throw ProblemException.Invalid(faults);
        }
    }
}
