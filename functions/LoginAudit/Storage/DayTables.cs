using Azure;
using LoginAudit.Events;

namespace LoginAudit.Storage;

/// <summary>The tables that hold one day of events each, for all tenants.</summary>
public sealed class DayTables(StorageClients storage)
{
    public async Task CreateAsync(UtcDay day, CancellationToken cancellationToken) =>
        await storage.EventsOf(day).CreateIfNotExistsAsync(cancellationToken);

    /// <summary>The days that have a table, oldest first.</summary>
    public async Task<List<UtcDay>> ListAsync(CancellationToken cancellationToken)
    {
        var days = new List<UtcDay>();
        await foreach (var table in storage.Tables.QueryAsync(
            Filters.TablesNamed(Keys.EventsTablePrefix), Limits.PageRows, cancellationToken))
        {
            if (Keys.TryParseEventsTable(table.Name, out var day))
            {
                days.Add(day);
            }
        }

        days.Sort();
        return days;
    }

    /// <summary>Drops a whole day in one request, however many rows it holds. A day that is gone already is fine.</summary>
    public async Task DropAsync(UtcDay day, CancellationToken cancellationToken)
    {
        try
        {
            await storage.EventsOf(day).DeleteAsync(cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409)
        {
            // Another instance dropped it, or is about to (409: TableBeingDeleted).
        }
    }
}
