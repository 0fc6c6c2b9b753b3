using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using LoginAudit.Tests.Hosting;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>Export jobs asked for twice, by the wrong caller, by a wrong id or too early.</summary>
public sealed class ExportJobBadInputTests(BadInputApp shared) : IClassFixture<BadInputApp>
{
    [Fact]
    public async Task RequestExport_SameIdempotencyKey_IsOneJob()
    {
        var tenant = await shared.NewTenantAsync();

        using var first = await PostAsync(tenant, """{"format":"ndjson"}""", "key-1");
        using var again = await PostAsync(tenant, """{ "format" : "ndjson" }""", "key-1");
        using var other = await PostAsync(tenant, """{"format":"csv"}""", "key-1");
        var problem = await other.ReadProblemAsync(409, "idempotency_key_reused");
        var jobs = (await tenant.GetJsonAsync("exports")).GetProperty("exports");
        using var fresh = await PostAsync(tenant, """{"format":"csv"}""", "key-2");

        Assert.Equal([202, 202, 202], [(int)first.StatusCode, (int)again.StatusCode, (int)fresh.StatusCode]);
        Assert.Equal(await IdOfAsync(first), await IdOfAsync(again));
        Assert.Equal(first.Headers.Location, again.Headers.Location);
        Assert.Equal(await IdOfAsync(first), Assert.Single(jobs.EnumerateArray()).GetProperty("id").GetString());
        Assert.NotEqual(await IdOfAsync(first), await IdOfAsync(fresh));
        Assert.Contains("Idempotency-Key", problem.GetProperty("title").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RequestExport_SameIdempotencyKeyOfAnotherTenant_IsAnotherJob()
    {
        var tenant = await shared.NewTenantAsync();
        var other = await shared.NewTenantAsync();

        using var own = await PostAsync(tenant, """{"format":"ndjson"}""", "key-1");
        using var foreign = await PostAsync(other, """{"format":"csv"}""", "key-1");

        Assert.Equal(202, (int)foreign.StatusCode);
        Assert.NotEqual(await IdOfAsync(own), await IdOfAsync(foreign));
    }

    [Fact]
    public async Task Export_OfAnotherTenant_IsNotFoundAndStays()
    {
        var tenant = await shared.NewTenantAsync();
        var other = await shared.NewTenantAsync();
        using var requested = await PostAsync(tenant, "{}");
        var id = await IdOfAsync(requested);

        using var shown = await other.GetAsync($"exports/{id}");
        using var linked = await other.PostAsync($"exports/{id}/link", new { });
        using var deleted = await shared.App.SendAsync(HttpMethod.Delete, $"/v1/tenants/{other.Id}/exports/{id}", other.Key);
        using var throughPath = await shared.App.SendAsync(HttpMethod.Delete, $"/v1/tenants/{tenant.Id}/exports/{id}", other.Key);

        await shown.ReadProblemAsync(404, "not_found");
        await linked.ReadProblemAsync(404, "not_found");
        await deleted.ReadProblemAsync(404, "not_found");
        await throughPath.ReadProblemAsync(404, "not_found");
        Assert.Equal("queued", (await tenant.GetJsonAsync($"exports/{id}")).GetProperty("state").GetString());
    }

    [Theory]
    [InlineData("x")]
    [InlineData("'%20or%20'")]
    [InlineData("000000000000000000000000")]
    [InlineData("00000000000000000000000G")]
    [InlineData("0000000000000000000000000")]
    [InlineData("%F0%9F%98%80")]
    [InlineData("..%2F..%2Fkeys")]
    [InlineData("idem_aaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Export_MalformedId_IsNotFound(string id)
    {
        var tenant = await shared.NewTenantAsync();

        using var shown = await tenant.GetAsync($"exports/{id}");
        using var linked = await tenant.PostAsync($"exports/{id}/link", new { });
        using var deleted = await shared.App.SendAsync(HttpMethod.Delete, $"/v1/tenants/{tenant.Id}/exports/{id}", tenant.Key);

        await shown.ReadProblemAsync(404, "not_found");
        await linked.ReadProblemAsync(404, "not_found");
        await deleted.ReadProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task Link_OfAQueuedThenACancelledJob_IsRefused()
    {
        var tenant = await shared.NewTenantAsync();
        using var requested = await PostAsync(tenant, "{}");
        var id = await IdOfAsync(requested);

        using var queued = await tenant.PostAsync($"exports/{id}/link", new { });
        using var cancelled = await shared.App.SendAsync(HttpMethod.Delete, $"/v1/tenants/{tenant.Id}/exports/{id}", tenant.Key);
        using var after = await tenant.PostAsync($"exports/{id}/link", new { });

        await queued.ReadProblemAsync(409, "not_ready");
        Assert.Equal(204, (int)cancelled.StatusCode);
        await after.ReadProblemAsync(404, "not_found");
    }

    [Theory]
    [InlineData("foo=1", "foo", "got 'foo'", "takes only state, format, requestedBy, cursor, limit")]
    [InlineData("Limit=1", "Limit", "got 'Limit'", "takes only state, format, requestedBy, cursor, limit")]
    [InlineData("limit=0", "limit", "got '0'", "takes a whole number from 1 to 200")]
    [InlineData("limit=201", "limit", "got '201'", "takes a whole number from 1 to 200")]
    [InlineData("limit=x", "limit", "got 'x'", "takes a whole number from 1 to 200")]
    [InlineData("limit=", "limit", "got ''", "takes a whole number from 1 to 200")]
    [InlineData("limit=1&limit=2", "limit", "got '2 values'", "takes one value")]
    [InlineData("cursor=x", "cursor", "got 'x'", "takes a nextCursor of this list")]
    [InlineData("cursor=", "cursor", "got ''", "takes a nextCursor of this list")]
    [InlineData("cursor=%27%20or%20%27", "cursor", "got '' or ''", "takes a nextCursor of this list")]
    [InlineData("cursor=000000000000000000000000&cursor=x", "cursor", "got '2 values'", "takes one value")]
    [InlineData("state=done", "state", "got 'done'", "takes one of queued, running, ready, failed, cancelled, expired")]
    [InlineData("format=xlsx,csv", "format", "got 'xlsx'", "takes one of csv, ndjson, ocsf, parquet")]
    public async Task ListExports_BadParameter_IsNamed(string query, string field, string got, string takes)
    {
        var tenant = await shared.NewTenantAsync();

        using var answer = await tenant.GetAsync("exports?" + query);

        (await answer.ReadProblemAsync(400, "invalid_request")).AssertError(field, got, takes);
    }

    private static async Task<string> IdOfAsync(HttpResponseMessage answer) =>
        JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("id").GetString()!;

    private static async Task<HttpResponseMessage> PostAsync(TestTenant tenant, string body, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/tenants/{tenant.Id}/exports");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tenant.Key);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return await tenant.App.Client.SendAsync(request);
    }
}
