using System.Security.Cryptography;
using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Blobs;

namespace LoginAudit.FaultTests;

/// <summary>What every scenario ends with, read straight from storage.</summary>
internal static class Comparison
{
    /// <summary>Every acknowledged event is stored once, with all of its rows; nothing is of another tenant.</summary>
    /// <param name="connectionString">Of Azurite itself.</param>
    /// <param name="tenants">With what was acknowledged to each.</param>
    /// <returns>How many events are stored.</returns>
    public static async Task<int> StoredOnceAsync(string connectionString, params FaultTenant[] tenants)
    {
        // An event has a row of the period, two of its ids, and one of its address.
        const int rowsOfAnEvent = 4;
        var rows = new Dictionary<(string Tenant, string Id), List<string>>();
        var service = new TableServiceClient(connectionString);
        await foreach (var table in service.QueryAsync())
        {
            if (!table.Name.StartsWith("LoginEvents", StringComparison.Ordinal))
            {
                continue;
            }

            await foreach (var row in service.GetTableClient(table.Name).QueryAsync<TableEntity>(select: ["PartitionKey", "RowKey", "SourceEventId", "Application"]))
            {
                var (owner, id) = (row.PartitionKey.Split('_')[0], row.GetString("SourceEventId"));
                Must.Hold(row.GetString("Application") == owner || !tenants.Any(tenant => tenant.Id == owner), $"{owner} holds an event of {row.GetString("Application")}.");
                if (!rows.TryGetValue((owner, id), out var list))
                {
                    rows[(owner, id)] = list = [];
                }

                list.Add(row.RowKey[..2]);
            }
        }

        foreach (var tenant in tenants)
        {
            foreach (var id in tenant.Acknowledged.Keys)
            {
                Must.Hold(rows.TryGetValue((tenant.Id, id), out var found), $"{id} was acknowledged and is not stored.");
                Must.Hold(
                    found!.Count == rowsOfAnEvent && found.Count(family => family == "e_") == 1 && found.Count(family => family == "u_") == 2 && found.Count(family => family == "i_") == 1,
                    $"{id} has the rows {string.Join(' ', found)}.");
            }
        }

        // What was not acknowledged may be stored too, and then whole.
        Must.Hold(rows.All(pair => pair.Value.Count == rowsOfAnEvent || !tenants.Any(tenant => tenant.Id == pair.Key.Tenant)), "An event is stored in part.");
        return rows.Keys.Count(key => tenants.Any(tenant => tenant.Id == key.Tenant));
    }

    /// <summary>An NDJSON export is ready and whole: it holds what was acknowledged before it was asked for, once, and nothing of another tenant.</summary>
    /// <param name="connectionString">Of Azurite itself.</param>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="job">Its id.</param>
    /// <param name="expected">Ids of the events that must be in it.</param>
    public static async Task ExportIsWholeAsync(string connectionString, FaultTenant tenant, string job, IReadOnlyCollection<string> expected)
    {
        var view = default(JsonElement);
        await Must.ComeAsync("An export", async () => (view = await tenant.CallAsync(HttpMethod.Get, $"exports/{job}")).GetProperty("state").GetString() is not ("queued" or "running"));
        Must.Hold(view.GetProperty("state").GetString() == "ready", $"An export is {view}");
        var content = (await new BlobClient(connectionString, "exports", $"{tenant.Id}/{job}.ndjson").DownloadContentAsync()).Value.Content;
        Must.Hold(view.GetProperty("sha256").GetString() == Convert.ToHexStringLower(SHA256.HashData(content.ToMemory().Span)), "An export's SHA-256 is not that of its file.");
        Must.Hold(view.GetProperty("bytes").GetInt64() == content.ToMemory().Length, "An export's size is not that of its file.");
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in content.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var e = JsonDocument.Parse(line);
            Must.Hold(e.RootElement.GetProperty("application").GetString() == tenant.Id, "An export holds another tenant's event.");
            Must.Hold(ids.Add(e.RootElement.GetProperty("sourceEventId").GetString()!), "An export holds an event twice.");
        }

        Must.Hold(view.GetProperty("rows").GetInt64() == ids.Count, "An export's rows are not those of its file.");
        var missing = expected.Where(id => !ids.Contains(id)).Take(3).ToList();
        Must.Hold(missing.Count == 0, $"An export lacks {string.Join(' ', missing)}.");
    }
}
