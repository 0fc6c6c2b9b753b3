using LoginAudit.Http;
using LoginAudit.Providers.Reading;

namespace LoginAudit.Providers;

/// <summary>Body of <c>POST .../sources/{sourceId}/rotate</c>.</summary>
/// <param name="ExpiresAt">When the new secret ends, in the future; without it, it lives until the next rotation.</param>
/// <param name="OldExpiresAt">When the old one ends, in the future; without it, in 24 hours.</param>
/// <param name="Secret">16 to 512 visible ASCII characters; without it one is made.</param>
public sealed record RotateSourceRequest(
    DateTimeOffset? ExpiresAt = null, DateTimeOffset? OldExpiresAt = null, string? Secret = null)
{
    /// <exception cref="ProblemException">Names every field that is wrong.</exception>
    public void Check(string kind, DateTimeOffset now)
    {
        var faults = new List<Fault>();
        Fault.AddIfPast(faults, "expiresAt", ExpiresAt, now);
        Fault.AddIfPast(faults, "oldExpiresAt", OldExpiresAt, now);
        SourceSecret.AddIfBad(faults, kind, Secret);
        if (faults.Count > 0)
        {
            throw ProblemException.Invalid(faults);
        }
    }
}
