using System.Net.Http.Headers;
using System.Text;
using Azure.Data.Tables;
using LoginAudit.Tests.OpenApi;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>Tenants in the path, and the operator's bodies.</summary>
public sealed class AccessBadInputTests(BadInputApp shared) : IClassFixture<BadInputApp>
{
    private const string TenantTakes = "takes 2 to 63 of a-z, 0-9 and -, starting with a letter or digit";
    private const string RolesTake = "takes one or more of ingest, read, export, audit";

    public static Task<TheoryData<string, string>> CallsAsync() => AccessTests.GuardedCallsAsync();

    [Theory]
    [MemberData(nameof(CallsAsync))]
    public async Task Call_TenantThatIsNone_IsNamed(string method, string path)
    {
        string[] tenants =
        [
            "ac%2Fme", "ac%5Cme", "ac%23me", "ac%3Fme", "ac%2523", "A", "a", "ACME", "-acme", "acme_1", "acme.", "ac%20me", "acme%0A", "acme%0D%0A",
            "'%20or%20'", "ac%C3%A9", "%F0%9F%98%80", "%FF", "acme*", "acme;x", "a+b", new string('a', 64), new string('a', 3000),
        ];

        foreach (var tenant in tenants)
        {
            using var answer = await AccessTests.SendAsync(shared.App, method, ApiOperation.PathOf(path, tenant), $"Bearer {shared.App.OperatorKey}");

            (await answer.ReadProblemAsync(400, "invalid_request")).AssertError("tenant", "got '", TenantTakes);
        }

        await AssertNoSuchTenantsAsync();
    }

    /// <summary>The server itself takes these for a walk up the path, for no path, or for no request.</summary>
    [Theory]
    [MemberData(nameof(CallsAsync))]
    public async Task Call_TenantThatIsAWalkOrNothing_IsNotFoundOrRefused(string method, string path)
    {
        foreach (var tenant in new[] { "..", "%2e%2e", "%2E.", ".", "%2e", "../..", "", "acme/../..", "acme%00" })
        {
            using var answer = await AccessTests.SendAsync(shared.App, method, ApiOperation.PathOf(path, tenant), $"Bearer {shared.App.OperatorKey}");

            Assert.InRange((int)answer.StatusCode, 400, 405);
        }

        await AssertNoSuchTenantsAsync();
    }

    [Fact]
    public async Task PutTenant_ReservedName_IsRefused()
    {
        using var answer = await SendAsync(HttpMethod.Put, "/v1/tenants/operator", "{}");

        (await answer.ReadProblemAsync(400, "invalid_request")).AssertError("tenant", "got 'operator'", "takes any other name: this one is reserved");
        using var shown = await shared.App.SendAsync(HttpMethod.Get, "/v1/tenants/operator", shared.App.OperatorKey);
        await shown.ReadProblemAsync(404, "not_found");
    }

