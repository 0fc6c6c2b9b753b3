using System.Net.Http.Headers;
using System.Text;
using LoginAudit.Tests.Hosting;

namespace LoginAudit.Tests.EndToEnd;

public sealed class ExportBadInputTests(BadInputApp shared) : IClassFixture<BadInputApp>
{
    private const string Takes = "takes ";

    [Theory]
    [InlineData("", "body")]
    [InlineData(" ", "body")]
    [InlineData("hello", "body")]
    [InlineData("{", "body")]
    [InlineData("null", "body")]
    [InlineData("1", "body")]
    [InlineData("\"csv\"", "body")]
    [InlineData("[]", "body")]
    [InlineData("{\"format\":\"csv\"}{}", "body")]
    [InlineData("{\"format\":1}", "format")]
    [InlineData("{\"format\":[\"csv\"]}", "format")]
    [InlineData("{\"format\":\"\\ud800\"}", "format")]
    [InlineData("{\"gzip\":\"yes\"}", "gzip")]
    [InlineData("{\"gzip\":1}", "gzip")]
    [InlineData("{\"language\":{}}", "language")]
    [InlineData("{\"timeZone\":9}", "timeZone")]
    [InlineData("{\"query\":\"result=success\"}", "query")]
    [InlineData("{\"query\":[]}", "query")]
    [InlineData("{\"fields\":[]}", "fields")]
    [InlineData("{\"tenant\":\"other\"}", "tenant")]
    public async Task RequestExport_BodyOfAnotherShape_IsNamed(string body, string field)
    {
        var tenant = await shared.NewTenantAsync();

        using var answer = await PostAsync(tenant, body);

        var problem = await answer.ReadProblemAsync(400, "invalid_request");
        await AssertNoJobsAsync(tenant);
        problem.AssertError(field, "got ", Takes);
        Assert.DoesNotContain("LoginAudit.", problem.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("System.", problem.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"format":"xlsx"}""", "format", "got 'xlsx'", "takes one of csv, ndjson, ocsf, parquet")]
    [InlineData("""{"format":"CSV"}""", "format", "got 'CSV'", "takes one of csv, ndjson, ocsf, parquet")]
    [InlineData("""{"format":""}""", "format", "got ''", "takes one of csv, ndjson, ocsf, parquet")]
    [InlineData("""{"format":"parquet","gzip":true}""", "gzip", "got 'true'", "takes false for parquet, which is compressed in itself")]
    [InlineData("""{"columns":["event_id","password"]}""", "columns", "got 'password'", "takes some of event_id, occurred_at, event_type")]
    [InlineData("""{"columns":[]}""", "columns", "got 'none'", "takes at least one name")]
    [InlineData("""{"format":"ocsf","columns":["event_id"]}""", "columns", "got '1 names'", "takes names for csv and parquet only")]
    [InlineData("""{"language":"de"}""", "language", "got 'de'", "takes one of en, ko, ja")]
    [InlineData("""{"language":"EN"}""", "language", "got 'EN'", "takes one of en, ko, ja")]
    [InlineData("""{"timeZone":"Mars/Base"}""", "timeZone", "got 'Mars/Base'", "takes an IANA time zone, such as Asia/Seoul")]
    [InlineData("""{"timeZone":""}""", "timeZone", "got ''", "takes an IANA time zone, such as Asia/Seoul")]
    [InlineData("""{"timeZone":"+09:00"}""", "timeZone", "got '+09:00'", "takes an IANA time zone, such as Asia/Seoul")]
    [InlineData("""{"timeZone":"../../../etc/passwd"}""", "timeZone", "got '../../../etc/passwd'", "takes an IANA time zone, such as Asia/Seoul")]
    [InlineData("""{"timeZone":"/etc/passwd"}""", "timeZone", "got '/etc/passwd'", "takes an IANA time zone, such as Asia/Seoul")]
    [InlineData("""{"timeZone":"Asia"}""", "timeZone", "got 'Asia'", "takes an IANA time zone, such as Asia/Seoul")]
    [InlineData("""{"timeZone":"zone.tab"}""", "timeZone", "got 'zone.tab'", "takes an IANA time zone, such as Asia/Seoul")]
    [InlineData("""{"timeZone":"a\u0000b"}""", "timeZone", "got 'a", "takes an IANA time zone, such as Asia/Seoul")]
    [InlineData("""{"query":{"foo":"1"}}""", "foo", "got 'foo'", "takes only user, ip, eventType, result, reason, method, service, source, q, from, to, tz, order")]
    [InlineData("""{"query":{"limit":"10"}}""", "limit", "got 'limit'", "takes only user, ip")]
    [InlineData("""{"query":{"cursor":"x"}}""", "cursor", "got 'cursor'", "takes only user, ip")]
    [InlineData("""{"query":{"Result":"success"}}""", "Result", "got 'Result'", "takes only user, ip")]
    [InlineData("""{"query":{"result":1}}""", "result", "got '1'", "takes a text or an array of texts")]
    [InlineData("""{"query":{"result":null}}""", "result", "got 'null'", "takes a text or an array of texts")]
    [InlineData("""{"query":{"result":{"a":1}}}""", "result", "got '{\"a\":1}'", "takes a text or an array of texts")]
    [InlineData("""{"query":{"result":["success",1]}}""", "result", "got '[\"success\",1]'", "takes a text or an array of texts")]
    [InlineData("""{"query":{"result":"nonsense"}}""", "result", "got 'nonsense'", "takes one of success, failure, interrupted")]
    [InlineData("""{"query":{"result":["success","x"]}}""", "result", "got 'x'", "takes one of success, failure, interrupted")]
    [InlineData("""{"query":{"ip":"127.1"}}""", "ip", "got '127.1'", "takes addresses or CIDR blocks")]
    [InlineData("""{"query":{"from":"2026-08-30T00:00:00"}}""", "from", "got '2026-08-30T00:00:00'", "takes an ISO 8601 time with an offset")]
    [InlineData("""{"query":{"from":"2026-02-01T00:00:00Z"}}""", "from", "got '2026-02-01T00:00:00.0000000Z'", "takes a time at most 180 days before 'to'")]
    [InlineData("""{"query":{"from":"2026-09-01T12:00:00Z"}}""", "from", "got '2026-09-01T12:00:00.0000000Z'", "takes a time before 'to'")]
    [InlineData("""{"query":{"from":["2026-08-30T00:00:00Z","2026-08-31T00:00:00Z"]}}""", "from", "got '2 values'", "takes one value")]
    [InlineData("""{"query":{"order":"up"}}""", "order", "got 'up'", "takes desc or asc")]
    [InlineData("""{"query":{"user":"\ud800"}}""", "user", "got ", "takes ")]
    [InlineData("""{"query":{"user":["a","b\udc00"]}}""", "user", "got ", "takes ")]
    [InlineData("""{"query":{"user":"\ufffe"}}""", "user", "got ", "takes ")]
    public async Task RequestExport_BadValue_IsNamed(string body, string field, string got, string takes)
    {
        var tenant = await shared.NewTenantAsync();

        using var answer = await PostAsync(tenant, body);

        var problem = await answer.ReadProblemAsync(400, "invalid_request");
        problem.AssertError(field, got, takes);
        await AssertNoJobsAsync(tenant);
    }

    [Fact]
    public async Task RequestExport_SeveralFaults_AreAllReported()
    {
        var tenant = await shared.NewTenantAsync();

        using var answer = await PostAsync(tenant, """{"format":"x","language":"y","timeZone":"z","query":{"result":"r","order":"up","limit":"1"}}""");

        var problem = await answer.ReadProblemAsync(400, "invalid_request");
        await AssertNoJobsAsync(tenant);
        Assert.Equal(
            ["format", "language", "limit", "order", "result", "timeZone"],
            problem.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("field").GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task RequestExport_BodyOverTheCap_IsRefused()
    {
        var tenant = await shared.NewTenantAsync();

        using var answer = await PostAsync(tenant, "{}".PadRight(65537));

        (await answer.ReadProblemAsync(413, "body_too_large")).AssertError("body", "got more than 65536 bytes", "takes at most 65536 bytes");
        await AssertNoJobsAsync(tenant);
    }

    [Fact]
    public async Task RequestExport_OverlongIdempotencyKey_IsNamed()
    {
        var tenant = await shared.NewTenantAsync();

        using var answer = await PostAsync(tenant, "{}", new string('k', 201));

        (await answer.ReadProblemAsync(400, "invalid_request")).AssertError("Idempotency-Key", "(201 characters)", "takes at most 200 characters");
        await AssertNoJobsAsync(tenant);
    }

    private static async Task AssertNoJobsAsync(TestTenant tenant) =>
        Assert.Empty((await tenant.GetJsonAsync("exports")).GetProperty("exports").EnumerateArray());

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
