using System.Text.Json;
using LoginAudit.Tests.Architecture;
using LoginAudit.Tests.Hosting;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>Headers that protect browsers, and calls from pages of other origins.</summary>
public sealed class HeaderTests(AzuriteFixture azurite)
{
    private const string Portal = "https://admin.example.com";

    private static readonly Dictionary<string, string> Expected = new(StringComparer.Ordinal)
    {
        ["Cache-Control"] = "no-store",
        ["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        ["Cross-Origin-Resource-Policy"] = "same-origin",
        ["Referrer-Policy"] = "no-referrer",
        ["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains",
        ["X-Content-Type-Options"] = "nosniff",
        ["X-Frame-Options"] = "DENY",
    };

    [Fact]
    public async Task Headers_OfEveryAnswer_AreThere()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var acme = await app.CreateTenantAsync("acme");
        var answers = new[]
        {
            await acme.GetAsync("events"), await acme.GetAsync("events?limit=none"), await acme.GetAsync("events/x"), await acme.GetAsync("keys"),
            await acme.PostAsync("events", new { }), await acme.PostAsync("exports", new { }),
            await app.SendAsync(HttpMethod.Get, "/health/live", null), await app.SendAsync(HttpMethod.Get, "/v1/tenants/acme", null),
            await app.SendAsync(HttpMethod.Get, "/", null), await app.SendAsync(HttpMethod.Get, "/no/such/thing", null),
            await app.SendAsync(HttpMethod.Patch, "/v1/tenants/acme", app.OperatorKey), await app.SendAsync(HttpMethod.Options, "/v1/tenants/acme/events", null),
            await app.SendAsync(HttpMethod.Head, "/health/live", null),
        };

        foreach (var answer in answers)
        {
            foreach (var (name, value) in Expected)
            {
                Assert.True(answer.Headers.TryGetValues(name, out var found) && found.Single() == value, $"{answer.RequestMessage!.RequestUri} {name}: {found?.FirstOrDefault()}");
            }

            Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
            answer.Dispose();
        }

        Assert.Equal([200, 400, 404, 403, 400, 202, 200, 401, 404, 404, 404, 404, 200], answers.Select(answer => (int)answer.StatusCode));
    }

    /// <summary>What the Functions host answers by itself has no function's headers, only those of host.json.</summary>
    [Fact]
    public void HostJson_CustomHeaders_AreTheSame()
    {
        var host = JsonDocument.Parse(Repository.Read("host.json")).RootElement
            .GetProperty("extensions").GetProperty("http").GetProperty("customHeaders").EnumerateObject();

        // Not caching and not sharing hold for our answers only.
        Assert.Equal(
            Expected.Where(pair => pair.Key is not ("Cache-Control" or "Cross-Origin-Resource-Policy")).Select(pair => $"{pair.Key}: {pair.Value}"),
            host.Select(header => $"{header.Name}: {header.Value}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("/no/such/call")]
    [InlineData("/v1/tenants")]
    [InlineData("/v1/tenants/acme/events/a/b")]
    [InlineData("/")]
    public async Task UnknownCall_IsAProblem(string path)
    {
        await using var app = await TestApp.StartAsync(azurite);

        using var answer = await app.SendAsync(HttpMethod.Get, path, app.OperatorKey);

        Assert.Equal("There is no such call.", (await answer.ReadProblemAsync(404, "not_found")).GetProperty("title").GetString());
    }

    [Fact]
    public async Task Cors_NoOriginConfigured_IsClosed()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var acme = await app.CreateTenantAsync("acme");

        using var call = await SendAsync(app, HttpMethod.Get, Portal, acme.Key);
        using var preflight = await SendAsync(app, HttpMethod.Options, Portal);

        Assert.Equal([200, 404], [(int)call.StatusCode, (int)preflight.StatusCode]);
        Assert.DoesNotContain(call.Headers.Concat(preflight.Headers), header => header.Key.StartsWith("Access-Control", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cors_ConfiguredOrigin_MayCallAndReadHeaders()
    {
        await using var app = await TestApp.StartAsync(azurite, settings: [("Access__AllowedOrigins", $"{Portal} http://localhost:5173")]);
        var acme = await app.CreateTenantAsync("acme");

        using var preflight = await SendAsync(app, HttpMethod.Options, Portal);
        using var call = await SendAsync(app, HttpMethod.Get, Portal, acme.Key);
        using var refused = await SendAsync(app, HttpMethod.Get, Portal);

        Assert.Equal([204, 200, 401], [(int)preflight.StatusCode, (int)call.StatusCode, (int)refused.StatusCode]);
        Assert.Equal("GET, POST, PUT, DELETE", preflight.Headers.GetValues("Access-Control-Allow-Methods").Single());
        Assert.Contains("Authorization", preflight.Headers.GetValues("Access-Control-Allow-Headers").Single(), StringComparison.Ordinal);
        Assert.Equal("600", preflight.Headers.GetValues("Access-Control-Max-Age").Single());
        foreach (var answer in new[] { preflight, call, refused })
        {
            Assert.Equal(Portal, answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
            Assert.Contains("Origin", answer.Headers.Vary);
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
        }

        Assert.Contains("RateLimit", call.Headers.GetValues("Access-Control-Expose-Headers").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.example.com")]
    [InlineData("https://admin.example.com.evil.com")]
    [InlineData("https://ADMIN.example.com")]
    [InlineData("http://admin.example.com")]
    [InlineData("https://admin.example.com:8443")]
    [InlineData("null")]
    public async Task Cors_OtherOrigin_IsClosed(string origin)
    {
        await using var app = await TestApp.StartAsync(azurite, settings: [("Access__AllowedOrigins", Portal)]);

        using var preflight = await SendAsync(app, HttpMethod.Options, origin);
        using var call = await SendAsync(app, HttpMethod.Get, origin, app.OperatorKey);

        Assert.Equal(404, (int)preflight.StatusCode);
        Assert.False(call.Headers.Contains("Access-Control-Allow-Origin"));
    }

    private static async Task<HttpResponseMessage> SendAsync(TestApp app, HttpMethod method, string origin, string? key = null)
    {
        using var request = new HttpRequestMessage(method, "/v1/tenants/acme/events");
        request.Headers.TryAddWithoutValidation("Origin", origin);
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Method", "GET");
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        }

        return await app.Client.SendAsync(request);
    }
}
