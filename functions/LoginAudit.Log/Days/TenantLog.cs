using LoginAudit.Log.Events;

namespace LoginAudit.Log.Days;

/// <summary>What the log must know of a tenant to write its events.</summary>
/// <param name="Id">The tenant.</param>
/// <param name="CreatedAt">UTC; tells it from an earlier tenant of the same name.</param>
/// <param name="Shards">1, 2, 4 … 64 partitions a day; holds from the next day that gets its first event.</param>
public readonly record struct TenantLog(TenantId Id, DateTimeOffset CreatedAt, int Shards);