    [Theory]
    [InlineData("", "body")]
    [InlineData("hello", "body")]
    [InlineData("{", "body")]
    [InlineData("null", "body")]
    [InlineData("[]", "body")]
    [InlineData("3", "body")]
    [InlineData("{\"shards\":\"4\"}", "shards")]
    [InlineData("{\"shards\":1.5}", "shards")]
    [InlineData("{\"shards\":99999999999}", "shards")]
    [InlineData("{\"shards\":[4]}", "shards")]
    [InlineData("{\"displayName\":1}", "displayName")]
    [InlineData("{\"displayName\":\"\\ud800\"}", "displayName")]
    [InlineData("{\"foo\":1}", "foo")]
    [InlineData("{\"createdAt\":\"2026-01-01T00:00:00Z\"}", "createdAt")]
    public async Task PutTenant_BodyOfAnotherShape_IsNamed(string body, string field)
    {
        var tenant = shared.NewTenantId();

        using var answer = await SendAsync(HttpMethod.Put, $"/v1/tenants/{tenant}", body);

        var problem = await answer.ReadProblemAsync(400, "invalid_request");
        await AssertMissingAsync(tenant);
        problem.AssertError(field, "got ", "takes ");
        Assert.DoesNotContain("LoginAudit.", problem.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("System.", problem.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"shards\":3}", "shards", "got '3'", "takes 1, 2, 4, 8, 16, 32 or 64")]
    [InlineData("{\"shards\":0}", "shards", "got '0'", "takes 1, 2, 4, 8, 16, 32 or 64")]
    [InlineData("{\"shards\":-2}", "shards", "got '-2'", "takes 1, 2, 4, 8, 16, 32 or 64")]
    [InlineData("{\"shards\":128}", "shards", "got '128'", "takes 1, 2, 4, 8, 16, 32 or 64")]
    [InlineData("{\"displayName\":\"\"}", "displayName", "got ''", "takes 1 to 200 characters")]
    public async Task PutTenant_BadValue_IsNamed(string body, string field, string got, string takes)
    {
        var tenant = shared.NewTenantId();

        using var answer = await SendAsync(HttpMethod.Put, $"/v1/tenants/{tenant}", body);

        (await answer.ReadProblemAsync(400, "invalid_request")).AssertError(field, got, takes);
        await AssertMissingAsync(tenant);
    }

    [Fact]
    public async Task PutTenant_SeveralFaults_AreAllReportedAndTheTenantStays()
    {
        var tenant = await shared.NewTenantAsync();

        using var answer = await SendAsync(HttpMethod.Put, $"/v1/tenants/{tenant.Id}", $$"""{"shards":3,"displayName":"{{new string('x', 201)}}"}""");
        using var shown = await shared.App.SendAsync(HttpMethod.Get, $"/v1/tenants/{tenant.Id}", shared.App.OperatorKey);

        var problem = await answer.ReadProblemAsync(400, "invalid_request");
        problem.AssertError("displayName", "(201 characters)", "takes 1 to 200 characters");
        problem.AssertError("shards", "got '3'", "takes 1, 2, 4, 8, 16, 32 or 64");
        Assert.Equal(1, (await shown.ReadOkAsync()).GetProperty("shards").GetInt32());
    }

    [Theory]
    [InlineData("", "body", "got ", "takes ")]
    [InlineData("hello", "body", "got ", "takes ")]
    [InlineData("null", "body", "got 'null'", "takes a JSON object")]
    [InlineData("[]", "body", "got ", "takes ")]
    [InlineData("{\"roles\":\"read\"}", "roles", "got ", "takes ")]
    [InlineData("{\"roles\":{}}", "roles", "got ", "takes ")]
    [InlineData("{\"roles\":[\"read\",1]}", "roles[1]", "got ", "takes ")]
    [InlineData("{\"roles\":[\"read\"],\"expiresAt\":1}", "expiresAt", "got ", "takes an ISO 8601 time with an offset")]
    [InlineData("{\"roles\":[\"read\"],\"expiresAt\":\"2027-01-01T00:00:00\"}", "expiresAt", "got ", "takes an ISO 8601 time with an offset")]
    [InlineData("{\"roles\":[\"read\"],\"expiresAt\":\"soon\"}", "expiresAt", "got ", "takes an ISO 8601 time with an offset")]
    [InlineData("{\"roles\":[\"read\"],\"expiresAt\":\"\"}", "expiresAt", "got ", "takes an ISO 8601 time with an offset")]
    [InlineData("{\"roles\":[\"read\"],\"foo\":1}", "foo", "got ", "takes ")]
    [InlineData("{\"roles\":[\"read\"],\"key\":\"la_x\"}", "key", "got ", "takes ")]
    [InlineData("{}", "roles", "got nothing", RolesTake)]
    [InlineData("{\"roles\":null}", "roles", "got nothing", RolesTake)]
    [InlineData("{\"roles\":[]}", "roles", "got nothing", RolesTake)]
    [InlineData("{\"roles\":[null]}", "roles", "got nothing", RolesTake)]
    [InlineData("{\"roles\":[\"read\",\"admin\"]}", "roles", "got 'admin'", RolesTake)]
    [InlineData("{\"roles\":[\"operator\"]}", "roles", "got 'operator'", RolesTake)]
    [InlineData("{\"roles\":[\"Read\"]}", "roles", "got 'Read'", RolesTake)]
    [InlineData("{\"roles\":[\"read,operator\"]}", "roles", "got 'read,operator'", RolesTake)]
    [InlineData("{\"roles\":[\"read\"],\"expiresAt\":\"2026-09-01T11:59:59Z\"}", "expiresAt", "got '2026-09-01T11:59:59.0000000Z'", "takes a time in the future")]
    [InlineData("{\"roles\":[\"read\"],\"expiresAt\":\"2026-09-01T21:00:00+09:00\"}", "expiresAt", "got '2026-09-01T12:00:00.0000000Z'", "takes a time in the future")]
    public async Task CreateKey_BadBody_IsNamed(string body, string field, string got, string takes)
    {
        var tenant = await shared.NewTenantAsync();

        using var answer = await SendAsync(HttpMethod.Post, $"/v1/tenants/{tenant.Id}/keys", body);
        using var keys = await shared.App.SendAsync(HttpMethod.Get, $"/v1/tenants/{tenant.Id}/keys", shared.App.OperatorKey);

        var problem = await answer.ReadProblemAsync(400, "invalid_request");
        Assert.Single((await keys.ReadOkAsync()).GetProperty("keys").EnumerateArray());
        problem.AssertError(field, got, takes);
        Assert.DoesNotContain("LoginAudit.", problem.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("System.", problem.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("0000000000")]
    [InlineData("'%20or%20'")]
    [InlineData("key_0000000000")]
    [InlineData("..%2F..%2F")]
    public async Task RevokeKey_UnknownId_IsNotFound(string id)
    {
        var tenant = await shared.NewTenantAsync();

        using var answer = await shared.App.SendAsync(HttpMethod.Delete, $"/v1/tenants/{tenant.Id}/keys/{id}", shared.App.OperatorKey);

        await answer.ReadProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task RevokeKey_OfAnotherTenant_IsNotFoundAndWorksOn()
    {
        var tenant = await shared.NewTenantAsync();
        var other = await shared.NewTenantAsync();

        using var answer = await shared.App.SendAsync(
            HttpMethod.Delete, $"/v1/tenants/{tenant.Id}/keys/{other.Key.Split('_')[2]}", shared.App.OperatorKey);
        using var still = await other.GetAsync("events");

        await answer.ReadProblemAsync(404, "not_found");
        Assert.Equal(200, (int)still.StatusCode);
    }

    private async Task AssertMissingAsync(string tenant)
    {
        using var shown = await shared.App.SendAsync(HttpMethod.Get, $"/v1/tenants/{tenant}", shared.App.OperatorKey);
        await shown.ReadProblemAsync(404, "not_found");
    }

    /// <summary>Every tenant in the table is one that a test made properly.</summary>
    private async Task AssertNoSuchTenantsAsync()
    {
        await foreach (var row in new TableServiceClient(shared.App.ConnectionString).GetTableClient("Tenants").QueryAsync<TableEntity>())
        {
            Assert.StartsWith("tenant-", row.PartitionKey, StringComparison.Ordinal);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string body)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", shared.App.OperatorKey);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return await shared.App.Client.SendAsync(request);
    }
}
