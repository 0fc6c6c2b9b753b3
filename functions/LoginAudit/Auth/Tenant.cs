using Azure;
using LoginAudit.Log.Days;
using LoginAudit.Log.Events;

namespace LoginAudit.Auth;

public enum TenantState
{
    Active,

    /// <summary>Its keys and tokens are refused; its data stays until its time.</summary>
    Suspended,

    /// <summary>As if it were not there, while a job removes all of its data.</summary>
    Deleting,
}

/// <summary>A tenant and its settings.</summary>
/// <param name="Id">Its name in addresses and keys.</param>
/// <param name="DisplayName">Up to 200 characters.</param>
/// <param name="Shards">1, 2, 4 … 64 partitions a day; holds from the next day that gets its first event.</param>
/// <param name="CreatedAt">UTC; tells it from an earlier tenant of the same name.</param>
/// <param name="State">Whether it may be used.</param>
public sealed record Tenant(
    TenantId Id, string DisplayName, int Shards, DateTimeOffset CreatedAt, TenantState State = TenantState.Active)
{
    internal ETag ETag { get; init; }

    /// <summary>What the log must know of it.</summary>
    internal TenantLog Log => new(Id, CreatedAt, Shards);

    /// <summary>Stands for a tenant that was not looked up.</summary>
    internal static Tenant Unknown(TenantId id) => new(id, id.Value, 1, default);
}
