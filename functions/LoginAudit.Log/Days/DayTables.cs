using Azure;
using Azure.Data.Tables;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;

namespace LoginAudit.Log.Days;

/// <summary>A kind of table of which there is one a day, dropped with the day: <c>LoginEvents20260901</c>.</summary>
/// <param name="Prefix">Stands before the day in the tables' names.</param>
public sealed record DayTableFamily(string Prefix)
{
    /// <summary>The events.</summary>
    public static DayTableFamily Events { get; } = new(TableKeys.EventsTablePrefix);

    internal TableClient Of(TableServiceClient tables, UtcDay day) => tables.GetTableClient($"{Prefix}{day}");
}

/// <summary>The tables that hold one day each, for all tenants.</summary>
/// <param name="accounts">Where they are.</param>
/// <param name="families">Every kind of them.</param>
public sealed class DayTables(TableAccounts accounts, IEnumerable<DayTableFamily> families)
{
    private readonly DayTableFamily[] _families = [.. families];

    public async Task CreateAsync(UtcDay day, CancellationToken cancellationToken)
    {
        foreach (var account in accounts.All)
        {
            foreach (var family in _families)
            {
                await family.Of(account.Tables, day).CreateIfNotExistsAsync(cancellationToken);
            }
        }
    }

    /// <summary>The days that have a table of a kind in any account, oldest first.</summary>
    public async Task<List<UtcDay>> ListAsync(DayTableFamily family, CancellationToken cancellationToken)
    {
        var days = new List<UtcDay>();
        foreach (var account in accounts.All)
        {
            days.AddRange(await ListAsync(account, family, cancellationToken));
        }

        return [.. days.Distinct().Order()];
    }

    /// <summary>
    /// Drops the tables of every day before <paramref name="oldestKept"/>, each in one request, however many rows it holds.
    /// </summary>
    /// <returns>How many tables were dropped.</returns>
    public async Task<int> DropBeforeAsync(UtcDay oldestKept, CancellationToken cancellationToken)
    {
        var dropped = 0;
        foreach (var account in accounts.All)
        {
            foreach (var family in _families)
            {
                foreach (var day in (await ListAsync(account, family, cancellationToken)).Where(day => day < oldestKept))
                {
                    await DropAsync(family.Of(account.Tables, day), cancellationToken);
                    dropped++;
                }
            }
        }

        return dropped;
    }

    private static async Task<List<UtcDay>> ListAsync(
        TableAccount account, DayTableFamily family, CancellationToken cancellationToken)
    {
        var days = new List<UtcDay>();
        var filter = TableFilters.TablesNamed(family.Prefix);
        await foreach (var table in account.Tables.QueryAsync(filter, TableLimits.PageRows, cancellationToken))
        {
            if (TableKeys.TryParseDayTable(table.Name, family.Prefix, out var day))
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
