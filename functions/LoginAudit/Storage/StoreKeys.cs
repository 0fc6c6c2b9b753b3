using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;

namespace LoginAudit.Storage;

/// <summary>
/// The names and keys of the features' own tables, queues and containers, made here and nowhere else; those of the log are in
/// <see cref="TableKeys"/>.
/// </summary>
internal static class StoreKeys
{
    public const string AccessTrailPrefix = "AccessTrail";
    public const string TenantsTable = "Tenants";
    public const string ExportJobsTable = "ExportJobs";
    public const string HeartbeatsTable = "Heartbeats";
    public const string WebhooksTable = "Webhooks";
    public const string ExportsQueue = "exports";
    public const string DeletionsQueue = "tenant-deletions";
    public const string ExportsContainer = "exports";
    public const string RejectedContainer = "rejected-events";
    public const string KeyRingContainer = "data-protection";
    public const string TenantRow = "tenant";
    public const string RetentionPartition = "retention";
    public const string LastRow = "last";
    public const string HookRow = "hook";

    public static string AccessTrailTable(UtcDay day) => $"{AccessTrailPrefix}{day}";

    /// <summary>An entry of the access trail, newest first; the suffix parts entries of one instant.</summary>
    public static string AccessRow(long ticks, string suffix) => $"{TableKeys.ReverseTicks(ticks)}_{suffix}";

    public static string SuffixOfAccessRow(string row) => row[(row.IndexOf('_', StringComparison.Ordinal) + 1)..];

    public static string ApiKeyRow(string keyId) => $"key_{keyId}";

    public static string ExportJobRow(string jobId) => $"job_{jobId}";

    public static string IdempotencyRow(string idempotencyKey) => $"idem_{ShortHash.Of(idempotencyKey)}";

    /// <summary>What the names of a tenant's blobs start with.</summary>
    public static string TenantBlobs(TenantId tenant) => $"{tenant}/";

    public static string RejectedBlob(TenantId tenant, UtcDay day, string contentHash) => $"{TenantBlobs(tenant)}{day}/{contentHash}.ndjson";

    public static string ExportBlob(TenantId tenant, string jobId, string extension) => $"{TenantBlobs(tenant)}{jobId}.{extension}";

    /// <param name="name">As Data Protection names a key or a revocation.</param>
    public static string KeyRingBlob(string name) => $"{name}.xml";
}
