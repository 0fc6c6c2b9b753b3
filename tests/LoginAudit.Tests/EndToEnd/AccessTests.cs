using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using LoginAudit.Access;
using LoginAudit.LocalHost;
using LoginAudit.Tests.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Time.Testing;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>Who may call what, on every route that the function classes have.</summary>
public sealed partial class AccessTests(BadInputApp shared, AzuriteFixture azurite) : IClassFixture<BadInputApp>
{
    private static readonly string[] OpenRoutes = ["health/", "openapi/", "portal/", "v1/webhooks/", "{*path}"];

    private static readonly DateTimeOffset Now = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, string> GuardedRoutes() => [.. Functions.With<HttpTriggerAttribute>()
        .Where(function => !OpenRoutes.Any(open => function.Trigger.Route!.StartsWith(open, StringComparison.Ordinal)))
        .SelectMany(function => function.Trigger.Methods!.Select(method => (method.ToUpperInvariant(), function.Trigger.Route!)))];

    [Theory]
    [MemberData(nameof(GuardedRoutes))]
    public async Task Call_WithoutAValidKey_IsUnauthenticated(string method, string route)
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
            using var answer = await SendAsync(shared.App, method, Path(route, tenant.Id), header);

            await answer.ReadProblemAsync(401, "unauthenticated");
            Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
        }

        Assert.Empty((await tenant.GetJsonAsync("exports")).GetProperty("exports").EnumerateArray());
    }

    [Theory]
    [MemberData(nameof(GuardedRoutes))]
    public async Task Call_WithTheKeyOfAnotherTenant_IsAsIfTheTenantWereNotThere(string method, string route)
    {
        var tenant = await shared.NewTenantAsync();
        var other = await shared.NewTenantAsync();

        using var foreign = await SendAsync(shared.App, method, Path(route, tenant.Id), $"Bearer {other.Key}");
        using var missing = await SendAsync(shared.App, method, Path(route, "no-such-tenant"), $"Bearer {other.Key}");

        await foreign.ReadProblemAsync(404, "not_found");
        await missing.ReadProblemAsync(404, "not_found");
        Assert.Equal(await missing.Content.ReadAsStringAsync(), await foreign.Content.ReadAsStringAsync());
        Assert.Equal(missing.Headers.Select(h => h.Key), foreign.Headers.Select(h => h.Key));
    }

    [Theory]
    [MemberData(nameof(GuardedRoutes))]
    public async Task Call_WithAKeyOfEachRole_NeedsItsRole(string method, string route)
    {
        var needed = RoleOf(method, route);
        foreach (var role in new[] { "ingest", "read", "export", "audit" })
        {
            var tenant = await shared.App.CreateTenantAsync(shared.NewTenantId(), roles: role);

            using var answer = await SendAsync(shared.App, method, Path(route, tenant.Id), $"Bearer {tenant.Key}");

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
    [MemberData(nameof(GuardedRoutes))]
    public async Task Call_OfTheOperatorOnATenantThatIsNotThere_IsNotFound(string method, string route)
    {
        if ((method, route) == ("PUT", "v1/tenants/{tenant}"))
        {
            return; // It makes the tenant.
        }

        using var answer = await SendAsync(shared.App, method, Path(route, "no-such-tenant"), $"Bearer {shared.App.OperatorKey}");

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
            foreach (var (method, route) in GuardedRoutes().Select(row => row.Data))
            {
                using var answer = await SendAsync(app, method, Path(route, "acme"), $"Bearer {key}");
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
    public async Task Health_WithoutAKey_Answers(string path)
    {
        using var answer = await SendAsync(shared.App, "GET", "/" + path, header: null);

        Assert.Equal(200, (int)answer.StatusCode);
    }

    internal static string Path(string route, string tenant) =>
        "/" + RouteParameter().Replace(route.Replace("{tenant}", tenant, StringComparison.Ordinal), "x");

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

    /// <summary>A route without a role here fails the test: say which it needs.</summary>
    private static string RoleOf(string method, string route) => (method, route) switch
    {
        ("POST", "v1/tenants/{tenant}/events") => "ingest",
        ("GET", "v1/tenants/{tenant}/events" or "v1/tenants/{tenant}/events/{eventId}" or "v1/tenants/{tenant}/summary") => "read",
        (_, "v1/tenants/{tenant}" or "v1/tenants/{tenant}/keys" or "v1/tenants/{tenant}/keys/{keyId}") => "operator",
        (_, "v1/tenants/{tenant}/keys/{keyId}/rotate") => "operator",
        (_, "v1/tenants/{tenant}/access") => "audit",
        _ when route.StartsWith("v1/tenants/{tenant}/sources", StringComparison.Ordinal) => "operator",
        _ when route.StartsWith("v1/tenants/{tenant}/exports", StringComparison.Ordinal) => "export",
        _ => throw new ArgumentException($"Which role does {method} {route} need?", nameof(route)),
    };

    [GeneratedRegex(@"\{[^}]+\}", RegexOptions.CultureInvariant)]
    private static partial Regex RouteParameter();
}
