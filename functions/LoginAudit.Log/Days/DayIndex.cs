using System.Collections.Concurrent;
using Azure;
using Azure.Data.Tables;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;

namespace LoginAudit.Log.Days;

/// <summary>A day that holds events of a tenant, and how many shards its rows are spread over.</summary>
public readonly record struct LogDay(UtcDay Day, int Shards);

/// <summary>Table <c>LoginDays</c>: which days of a tenant hold anything. A row is written before the first event of its day.</summary>
public sealed class DayIndex(TableAccounts accounts, TimeProvider time)
{
    internal const string Shards = "Shards";
    private const string FirstEventAt = "FirstEventAt";
    private const int CacheLimit = 100_000;

    // A day's row never changes once it is there, so what was read or written once holds for this process; a tenant that was
    // deleted and made again is another one, with rows of its own.
    private readonly ConcurrentDictionary<(TenantId, DateTimeOffset CreatedAt, UtcDay), int> _shards = new();

    /// <summary>The shards of a day that is about to get an event; the first writer's count stands for all of them.</summary>
    public async ValueTask<int> OpenDayAsync(TenantLog tenant, UtcDay day, CancellationToken cancellationToken)
    {
        var key = (tenant.Id, tenant.CreatedAt, day);
        if (_shards.TryGetValue(key, out var known))
        {
            return known;
        }

        var shards = tenant.Shards;
        try
        {
            var row = new TableEntity(tenant.Id.Value, TableKeys.LoginDayRow(day))
            {
                [Shards] = shards,
                [FirstEventAt] = time.GetUtcNow(),
            };
            var table = accounts.Of(tenant.Id).LoginDays;
            await table.WithTableAsync(() => table.AddEntityAsync(row, cancellationToken), cancellationToken);
        }
        catch (RequestFailedException e) when (e.IsAlreadyExists())
        {
            var row = await accounts.Of(tenant.Id).LoginDays.GetEntityAsync<TableEntity>(
                tenant.Id.Value, TableKeys.LoginDayRow(day), cancellationToken: cancellationToken);
            shards = row.Value.GetInt32(Shards)!.Value;
        }

        Remember(key, shards);
        return shards;
    }

    /// <summary>The shards of a day that this process has met, or null where it must ask.</summary>
    /// <param name="tenant">Whose day.</param>
    /// <param name="createdAt">When the tenant was made; null: not known.</param>
    /// <param name="day">Which.</param>
    public int? FindKnown(TenantId tenant, DateTimeOffset? createdAt, UtcDay day) =>
        createdAt is { } made && _shards.TryGetValue((tenant, made, day), out var shards) ? shards : null;

    /// <summary>The shards of one day, or null where the tenant has no event on it.</summary>
    public async Task<int?> FindAsync(TenantId tenant, UtcDay day, CancellationToken cancellationToken)
    {
        var row = await accounts.Of(tenant).LoginDays.FindRowAsync(
            tenant.Value, TableKeys.LoginDayRow(day), cancellationToken);
        return row?.GetInt32(Shards);
    }

    /// <summary>The days of [<paramref name="first"/>, <paramref name="last"/>] that hold events, newest first.</summary>
    /// <param name="tenant">Whose days.</param>
    /// <param name="createdAt">When the tenant was made, and the days are known from then on; null: they are not.</param>
    /// <param name="first">Oldest day.</param>
    /// <param name="last">Newest day.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<List<LogDay>> ListAsync(
        TenantId tenant, DateTimeOffset? createdAt, UtcDay first, UtcDay last, CancellationToken cancellationToken)
    {
        var days = new List<LogDay>();
        await foreach (var row in accounts.Of(tenant).LoginDays.QueryAsync<TableEntity>(
            TableFilters.RowsOf(tenant.Value, TableKeys.LoginDayRows(first, last)), TableLimits.PageRows, ["RowKey", Shards], cancellationToken))
        {
            var day = new LogDay(TableKeys.ParseLoginDayRow(row.RowKey), row.GetInt32(Shards)!.Value);
            days.Add(day);
            if (createdAt is { } made)
            {
                Remember((tenant, made, day.Day), day.Shards);
            }
        }

        return days;
    }

    /// <summary>Removes a day that holds nothing of the tenant any more.</summary>
    public async Task DeleteAsync(TenantId tenant, UtcDay day, CancellationToken cancellationToken) =>
        await accounts.Of(tenant).LoginDays.DeleteEntityAsync(tenant.Value, TableKeys.LoginDayRow(day), ETag.All, cancellationToken);

    /// <summary>Removes the rows of days before <paramref name="oldestKept"/>, for all tenants.</summary>
    /// <returns>How many rows were removed.</returns>
    public async Task<int> DropBeforeAsync(UtcDay oldestKept, CancellationToken cancellationToken)
    {
        var dropped = 0;
        foreach (var account in accounts.All)
        {
            dropped += await account.LoginDays.DeleteRowsAsync(TableFilters.RowsAfter(TableKeys.LoginDayRow(oldestKept)), cancellationToken);
        }

        return dropped;
    }

    private void Remember((TenantId, DateTimeOffset, UtcDay) key, int shards)
    {
        if (_shards.Count >= CacheLimit)
        {
            _shards.Clear();
        }

        _shards[key] = shards;
    }
}
