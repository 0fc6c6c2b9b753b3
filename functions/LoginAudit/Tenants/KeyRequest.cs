using System.ComponentModel.DataAnnotations;
using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.Log.Events;
using LoginAudit.OpenApi;

namespace LoginAudit.Tenants;

/// <summary>Body of <c>POST /v1/tenants/{tenant}/keys</c>.</summary>
/// <param name="Roles">At least one of <c>ingest</c>, <c>read</c>, <c>export</c>, <c>audit</c>; of an operator's key: <c>operator</c>.</param>
/// <param name="ExpiresAt">In the future; without it the key lives until it is revoked.</param>
/// <param name="Name">What it is for, 1 to 100 characters.</param>
public sealed record KeyRequest(
    [property: Required, MinLength(1), Codes(typeof(Role))] IReadOnlyList<string>? Roles = null,
    DateTimeOffset? ExpiresAt = null,
    [property: MinLength(1), MaxLength(KeyRequest.MaxName)] string? Name = null)
{
    internal const int MaxName = 100;

    private static readonly Role[] TenantRoles = [.. Enum.GetValues<Role>().Where(role => role != Role.Operator)];

    /// <returns>The roles, each once.</returns>
    /// <exception cref="ProblemException">Names every field that is wrong.</exception>
    public IReadOnlyList<string> Check(TenantId owner, DateTimeOffset now)
    {
        Role[] known = owner.Value == ApiKey.OperatorOwner ? [Role.Operator] : TenantRoles;
        var takes = "one or more of " + string.Join(", ", known.Select(Code<Role>.Text));
        var faults = new List<Fault>();
        if (Roles is not { Count: > 0 })
        {
            faults.Add(Fault.Of(FaultCodes.Missing, "roles", null, takes));
        }

        foreach (var role in Roles ?? [])
        {
            if (role is null || !Code<Role>.TryParse(role, out var parsed) || !known.Contains(parsed))
            {
                faults.Add(Fault.Of(FaultCodes.InvalidValue, "roles", role, takes));
            }
        }

        Fault.AddIfPast(faults, "expiresAt", ExpiresAt, now);
        if (Name is { Length: 0 or > MaxName })
        {
            faults.Add(Fault.Of(FaultCodes.TooLong, "name", Name, $"1 to {MaxName} characters"));
        }

        return faults.Count == 0 ? [.. Roles!.Distinct(StringComparer.Ordinal)] : throw ProblemException.Invalid(faults);
    }
}
