using System.Net.Http.Json;
using System.Text.Json;
using LoginAudit.Auth;
using LoginAudit.Tests.Hosting;
using LoginAudit.Tests.OpenApi;
using Microsoft.Extensions.Time.Testing;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>Who may call what, on every path and method of the API's document.</summary>
public sealed class AccessTests(BadInputApp shared, AzuriteFixture azurite) : IClassFixture<BadInputApp>
{
    private static readonly DateTimeOffset Now = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>What may be called without a key; nothing else is, whatever its function declares.</summary>
    private static readonly string[] OpenPaths = ["/health/", "/openapi/", "/portal", "/v1/webhooks/"];

    private static readonly Lazy<Task<IReadOnlyList<ApiOperation>>> Operations =
        new(async () => ApiOperation.AllOf(await ApiOperation.ServedDocumentAsync()));

    public static async Task<TheoryData<string, string>> GuardedCallsAsync() =>
        [.. (await Operations.Value).Where(operation => operation.Role is not null).Select(operation => (operation.Method, operation.Path))];

    [Fact]
    public async Task Calls_OfTheDocument_AreGuardedOrKnownToBeOpen()
    {
        var open = (await Operations.Value).Where(operation => operation.Role is null).Select(operation => operation.Path);

        Assert.All(open, path => Assert.Contains(OpenPaths, known => path.StartsWith(known, StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(GuardedCallsAsync))]
    public async Task Call_WithoutAValidKey_IsUnauthenticated(string method, string path)
    {
        var tenant = await shared.NewTenantAsync();
        var key = tenant.Key;
        var parts = key.Split('_', 4);
        string?[] headers =
        [
            null, "", "Bearer", "Bearer ", $"Basic {key}", key, $"Bearer{key}", "Bearer la", "Bearer la_", "Bearer la___", $"Bearer {key}x",
            $"Bearer {key[..^1]}", $"Bearer {key[..^1]}{(key[^1] == 'A' ? 'E' : 'A')}", $"Bearer la_{parts[1]}_{parts[2]}_",
            $"Bearer la_{parts[1]}_0000000000_{parts[3]}", $"Bearer la_{parts[1]}_'_{parts[3]}", $"Bearer la_nobody_{parts[2]}_{parts[3]}",
            $"Bearer la_operator_{parts[2]}_{parts[3]}", $"Bearer la_'{parts[1]}_{parts[2]}_{parts[3]}", $"Bearer {key.ToUpperInvariant()}",
            $"Bearer {key} {key}", $"Bearer {key}, Bearer {key}", "Bearer " + new string('a', 10_000), $"Bearer lb{key[2..]}",
            "Bearer a.b.c", "Bearer ..", "Bearer eyJhbGciOiJub25lIn0.e30.", $"Bearer {shared.App.OperatorKey}x", $"Bearer {shared.App.OperatorKey[..^1]}",
        ];

        foreach (var header in headers)
        {
            using var answer = await SendAsync(shared.App, method, ApiOperation.PathOf(path, tenant.Id), header);

            await answer.ReadProblemAsync(401, "unauthenticated");
            Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
        }

        Assert.Empty((await tenant.GetJsonAsync("exports")).GetProperty("exports").EnumerateArray());
    }

    [Theory]
    [MemberData(nameof(GuardedCallsAsync))]
    public async Task Call_WithTheKeyOfAnotherTenant_IsAsIfTheTenantWereNotThere(string method, string path)
    {
        var tenant = await shared.NewTenantAsync();
        var other = await shared.NewTenantAsync();

        using var foreign = await SendAsync(shared.App, method, ApiOperation.PathOf(path, tenant.Id), $"Bearer {other.Key}");
        using var missing = await SendAsync(shared.App, method, ApiOperation.PathOf(path, "no-such-tenant"), $"Bearer {other.Key}");

        await foreign.ReadProblemAsync(404, "not_found");
        await missing.ReadProblemAsync(404, "not_found");
        Assert.Equal(await missing.Content.ReadAsStringAsync(), await foreign.Content.ReadAsStringAsync());
        Assert.Equal(missing.Headers.Select(h => h.Key), foreign.Headers.Select(h => h.Key));
    }

    [Theory]
    [MemberData(nameof(GuardedCallsAsync))]
    public async Task Call_WithAKeyOfEachRole_NeedsItsRole(string method, string path)
    {
        var needed = (await Operations.Value).Single(operation => operation.Method == method && operation.Path == path).Role;
        foreach (var role in new[] { "ingest", "read", "export", "audit" })
        {
            var tenant = await shared.App.CreateTenantAsync(shared.NewTenantId(), roles: role);

            using var answer = await SendAsync(shared.App, method, ApiOperation.PathOf(path, tenant.Id), $"Bearer {tenant.Key}");

            if (role == needed)
            {
                Assert.NotInRange((int)answer.StatusCode, 401, 403);
                Assert.InRange((int)answer.StatusCode, 200, 499);
            }
            else
            {
                var problem = await answer.ReadProblemAsync(403, "forbidden");
                Assert.Equal($"The call needs the role {needed}.", problem.GetProperty("title").GetString());
            }
        }
    }

    [Theory]
    [MemberData(nameof(GuardedCallsAsync))]
    public async Task Call_OfTheOperatorOnATenantThatIsNotThere_IsNotFound(string method, string path)
    {
        if ((method, path) == ("PUT", "/v1/tenants/{tenant}"))
        {
            return; // It makes the tenant.
        }

        using var answer = await SendAsync(shared.App, method, ApiOperation.PathOf(path, "no-such-tenant"), $"Bearer {shared.App.OperatorKey}");

        await answer.ReadProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task Call_RevokedKey_IsRefusedAtOnce()
    {
        var tenant = await shared.NewTenantAsync();
        using var before = await tenant.GetAsync("events");
        using var revoked = await shared.App.SendAsync(
            HttpMethod.Delete, $"/v1/tenants/{tenant.Id}/keys/{tenant.Key.Split('_')[2]}", shared.App.OperatorKey);

        using var after = await tenant.GetAsync("events");
        using var again = await shared.App.SendAsync(
            HttpMethod.Delete, $"/v1/tenants/{tenant.Id}/keys/{tenant.Key.Split('_')[2]}", shared.App.OperatorKey);

        Assert.Equal([200, 204], [(int)before.StatusCode, (int)revoked.StatusCode]);
        await after.ReadProblemAsync(401, "unauthenticated");
        await again.ReadProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task Call_ExpiringKey_IsRefusedFromItsExpiryOn()
    {
        var clock = new FakeTimeProvider(Now);
        await using var app = await TestApp.StartAsync(azurite, clock);
        var acme = await app.CreateTenantAsync("acme");
        using var created = await app.SendAsync(
            HttpMethod.Post, "/v1/tenants/acme/keys", app.OperatorKey, new { roles = new[] { "read" }, expiresAt = "2026-09-01T22:00:00+09:00" });
        var key = (await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString();

        clock.SetUtcNow(Now.AddHours(1).AddTicks(-1));
        using var before = await app.SendAsync(HttpMethod.Get, "/v1/tenants/acme/events", key);
        clock.SetUtcNow(Now.AddHours(1));
        using var at = await app.SendAsync(HttpMethod.Get, "/v1/tenants/acme/events", key);
        using var unexpiring = await acme.GetAsync("events");

        Assert.Equal(200, (int)before.StatusCode);
        await at.ReadProblemAsync(401, "unauthenticated");
        Assert.Equal(200, (int)unexpiring.StatusCode);
    }

    [Fact]
    public async Task Call_NoOperatorConfigured_RefusesEveryOperator()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now), settings: [("Access__OperatorKeyHash", "")]);

        foreach (var key in new[] { app.OperatorKey, ApiKey.Create("operator").ToString(), "la_operator_0000000000_" })
        {
            foreach (var (method, path) in (await GuardedCallsAsync()).Select(row => row.Data))
            {
                using var answer = await SendAsync(app, method, ApiOperation.PathOf(path, "acme"), $"Bearer {key}");
                await answer.ReadProblemAsync(401, "unauthenticated");
            }
        }
    }

    [Fact]
    public async Task Keys_AnyAnswerButTheFirst_HoldsNoSecret()
    {
        var tenant = await shared.NewTenantAsync();
        var secret = tenant.Key.Split('_', 4)[3];
        Assert.True(ApiKey.TryParse(tenant.Key, out var key));

        using var list = await shared.App.SendAsync(HttpMethod.Get, $"/v1/tenants/{tenant.Id}/keys", shared.App.OperatorKey);
        using var shown = await shared.App.SendAsync(HttpMethod.Get, $"/v1/tenants/{tenant.Id}", shared.App.OperatorKey);
        var listed = await list.ReadOkAsync();
        var texts = listed + (await shown.ReadOkAsync()).ToString();

        var item = Assert.Single(listed.GetProperty("keys").EnumerateArray());
        Assert.Equal(["createdAt", "id", "roles"], item.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(secret, texts, StringComparison.Ordinal);
        Assert.DoesNotContain(key.Hash(), texts, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("health/live")]
    [InlineData("health/ready")]
    [InlineData("openapi/v1.json")]
    public async Task OpenCall_WithoutAKey_Answers(string path)
    {
        using var answer = await SendAsync(shared.App, "GET", "/" + path, header: null);

        Assert.Equal(200, (int)answer.StatusCode);
    }

    internal static async Task<HttpResponseMessage> SendAsync(TestApp app, string method, string path, string? header)
    {
        // As it is: HttpClient would turn %2e%2e into a walk up the path by itself.
        var uri = new Uri(app.Client.BaseAddress!.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(method), uri);
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", header);
        }

        return await app.Client.SendAsync(request);
    }
}
