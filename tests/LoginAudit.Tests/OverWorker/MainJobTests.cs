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

    [Fact]
    public async Task Webhook_OfASource_IsStoredFoundAndSummedUp()
    {
        const string secret = "the-token-of-the-log-stream";
        var app = await shared.AppAsync(azurite);
        var acme = await app.CreateTenantAsync("webhook-job");
        using var made = await app.SendAsync(
            HttpMethod.Post, "/v1/tenants/webhook-job/sources", app.OperatorKey, new { name = "auth0-main", kind = "auth0", secret });
        var source = await made.Content.ReadFromJsonAsync<JsonElement>();
        var at = TimeProvider.System.GetUtcNow().AddMinutes(-1);

        using var refused = await SendAsync(app, source, "another-token", at, "1");
        using var first = await SendAsync(app, source, secret, at, "1");
        using var again = await SendAsync(app, source, secret, at, "1");
        using var failed = await SendAsync(app, source, secret, at.AddSeconds(1), "2", type: "fp");

        var events = await acme.SearchAllAsync("source=auth0-main");
        var summary = await acme.GetJsonAsync("summary");
        Assert.Equal(401, (int)refused.StatusCode);
        Assert.True(first.IsSuccessStatusCode && again.IsSuccessStatusCode && failed.IsSuccessStatusCode);
        Assert.Equal(["failure", "success"], events.Select(e => e.GetProperty("result").GetString()));
        Assert.Equal("mina@example.com", events[1].GetProperty("loginId").GetString());
        Assert.Equal(1, summary.GetProperty("total").GetProperty("failure").GetInt64());
        Assert.Equal(1, summary.GetProperty("total").GetProperty("success").GetInt64());
    }

    [Fact]
    public async Task Tenant_Deleted_IsGoneOnceItsQueueMessageIsDue()
    {
        var app = await shared.AppAsync(azurite);
        var acme = await app.CreateTenantAsync("gone-job");

        using var deleted = await app.SendAsync(HttpMethod.Delete, "/v1/tenants/gone-job", app.OperatorKey);

        Assert.Equal(202, (int)deleted.StatusCode);
        Assert.Equal(404, (int)(await acme.GetAsync("events")).StatusCode);
        while (true)
        {
            using var shown = await app.SendAsync(HttpMethod.Get, "/v1/tenants/gone-job", app.OperatorKey);
            if ((int)shown.StatusCode == 404)
            {
                return;
            }

            await Task.Delay(500);
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(
        HttpApp app, JsonElement source, string secret, DateTimeOffset at, string id, string type = "s")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, source.GetProperty("url").GetString());
        request.Headers.TryAddWithoutValidation("Authorization", secret);
        request.Content = JsonContent.Create(new[]
        {
            new { log_id = id, data = new { type, date = at.ToString("O", System.Globalization.CultureInfo.InvariantCulture), ip = "203.0.113.9", user_name = "mina@example.com" } },
        });
        return await app.Client.SendAsync(request);
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
