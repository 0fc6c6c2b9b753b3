using Azure;
using Azure.Data.Tables;
using LoginAudit.Events;

namespace LoginAudit.Storage;

/// <summary>The tables that hold one day each, of events and of the access trail, for all tenants.</summary>
public sealed class DayTables(StorageClients storage)
{
    public async Task CreateAsync(UtcDay day, CancellationToken cancellationToken)
    {
        foreach (var account in storage.Accounts)
        {
            await account.EventsOf(day).CreateIfNotExistsAsync(cancellationToken);
            await account.AccessTrailOf(day).CreateIfNotExistsAsync(cancellationToken);
        }
    }

    /// <summary>The days that have a table of events in any account, oldest first.</summary>
    public Task<List<UtcDay>> ListAsync(CancellationToken cancellationToken) => ListAsync(Keys.EventsTablePrefix, cancellationToken);

    /// <summary>The days that have a table of the access trail in any account, oldest first.</summary>
    public Task<List<UtcDay>> ListTrailAsync(CancellationToken cancellationToken) => ListAsync(Keys.AccessTrailPrefix, cancellationToken);

    /// <summary>Drops the tables of every day before <paramref name="oldestKept"/>, each in one request, however many rows it holds.</summary>
    /// <returns>How many tables were dropped.</returns>
    public async Task<int> DropBeforeAsync(UtcDay oldestKept, CancellationToken cancellationToken)
    {
        var dropped = 0;
        foreach (var account in storage.Accounts)
        {
            var old = (await ListAsync(account, Keys.EventsTablePrefix, cancellationToken)).Where(day => day < oldestKept).Select(account.EventsOf)
                .Concat((await ListAsync(account, Keys.AccessTrailPrefix, cancellationToken)).Where(day => day < oldestKept).Select(account.AccessTrailOf))
                .ToList();
            foreach (var table in old)
            {
                await DropAsync(table, cancellationToken);
            }

            dropped += old.Count;
        }

        return dropped;
    }

    private async Task<List<UtcDay>> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        var days = new List<UtcDay>();
        foreach (var account in storage.Accounts)
        {
            days.AddRange(await ListAsync(account, prefix, cancellationToken));
        }

        return [.. days.Distinct().Order()];
    }

    private static async Task<List<UtcDay>> ListAsync(StorageAccount account, string prefix, CancellationToken cancellationToken)
    {
        var days = new List<UtcDay>();
        await foreach (var table in account.Tables.QueryAsync(Filters.TablesNamed(prefix), Limits.PageRows, cancellationToken))
        {
            if (Keys.TryParseDayTable(table.Name, prefix, out var day))
            {
                days.Add(day);
            }
        }

        return days;
    }

    private static async Task DropAsync(TableClient table, CancellationToken cancellationToken)
    {
        try
        {
            await table.DeleteAsync(cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409)
        {
            // Another instance dropped it, or is about to (409: TableBeingDeleted).
        }
    }
}
