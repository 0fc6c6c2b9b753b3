using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace LoginAudit.Tests.EndToEnd;

public sealed class SourceBadInputTests(BadInputApp shared) : IClassFixture<BadInputApp>
{
    private const string NameTakes = "takes 1 to 63 of a-z, A-Z, 0-9, '.', '_' and '-', starting with a letter or digit";
    private const string KindTakes = "takes one of okta, auth0, keycloak, entra, google, cloudevents, standard-webhooks, ocsf, set";
    private const string SecretTakes = "takes 16 to 512 visible ASCII characters";
    private const string TimeTakes = "takes an ISO 8601 time with an offset";

    [Theory]
    [InlineData("", "body", "got an empty body", "takes a JSON object")]
    [InlineData("hello", "body", "got 5 bytes that are no JSON", "takes a JSON object")]
    [InlineData("null", "body", "got 'null'", "takes a JSON object")]
    [InlineData("[]", "body", "got '[]'", "takes a JSON object")]
    [InlineData("{}", "name", "got nothing", NameTakes)]
    [InlineData("{}", "kind", "got nothing", KindTakes)]
    [InlineData("""{"name":null,"kind":"okta"}""", "name", "got nothing", NameTakes)]
    [InlineData("""{"name":"","kind":"okta"}""", "name", "got ''", NameTakes)]
    [InlineData("""{"name":"okta main","kind":"okta"}""", "name", "got 'okta main'", NameTakes)]
    [InlineData("""{"name":"-okta","kind":"okta"}""", "name", "got '-okta'", NameTakes)]
    [InlineData("""{"name":"오크타","kind":"okta"}""", "name", "got '오크타'", NameTakes)]
    [InlineData("""{"name":"a\n","kind":"okta"}""", "name", "got 'a\n'", NameTakes)]
    [InlineData("""{"name":1,"kind":"okta"}""", "name", "got '1'", "takes a text")]
    [InlineData("""{"name":"a","kind":null}""", "kind", "got nothing", KindTakes)]
    [InlineData("""{"name":"a","kind":"OKTA"}""", "kind", "got 'OKTA'", KindTakes)]
    [InlineData("""{"name":"a","kind":"okta,set"}""", "kind", "got 'okta,set'", KindTakes)]
    [InlineData("""{"name":"a","kind":["okta"]}""", "kind", "got '[\"okta\"]'", "takes a text")]
    [InlineData("""{"name":"a","kind":"okta","secret":""}""", "secret", "got 0 characters", SecretTakes)]
    [InlineData("""{"name":"a","kind":"okta","secret":"0123456789abcde"}""", "secret", "got 15 characters", SecretTakes)]
    [InlineData("""{"name":"a","kind":"okta","secret":"0123456789 abcdef"}""", "secret", "got 17 characters, with others than visible ASCII", SecretTakes)]
    [InlineData("""{"name":"a","kind":"okta","secret":"0123456789\u0000abcdef"}""", "secret", "got 17 characters, with others than visible ASCII", SecretTakes)]
    [InlineData("""{"name":"a","kind":"okta","secret":1234567890123456}""", "secret", "got something else", "takes a text")]
    [InlineData("""{"name":"a","kind":"okta","secret":"\ud800"}""", "secret", "got something else", "takes a text")]
    [InlineData("""{"name":"a","kind":"standard-webhooks","secret":"0123456789abcdef"}""", "secret", "got another form", "takes whsec_ and the base64 of 24 to 64 bytes")]
    [InlineData("""{"name":"a","kind":"okta","id":"0123456789abcdef0123456789abcdef"}""", "id", "got 'id'", "takes only name, kind, secret, issuer, audience, metadataUrl, categories")]
    [InlineData("""{"name":"a","kind":"okta","Secret":"0123456789abcdef"}""", "Secret", "got 'Secret'", "takes only name, kind, secret, issuer, audience, metadataUrl, categories")]
    public async Task CreateSource_BadBody_IsNamedAndNothingIsMade(string body, string field, string got, string takes)
    {
        var tenant = await shared.NewTenantAsync();

        using var answer = await SendAsync("POST", $"/v1/tenants/{tenant.Id}/sources", body);
        using var list = await SendAsync("GET", $"/v1/tenants/{tenant.Id}/sources");

        var problem = await answer.ReadProblemAsync(400, "invalid_request");
        problem.AssertError(field, got, takes);
        Assert.DoesNotContain("LoginAudit.", problem.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("System.", problem.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789abcde\"", problem.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("1234567890123456", problem.ToString(), StringComparison.Ordinal);
        Assert.Equal("""{"sources":[]}""", await list.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task CreateSource_SeveralFaults_AreAllNamed()
    {
        var tenant = await shared.NewTenantAsync();

        using var answer = await SendAsync("POST", $"/v1/tenants/{tenant.Id}/sources", """{"name":"?","kind":"?","secret":"?"}""");

        var problem = await answer.ReadProblemAsync(400, "invalid_request");
        Assert.Equal(3, problem.GetProperty("errors").GetArrayLength());
        problem.AssertError("name", "got '?'", NameTakes);
        problem.AssertError("kind", "got '?'", KindTakes);
        problem.AssertError("secret", "got 1 characters", SecretTakes);
    }

    [Theory]
    [InlineData("", "body", "got an empty body", "takes a JSON object")]
    [InlineData("[]", "body", "got '[]'", "takes a JSON object")]
    [InlineData("""{"expiresAt":"2026-09-01T12:00:00Z"}""", "expiresAt", "got '2026-09-01T12:00:00.0000000Z'", "takes a time in the future")]
    [InlineData("""{"oldExpiresAt":"2026-09-01T12:00:00Z"}""", "oldExpiresAt", "got '2026-09-01T12:00:00.0000000Z'", "takes a time in the future")]
    [InlineData("""{"oldExpiresAt":"2026-09-02T12:00:00"}""", "oldExpiresAt", "got ", TimeTakes)]
    [InlineData("""{"expiresAt":1}""", "expiresAt", "got '1'", TimeTakes)]
    [InlineData("""{"secret":"short"}""", "secret", "got 5 characters", SecretTakes)]
    [InlineData("""{"secret":{}}""", "secret", "got something else", "takes a text")]
    [InlineData("""{"name":"other"}""", "name", "got 'name'", "takes only expiresAt, oldExpiresAt, secret")]
    public async Task RotateSource_BadBody_IsNamedAndNothingIsChanged(string body, string field, string got, string takes)
    {
        var tenant = await shared.NewTenantAsync();
        var path = $"/v1/tenants/{tenant.Id}/sources/{await CreateAsync(tenant.Id)}";
        using var before = await SendAsync("GET", path);

        using var answer = await SendAsync("POST", path + "/rotate", body);
        using var after = await SendAsync("GET", path);

        (await answer.ReadProblemAsync(400, "invalid_request")).AssertError(field, got, takes);
        Assert.Equal(await before.Content.ReadAsStringAsync(), await after.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("x")]
    [InlineData("0123456789abcdef0123456789abcdef")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("0123456789abcdef0123456789abcde")]
    [InlineData("source_0123456789abcdef0123456789abcdef")]
    [InlineData("'%20or%20'")]
    [InlineData("..%2F..%2F")]
    [InlineData("%EF%BC%90")]
    public async Task Call_SourceThatIsNone_IsNotFound(string id)
    {
        var tenant = await shared.NewTenantAsync();
        await CreateAsync(tenant.Id);

        foreach (var (method, path) in new[] { ("GET", ""), ("DELETE", ""), ("POST", "/rotate") })
        {
            using var answer = await SendAsync(method, $"/v1/tenants/{tenant.Id}/sources/{id}{path}", method == "POST" ? "{}" : null);
            Assert.Equal("There is no such source.", (await answer.ReadProblemAsync(404, "not_found")).GetProperty("title").GetString());
        }

        using var list = await SendAsync("GET", $"/v1/tenants/{tenant.Id}/sources");
        Assert.Single((await list.ReadOkAsync()).GetProperty("sources").EnumerateArray());
    }

    [Fact]
    public async Task CreateSource_OfTheOperatorsThemselves_IsNotFound()
    {
        using var answer = await SendAsync("POST", "/v1/tenants/operator/sources", """{"name":"a","kind":"okta"}""");

        await answer.ReadProblemAsync(404, "not_found");
    }

    private async Task<string> CreateAsync(string tenant)
    {
        using var answer = await SendAsync("POST", $"/v1/tenants/{tenant}/sources", """{"name":"okta-main","kind":"okta"}""");
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", shared.App.OperatorKey);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return await shared.App.Client.SendAsync(request);
    }
}
