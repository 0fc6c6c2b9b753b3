using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;
using LoginAudit.Storage;

namespace LoginAudit.Tenants;

/// <summary>
/// Table <c>Webhooks</c>, where one read finds a hook, and a row beside each tenant that lists it. The list's row is
/// written first and removed last: whatever is cut off, nothing works that is not listed, and what is listed can be deleted.
/// </summary>
public sealed class HookStore(StorageClients storage)
{
    private const string Tenant = "Tenant";
    private const string Name = "Name";
    private const string Kind = "Kind";
    private const string CreatedAt = "CreatedAt";
    private const string Secrets = "Secrets";
    private const string Settings = "Settings";

    private static readonly JsonSerializerOptions ColumnJson = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The hook of an address, in one request.</summary>
    public async Task<Hook?> FindAsync(HookId id, CancellationToken cancellationToken)
    {
        var row = await storage.Webhooks.FindRowAsync(id.Value, StoreKeys.HookRow, cancellationToken);
        return row is null ? null : Read(row);
    }

    /// <summary>A hook of this tenant; one of another is as if it were not there.</summary>
    public async Task<Hook?> FindAsync(TenantId tenant, HookId id, CancellationToken cancellationToken)
    {
        var listed = await storage.Tenants.FindRowAsync(tenant.Value, SourceKeys.SourceRow(id), cancellationToken);
        return listed is null ? null : await FindAsync(id, cancellationToken) ?? ReadListed(listed);
    }

    /// <summary>All hooks of a tenant, ordered by id.</summary>
    public async Task<List<Hook>> ListAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var hooks = new List<Hook>();
        await foreach (var row in storage.Tenants.QueryAsync<TableEntity>(
            TableFilters.RowsOf(tenant.Value, SourceKeys.SourceRows()), cancellationToken: cancellationToken))
        {
            var listed = ReadListed(row);
            hooks.Add(await FindAsync(listed.Id, cancellationToken) ?? listed);
        }

        return hooks;
    }

    public async Task AddAsync(Hook hook, CancellationToken cancellationToken)
    {
        await storage.Tenants.AddIdempotentAsync(ListRow(hook), cancellationToken);
        await storage.Webhooks.AddIdempotentAsync(ToRow(hook), cancellationToken);
    }

    /// <returns>False if the hook was changed or deleted since it was read.</returns>
    public async Task<bool> TryReplaceAsync(Hook hook, CancellationToken cancellationToken)
    {
        try
        {
            await storage.Webhooks.UpdateEntityAsync(ToRow(hook), hook.ETag, TableUpdateMode.Replace, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.IsLostRace())
        {
            return false;
        }
    }

    /// <returns>Whether the tenant had the hook.</returns>
    public async Task<bool> DeleteAsync(TenantId tenant, HookId id, CancellationToken cancellationToken)
    {
        if (await storage.Tenants.FindRowAsync(tenant.Value, SourceKeys.SourceRow(id), cancellationToken, ["RowKey"]) is null)
        {
            return false;
        }

        await storage.Webhooks.DeleteEntityAsync(id.Value, StoreKeys.HookRow, ETag.All, cancellationToken);
        await storage.Tenants.DeleteEntityAsync(tenant.Value, SourceKeys.SourceRow(id), ETag.All, cancellationToken);
        return true;
    }

    /// <summary>Kills all hooks of a tenant that is to go. They stay listed, so that it may be done again.</summary>
    public async Task KillAllAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        await foreach (var row in storage.Tenants.QueryAsync<TableEntity>(
            TableFilters.RowsOf(tenant.Value, SourceKeys.SourceRows()), select: ["RowKey"], cancellationToken: cancellationToken))
        {
            await storage.Webhooks.DeleteEntityAsync(
                SourceKeys.ParseSourceRow(row.RowKey).Value, StoreKeys.HookRow, ETag.All, cancellationToken);
        }
    }

    private static TableEntity ListRow(Hook hook) => new(hook.Tenant.Value, SourceKeys.SourceRow(hook.Id))
    {
        [Name] = hook.Name,
        [Kind] = hook.Kind,
        [CreatedAt] = hook.CreatedAt,
    };

    private static TableEntity ToRow(Hook hook) => new(hook.Id.Value, StoreKeys.HookRow)
    {
        [Tenant] = hook.Tenant.Value,
        [Name] = hook.Name,
        [Kind] = hook.Kind,
        [CreatedAt] = hook.CreatedAt,
        [Secrets] = JsonSerializer.Serialize(hook.Secrets, ColumnJson),
        [Settings] = JsonSerializer.Serialize(hook.Settings, ColumnJson),
    };

    private static Hook ReadListed(TableEntity row) => new(
        SourceKeys.ParseSourceRow(row.RowKey),
        TenantId.Parse(row.PartitionKey),
        row.GetString(Name),
        row.GetString(Kind),
        row.GetDateTimeOffset(CreatedAt)!.Value,
        []);

    private static Hook Read(TableEntity row) => new(
        HookId.Parse(row.PartitionKey),
        TenantId.Parse(row.GetString(Tenant)),
        row.GetString(Name),
        row.GetString(Kind),
        row.GetDateTimeOffset(CreatedAt)!.Value,
        JsonSerializer.Deserialize<IReadOnlyList<HookSecret>>(row.GetString(Secrets), ColumnJson)!)
    {
        Settings = row.GetString(Settings) is { } settings ? JsonSerializer.Deserialize<HookSettings>(settings, ColumnJson)! : new HookSettings(),
        ETag = row.ETag,
    };
}
