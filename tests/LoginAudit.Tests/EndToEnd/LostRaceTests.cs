using System.Net.Http.Json;
using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.Data.Tables;
using LoginAudit.Tests.Hosting;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>Changes of a row that somebody else changes each time first.</summary>
public sealed class LostRaceTests(AzuriteFixture azurite)
{
    [Theory]
    [InlineData("Tenants", "PUT", "/v1/tenants/acme")]
    [InlineData("Tenants", "DELETE", "/v1/tenants/acme")]
    [InlineData("Tenants", "POST", "/v1/tenants/acme/keys/{key}/rotate")]
    [InlineData("Webhooks", "POST", "/v1/tenants/acme/sources/{source}/rotate")]
    [InlineData("ExportJobs", "DELETE", "/v1/tenants/acme/exports/{export}")]
    public async Task Change_ThatLosesEachTime_IsGivenUp(string table, string method, string path)
    {
        await using var app = await TestApp.StartAsync(azurite);
        var acme = await app.CreateTenantAsync("acme");
        using var key = await app.SendAsync(
            HttpMethod.Post, "/v1/tenants/acme/keys", app.OperatorKey, new { roles = new[] { "read" } });
        using var source = await app.SendAsync(
            HttpMethod.Post, "/v1/tenants/acme/sources", app.OperatorKey, new { name = "okta-main", kind = "okta" });
        using var export = await acme.PostAsync("exports", new { format = "csv" });
        path = path.Replace("{key}", await IdAsync(key), StringComparison.Ordinal)
            .Replace("{source}", await IdAsync(source), StringComparison.Ordinal)
            .Replace("{export}", await IdAsync(export), StringComparison.Ordinal);
        await app.StopTrailAsync();
        var rows = new TableClient(app.ConnectionString, table);
        var lost = 0;
        app.Requests.BeforeSend = message =>
        {
            if (IsChange(message.Request, table))
            {
                lost++;
                foreach (var row in rows.Query<TableEntity>(select: ["PartitionKey", "RowKey"]).ToList())
                {
                    rows.UpdateEntity(new TableEntity(row.PartitionKey, row.RowKey) { ["Touched"] = lost }, ETag.All);
                }
            }
        };

        using var answer = await app.SendAsync(
            new HttpMethod(method), path, table == "ExportJobs" ? acme.Key : app.OperatorKey, new { });

        await answer.ReadProblemAsync(503, "storage_unavailable");
        Assert.Equal(16, lost);
    }

    private static async Task<string> IdAsync(HttpResponseMessage made) =>
        (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;

    private static bool IsChange(Request request, string table) =>
        (request.Uri.Path.Contains($"/{table}(", StringComparison.Ordinal) && request.Headers.Contains("If-Match"))
        || (table == "Tenants" && request.Uri.Path.EndsWith("/$batch", StringComparison.Ordinal));
}
