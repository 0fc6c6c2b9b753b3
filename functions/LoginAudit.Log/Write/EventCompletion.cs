using Azure;
using Azure.Data.Tables;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;

namespace LoginAudit.Log.Write;

/// <summary>
/// The one exception to append only: some providers (Entra) log a sign-in incomplete and complete it later. The fuller version
/// takes the place of the other, with its index rows, in one transaction; when it was first received stands.
/// </summary>
internal static class EventCompletion
{
    /// <param name="table">The day's table.</param>
    /// <param name="partition">Where a version of the event is stored.</param>
    /// <param name="e">The version that arrived.</param>
    /// <param name="cancellationToken">Gives up; the event is as it was, or complete.</param>
    /// <returns>Whether it was the fuller one.</returns>
    public static async Task<bool> TryAsync(TableClient table, string partition, LoginEvent e, CancellationToken cancellationToken)
    {
        var mainRow = TableKeys.EventRow(TableKeys.AllRows, e.OccurredAt.UtcTicks, e.Key.Value);
        for (var attempt = 1; ; attempt = Attempts.Next(attempt))
        {
            var found = await table.GetEntityIfExistsAsync<TableEntity>(partition, mainRow, cancellationToken: cancellationToken);
            if (!found.HasValue || found.Value is not { } stored)
            {
                return false;
            }

            var old = EventRows.Read(stored, e.Tenant);
            var rows = EventRows.Write(e with { ReceivedAt = old.ReceivedAt }, partition);
            if (EventRows.GivenFields(rows[0]) <= EventRows.GivenFields(stored))
            {
                return false;
            }

            try
            {
                await table.SubmitTransactionAsync(Actions(rows, EventRows.Write(old, partition), stored.ETag), cancellationToken);
                return true;
            }
            catch (RequestFailedException failed) when (failed.IsLostRace())
            {
                // Another version was faster: compare with that one.
            }
        }
    }

    private static List<TableTransactionAction> Actions(List<TableEntity> rows, List<TableEntity> oldRows, ETag ifMatch)
    {
        var actions = new List<TableTransactionAction> { new(TableTransactionActionType.UpdateReplace, rows[0], ifMatch) };
        actions.AddRange(rows.Skip(1).Select(row => new TableTransactionAction(TableTransactionActionType.UpsertReplace, row)));
        actions.AddRange(oldRows.Skip(1)
            .Where(old => rows.TrueForAll(row => row.RowKey != old.RowKey))
            .Select(old => new TableTransactionAction(TableTransactionActionType.Delete, old, ETag.All)));
        return actions;
    }
}
