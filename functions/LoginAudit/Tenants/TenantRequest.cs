using System.ComponentModel.DataAnnotations;
using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.Log.Events;

namespace LoginAudit.Tenants;

/// <summary>Body of <c>PUT /v1/tenants/{tenant}</c>.</summary>
/// <param name="DisplayName">1 to 200 characters. Default: as it is, the tenant's id for a new tenant.</param>
/// <param name="Shards">1, 2, 4, 8, 16, 32 or 64 partitions a day; holds from the next day that gets its first event. Default: as it is, 1 for a new tenant.</param>
/// <param name="Suspended">Refuses the tenant's keys and tokens; its data stays. Default: as it is, false for a new tenant.</param>
public sealed record TenantRequest(
    [property: MinLength(1), MaxLength(TenantRequest.MaxName)] string? DisplayName = null,
    [property: AllowedValues(1, 2, 4, 8, 16, 32, 64)] int? Shards = null,
    bool? Suspended = null)
{
    private const int MaxName = 200;
    private const int MaxShards = 64;

    /// <param name="id">The tenant.</param>
    /// <param name="existing">As it is now; null makes a new one.</param>
    /// <param name="now">When a new one is made.</param>
    /// <exception cref="ProblemException">Names every field that is wrong.</exception>
    public Tenant ToTenant(TenantId id, Tenant? existing, DateTimeOffset now)
    {
        var faults = new List<Fault>();
        if (id.Value == ApiKey.OperatorOwner)
        {
            faults.Add(Fault.Of(FaultCodes.InvalidValue, "tenant", id.Value, "any other name: this one is reserved"));
        }

        if (DisplayName is { Length: 0 or > MaxName })
        {
            faults.Add(Fault.Of(FaultCodes.TooLong, "displayName", DisplayName, $"1 to {MaxName} characters"));
        }

        if (Shards is { } shards && (shards is < 1 or > MaxShards || !int.IsPow2(shards)))
        {
            faults.Add(Fault.Of(FaultCodes.InvalidValue, "shards", $"{shards}", "1, 2, 4, 8, 16, 32 or 64"));
        }

        if (faults.Count > 0)
        {
            throw ProblemException.Invalid(faults);
        }

        var current = existing ?? new Tenant(id, id.Value, 1, now);
        return current with
        {
            DisplayName = DisplayName ?? current.DisplayName,
            Shards = Shards ?? current.Shards,
            State = Suspended switch
            {
                null => current.State,
                true => TenantState.Suspended,
                false => TenantState.Active,
            },
        };
    }
}
