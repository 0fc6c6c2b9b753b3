using System.Net.Http.Json;
using System.Text.Json;
using Azure.Core;
using LoginAudit.Auth;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>A key's life: made, used, rotated, revoked, over HTTP.</summary>
public sealed class KeyTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Now = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Rotate_AKey_BothAreValidUntilTheOlderOneEnds()
    {
        var clock = new FakeTimeProvider(Now);
        await using var app = await TestApp.StartAsync(azurite, clock);
        var acme = await app.CreateTenantAsync("acme", roles: ["read", "audit"]);
        var oldId = IdOf(acme.Key);

        var rotated = await PostAsync(app, $"/v1/tenants/acme/keys/{oldId}/rotate", new { oldExpiresAt = "2026-09-01T22:00:00+09:00" }, 201);
        var next = acme with { Key = rotated.GetProperty("key").GetString()! };
        var bothBefore = await StatusesAsync(acme, next);
        clock.SetUtcNow(Now.AddHours(1));
        var bothAfter = await StatusesAsync(acme, next);
        var keys = (await app.OperatorGetAsync("/v1/tenants/acme/keys")).GetProperty("keys").EnumerateArray().ToDictionary(k => k.GetProperty("id").GetString()!);

        Assert.Equal([200, 200], bothBefore);
        Assert.Equal([401, 200], bothAfter);
        Assert.Equal(["read", "audit"], rotated.GetProperty("roles").EnumerateArray().Select(role => role.GetString()));
        Assert.False(rotated.TryGetProperty("expiresAt", out _));
        Assert.Equal(IdOf(next.Key), keys[oldId].GetProperty("replacedBy").GetString());
        Assert.Equal("2026-09-01T13:00:00.0000000Z", keys[oldId].GetProperty("expiresAt").GetString());
        Assert.False(keys[IdOf(next.Key)].TryGetProperty("replacedBy", out _));
    }

    [Fact]
    public async Task Rotate_NothingSaid_TheOlderOneEndsInADay()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");

        await PostAsync(app, $"/v1/tenants/acme/keys/{IdOf(acme.Key)}/rotate", new { }, 201);
        var old = (await app.OperatorGetAsync("/v1/tenants/acme/keys")).GetProperty("keys").EnumerateArray().Single(k => k.GetProperty("id").GetString() == IdOf(acme.Key));

        Assert.Equal("2026-09-02T12:00:00.0000000Z", old.GetProperty("expiresAt").GetString());
    }

    [Fact]
    public async Task Rotate_AKeyThatEndsSooner_DoesNotLengthenItsLife()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        await app.CreateTenantAsync("acme");
        var made = await PostAsync(app, "/v1/tenants/acme/keys", new { roles = new[] { "read" }, expiresAt = "2026-09-01T12:30:00Z", name = "portal" }, 201);
        var id = made.GetProperty("id").GetString();

        var next = await PostAsync(app, $"/v1/tenants/acme/keys/{id}/rotate", new { expiresAt = "2026-10-01T00:00:00Z" }, 201);
        var old = (await app.OperatorGetAsync("/v1/tenants/acme/keys")).GetProperty("keys").EnumerateArray().Single(k => k.GetProperty("id").GetString() == id);

        Assert.Equal("2026-09-01T12:30:00.0000000Z", old.GetProperty("expiresAt").GetString());
        Assert.Equal("2026-10-01T00:00:00.0000000Z", next.GetProperty("expiresAt").GetString());
        Assert.Equal("portal", next.GetProperty("name").GetString());
    }

    [Fact]
    public async Task Rotate_TheSameKeyManyTimesAtOnce_MakesOneThatFollowsIt()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var acme = await app.CreateTenantAsync("acme");
        var path = $"/v1/tenants/acme/keys/{IdOf(acme.Key)}/rotate";

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => app.SendAsync(HttpMethod.Post, path, app.OperatorKey, new { })));
        var statuses = answers.Select(answer => (int)answer.StatusCode).Order().ToList();
        var keys = (await app.OperatorGetAsync("/v1/tenants/acme/keys")).GetProperty("keys").GetArrayLength();

        Assert.Equal([201, .. Enumerable.Repeat(409, 7)], statuses);
        Assert.Equal(2, keys);
    }

    [Theory]
    [InlineData("{\"oldExpiresAt\":\"2026-09-01T12:00:00Z\"}", "oldExpiresAt", "got '2026-09-01T12:00:00.0000000Z'; takes a time in the future")]
    [InlineData("{\"expiresAt\":\"2020-01-01T00:00:00Z\"}", "expiresAt", "got '2020-01-01T00:00:00.0000000Z'; takes a time in the future")]
    [InlineData("{\"expiresAt\":\"2020-01-01T00:00:00\"}", "expiresAt", "an offset")]
    [InlineData("{\"roles\":[\"read\"]}", "roles", "got 'roles'; takes only expiresAt, oldExpiresAt")]
    public async Task Rotate_BadBody_NamesTheField(string body, string field, string says)
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");

        using var answer = await app.SendAsync(HttpMethod.Post, $"/v1/tenants/acme/keys/{IdOf(acme.Key)}/rotate", app.OperatorKey, JsonElement.Parse(body));

        (await answer.ReadProblemAsync(400, "invalid_request")).AssertError(field, says);
    }

    [Fact]
    public async Task Rotate_KeyThatIsGoneEndedOrNone_IsRefused()
    {
        var clock = new FakeTimeProvider(Now);
        await using var app = await TestApp.StartAsync(azurite, clock);
        await app.CreateTenantAsync("acme");
        var made = await PostAsync(app, "/v1/tenants/acme/keys", new { roles = new[] { "read" }, expiresAt = "2026-09-01T12:30:00Z" }, 201);
        clock.SetUtcNow(Now.AddHours(1));

        using var ended = await app.SendAsync(HttpMethod.Post, $"/v1/tenants/acme/keys/{made.GetProperty("id")}/rotate", app.OperatorKey, new { });
        using var none = await app.SendAsync(HttpMethod.Post, "/v1/tenants/acme/keys/0000000000/rotate", app.OperatorKey, new { });
        using var notAnId = await app.SendAsync(HttpMethod.Post, "/v1/tenants/acme/keys/tenant/rotate", app.OperatorKey, new { });

        await ended.ReadProblemAsync(409, "conflict");
        await none.ReadProblemAsync(404, "not_found");
        await notAnId.ReadProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task CreateAndRotate_AnswerOfStorageIsLost_ShowTheKeyThatWorks()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var acme = await app.CreateTenantAsync("acme");

        LoseNextAnswer(app, "Tenants");
        var made = await PostAsync(app, "/v1/tenants/acme/keys", new { roles = new[] { "read" } }, 201);
        LoseNextAnswer(app, "$batch");
        var rotated = await PostAsync(app, $"/v1/tenants/acme/keys/{made.GetProperty("id").GetString()}/rotate", new { }, 201);

        Assert.Equal(
            [200, 200],
            await StatusesAsync(acme with { Key = made.GetProperty("key").GetString()! }, acme with { Key = rotated.GetProperty("key").GetString()! }));
        Assert.Equal(3, (await app.OperatorGetAsync("/v1/tenants/acme/keys")).GetProperty("keys").GetArrayLength());
    }

    [Fact]
    public async Task OperatorKeys_MadeByAnOperator_WorkUntilTheyAreRevoked()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var acme = await app.CreateTenantAsync("acme");

        var made = await PostAsync(app, "/v1/tenants/operator/keys", new { roles = new[] { "operator" }, name = "deployments" }, 201);
        var second = made.GetProperty("key").GetString()!;
        using var used = await app.SendAsync(HttpMethod.Put, "/v1/tenants/zeta", second, new { displayName = "Zeta" });
        var listed = (await app.OperatorGetAsync("/v1/tenants/operator/keys")).GetProperty("keys");
        using var revoked = await app.SendAsync(HttpMethod.Delete, $"/v1/tenants/operator/keys/{IdOf(second)}", app.OperatorKey);
        using var after = await app.SendAsync(HttpMethod.Get, "/v1/tenants/zeta", second);
        using var byATenant = await app.SendAsync(HttpMethod.Get, "/v1/tenants/operator/keys", acme.Key);
        using var otherRole = await app.SendAsync(HttpMethod.Post, "/v1/tenants/operator/keys", app.OperatorKey, new { roles = new[] { "read" } });
        using var asATenant = await app.SendAsync(HttpMethod.Get, "/v1/tenants/operator/events", app.OperatorKey);

        Assert.StartsWith("la_operator_", second, StringComparison.Ordinal);
        Assert.Equal([201, 204], [(int)used.StatusCode, (int)revoked.StatusCode]);
        Assert.Equal("deployments", Assert.Single(listed.EnumerateArray()).GetProperty("name").GetString());
        await after.ReadProblemAsync(401, "unauthenticated");
        await byATenant.ReadProblemAsync(404, "not_found");
        (await otherRole.ReadProblemAsync(400, "invalid_request")).AssertError("roles", "got 'read'; takes one or more of operator");
        await asATenant.ReadProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task LastUse_OfManyCalls_IsWrittenOnceAnHour()
    {
        var clock = new FakeTimeProvider(Now);
        await using var app = await TestApp.StartAsync(azurite, clock);
        var acme = await app.CreateTenantAsync("acme");
        var merge = $"PATCH {app.Account}/Tenants(PartitionKey='acme',RowKey='key_{IdOf(acme.Key)}')";

        await StatusesAsync(acme);
        await UntilLastUsedAsync(app, "2026-09-01T12:00:00.0000000Z");
        app.Requests.Clear();
        clock.SetUtcNow(Now.AddMinutes(60).AddTicks(-1));
        for (var i = 0; i < 20; i++)
        {
            await StatusesAsync(acme);
        }

        var withinTheHour = app.Requests.Sent.Count(sent => sent == merge);
        clock.SetUtcNow(Now.AddMinutes(60));
        await StatusesAsync(acme);
        await UntilLastUsedAsync(app, "2026-09-01T13:00:00.0000000Z");

        Assert.Equal(0, withinTheHour);
        Assert.Equal(1, app.Requests.Sent.Count(sent => sent == merge));
    }

    [Fact]
    public async Task LastUse_OfAKeyThatIsRevokedMeanwhile_DoesNotBringItBack()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var acme = await app.CreateTenantAsync("acme");
        using var held = new ManualResetEventSlim();
        app.Requests.BeforeSend = message =>
        {
            if (message.Request.Method == Azure.Core.RequestMethod.Patch)
            {
                held.Wait();
            }
        };

        var answered = await StatusesAsync(acme);
        using var revoked = await app.SendAsync(HttpMethod.Delete, $"/v1/tenants/acme/keys/{IdOf(acme.Key)}", app.OperatorKey);
        held.Set();
        await app.StopAsync();
        await using var again = await TestApp.StartAsync(azurite, connectionString: app.ConnectionString);
        using var after = await again.SendAsync(HttpMethod.Get, "/v1/tenants/acme/events", acme.Key);

        Assert.Equal([200], answered);
        Assert.Equal(204, (int)revoked.StatusCode);
        await after.ReadProblemAsync(401, "unauthenticated");
    }

    [Fact]
    public async Task Revoke_AnswerOfStorageIsLost_IsRevokedOnce()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var acme = await app.CreateTenantAsync("acme");
        var path = $"/v1/tenants/acme/keys/{IdOf(acme.Key)}";

        LoseNextAnswer(app, "')", RequestMethod.Delete);
        using var revoked = await app.SendAsync(HttpMethod.Delete, path, app.OperatorKey);
        using var again = await app.SendAsync(HttpMethod.Delete, path, app.OperatorKey);

        Assert.Equal(204, (int)revoked.StatusCode);
        await again.ReadProblemAsync(404, "not_found");
    }

    private static void LoseNextAnswer(TestApp app, string path, RequestMethod? method = null)
    {
        var lost = false;
        app.Requests.AfterAnswer = message =>
        {
            if (!lost && message.Request.Method == (method ?? RequestMethod.Post) && message.Request.Uri.Path.EndsWith(path, StringComparison.Ordinal))
            {
                lost = true;
                throw new IOException("The connection broke before the answer.");
            }
        };
    }

    private static string IdOf(string key) => ApiKey.TryParse(key, out var parsed) ? parsed.Id : throw new ArgumentException("No key.", nameof(key));

    private static async Task<List<int>> StatusesAsync(params TestTenant[] tenants)
    {
        var statuses = new List<int>();
        foreach (var tenant in tenants)
        {
            using var answer = await tenant.GetAsync("events");
            statuses.Add((int)answer.StatusCode);
        }

        return statuses;
    }

    private static async Task UntilLastUsedAsync(TestApp app, string at)
    {
        for (var i = 0; i < 600; i++)
        {
            var key = (await app.OperatorGetAsync("/v1/tenants/acme/keys")).GetProperty("keys")[0];
            if (key.TryGetProperty("lastUsedAt", out var used) && used.GetString() == at)
            {
                return;
            }

            await Task.Delay(50);
        }

        Assert.Fail($"The last use is not {at}.");
    }

    private static async Task<JsonElement> PostAsync(TestApp app, string path, object body, int status)
    {
        using var answer = await app.SendAsync(HttpMethod.Post, path, app.OperatorKey, body);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True((int)answer.StatusCode == status, json.ToString());
        return json;
    }
}
