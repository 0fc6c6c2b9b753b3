using LoginAudit.Tests.Hosting;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>HEAD is GET without its body.</summary>
public sealed class HeadTests(AzuriteFixture azurite)
{
    private static readonly string[] OfEachCall = ["Date", "RateLimit"];

    [Fact]
    public async Task Head_OfEveryGet_HasItsStatusAndHeadersAndNoBody()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var acme = await app.CreateTenantAsync("acme");
        var hook = await app.HookAsync("okta");
        await acme.IngestAsync([new { sourceEventId = "1", occurredAt = TimeProvider.System.GetUtcNow().AddHours(-1), eventType = "login", result = "success", loginId = "mina@example.com" }]);
        var id = (await acme.GetJsonAsync("events")).GetProperty("events")[0].GetProperty("id").GetString();
        var paths = new[]
        {
            "/health/live", "/health/ready", "/openapi/v1.json", "/portal", "/portal/", "/portal/config.json", hook, "/v1/webhooks/x", "/no/such",
            "/v1/tenants/acme", "/v1/tenants/other", "/v1/tenants/acme/keys", "/v1/tenants/acme/access", "/v1/tenants/acme/sources",
            "/v1/tenants/acme/sources/x", "/v1/tenants/acme/events?from=2026-09-01T00:00:00Z&to=2026-09-02T00:00:00Z", "/v1/tenants/acme/events?limit=0",
            $"/v1/tenants/acme/events/{id}", "/v1/tenants/acme/summary?from=2026-09-01T00:00:00Z&to=2026-09-02T00:00:00Z",
            "/v1/tenants/acme/exports", "/v1/tenants/acme/exports/x",
        };

        foreach (var path in paths)
        {
            using var get = await app.SendAsync(HttpMethod.Get, path, app.OperatorKey);
            using var head = await app.SendAsync(HttpMethod.Head, path, app.OperatorKey);

            Assert.Equal((path, get.StatusCode), (path, head.StatusCode));
            Assert.Empty(await head.Content.ReadAsByteArrayAsync());
            // Reading the trail adds to it.
            if (!path.EndsWith("/access", StringComparison.Ordinal) && head.Content.Headers.ContentLength is { } length and > 0)
            {
                Assert.Equal(get.Content.Headers.ContentLength, length);
            }

            Assert.Equal((path, NamesOf(get)), (path, NamesOf(head)));
        }
    }

    [Fact]
    public async Task Head_OfASearch_IsInTheTrailLikeIt()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var acme = await app.CreateTenantAsync("acme");

        using var get = await acme.GetAsync("events?user=mina");
        using var head = await app.SendAsync(HttpMethod.Head, "/v1/tenants/acme/events?user=mina", acme.Key);

        var searches = (await app.TrailAsync("acme", 4)).Where(entry => entry.GetProperty("action").GetString() == "search").ToList();
        Assert.Equal(2, searches.Count);
        Assert.All(searches, entry =>
        {
            Assert.Equal(200, entry.GetProperty("status").GetInt32());
            Assert.Equal("mina", entry.GetProperty("details").GetProperty("user")[0].GetString());
        });
    }

    private static string NamesOf(HttpResponseMessage answer) => string.Join(' ', answer.Headers.Concat(answer.Content.Headers)
        .Select(header => header.Key)
        .Where(name => !OfEachCall.Contains(name, StringComparer.Ordinal) && name is not ("Transfer-Encoding" or "Content-Length"))
        .Order(StringComparer.Ordinal));
}
