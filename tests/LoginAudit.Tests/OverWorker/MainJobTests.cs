using System.Net.Http.Json;
using System.Text.Json;
using LoginAudit.Tests.Hosting;

namespace LoginAudit.Tests.OverWorker;

/// <summary>The main jobs, whole, in the worker process with its queues.</summary>
public sealed class MainJobTests(SharedWorkerApp shared, AzuriteFixture azurite)
{
    [Fact]
    public async Task Event_PostedSearchedExportedDownloaded_IsTheSame()
    {
        var app = await shared.AppAsync(azurite);
        var acme = await app.CreateTenantAsync("main-job");
        var occurredAt = TimeProvider.System.GetUtcNow().AddMinutes(-5).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

        var counts = await acme.IngestAsync([new { sourceEventId = "1", occurredAt, eventType = "login", result = "success", loginId = "mina@example.com", ip = "203.0.113.9" }]);
        var found = Assert.Single(await acme.SearchAllAsync("user=mina@example.com"));
        using var requested = await acme.PostAsync("exports", new { format = "ndjson" });
        var job = await requested.Content.ReadFromJsonAsync<JsonElement>();
        var ready = await WaitUntilReadyAsync(acme, job.GetProperty("id").GetString()!);
        using var linked = await acme.PostAsync($"exports/{job.GetProperty("id")}/link", new { });
        var link = await linked.Content.ReadFromJsonAsync<JsonElement>();
        var file = await app.Client.GetStringAsync(new Uri(link.GetProperty("url").GetString()!));

        Assert.Equal((1, 0), counts);
        Assert.Equal(1, ready.GetProperty("rows").GetInt64());
        Assert.Equal(found.GetRawText() + "\n", file);
    }

    private static async Task<JsonElement> WaitUntilReadyAsync(TestTenant tenant, string id)
    {
        while (true)
        {
            using var answer = await tenant.GetAsync($"exports/{id}");
            var job = await answer.Content.ReadFromJsonAsync<JsonElement>();
            if (job.GetProperty("state").GetString() is not ("queued" or "running"))
            {
                Assert.Equal("ready", job.GetProperty("state").GetString());
                return job;
            }

            await Task.Delay(100);
        }
    }
}
