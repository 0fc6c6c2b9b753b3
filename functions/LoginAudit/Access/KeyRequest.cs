using System.ComponentModel.DataAnnotations;
using LoginAudit.Events;
using LoginAudit.Http;
using LoginAudit.OpenApi;

namespace LoginAudit.Access;

/// <summary>Body of <c>POST /v1/tenants/{tenant}/keys</c>.</summary>
/// <param name="Roles">At least one of <c>ingest</c>, <c>read</c>, <c>export</c>, <c>audit</c>.</param>
/// <param name="ExpiresAt">In the future; without it the key lives until it is revoked.</param>
public sealed record KeyRequest(
    [property: Required, MinLength(1), Codes(typeof(Role), Except = "operator")] IReadOnlyList<string>? Roles = null,
    DateTimeOffset? ExpiresAt = null)
{
    private static readonly string Takes = "one or more of " + string.Join(
        ", ", Enum.GetValues<Role>().Where(role => role != Role.Operator).Select(Code<Role>.Text));

    /// <exception cref="ProblemException">Names every field that is wrong.</exception>
    public IReadOnlyList<string> Check(DateTimeOffset now)
    {
        var faults = new List<Fault>();
        if (Roles is not { Count: > 0 })
        {
            faults.Add(Fault.Of(FaultCodes.Missing, "roles", null, Takes));
        }

        foreach (var role in Roles ?? [])
        {
            if (role is null || !Code<Role>.TryParse(role, out var known) || known == Role.Operator)
            {
                faults.Add(Fault.Of(FaultCodes.InvalidValue, "roles", role, Takes));
            }
        }

        if (ExpiresAt <= now)
        {
            faults.Add(Fault.Of(FaultCodes.InvalidValue, "expiresAt", IsoTime.Text(ExpiresAt.Value), "a time in the future"));
        }

        return faults.Count == 0 ? [.. Roles!.Distinct(StringComparer.Ordinal)] : throw ProblemException.Invalid(faults);
    }
}
