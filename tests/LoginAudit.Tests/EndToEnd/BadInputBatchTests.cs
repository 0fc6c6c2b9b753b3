using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using LoginAudit.Tests.Hosting;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>Batches of which some is wrong: what is good is stored whole, and what is not is kept.</summary>
public sealed class BadInputBatchTests(BadInputApp shared) : IClassFixture<BadInputApp>
{
    private const string Good = """{"sourceEventId":"good","occurredAt":"2026-09-01T11:00:00Z","eventType":"login","result":"success"}""";

    [Fact]
    public async Task Ingest_GoodEventAmongBadOnes_IsStoredWholeAndEachFaultIsNamed()
    {
        var tenant = await shared.NewTenantAsync();
        const string whole = """
            {"source":"okta","sourceEventId":"s1","occurredAt":"2026-09-01T20:00:00.1234567+09:00","eventType":"login","result":"failure",
            "reason":"unknown_user","reasonRaw":"No such user","userId":"u1","loginId":"Mina@example.com","userName":"Mina 😀","ip":"2001:DB8:0::1",
            "loginMethod":"totp","serviceType":"pc_web","userAgent":"curl","sessionId":"s","correlationId":"c","application":"a",
            "country":"KR","city":"Seoul","asn":4294967295,"riskLevel":"high","raw":{"a":[1,null]}}
            """;

        using var posted = await tenant.PostEventsAsync(
            $$"""[{"eventType":"x","result":1},{{whole}},{"occurredAt":"2026-09-01T11:00:00","eventType":"login","result":"success","ip":"127.1","foo":1}]""");
        var answer = await posted.ReadOkAsync();
        var found = Assert.Single(await tenant.SearchAllAsync(BadInputApp.WholePeriod));
        var alone = await tenant.GetJsonAsync($"events/{found.GetProperty("id")}");

        Assert.Equal(1, answer.GetProperty("accepted").GetInt32());
        Assert.Equal(
            [
                "0 missing occurredAt", "0 invalid_value eventType", "0 wrong_type result",
                "2 time_without_offset occurredAt", "2 invalid_value ip", "2 unknown_field foo",
            ],
            answer.GetProperty("rejected").EnumerateArray().Select(f => $"{f.GetProperty("index")} {f.GetProperty("code")} {f.GetProperty("field")}"));
        var stored = alone.EnumerateObject().Where(p => p.Name is not "id").ToDictionary(p => p.Name, p => p.Value.ToString(), StringComparer.Ordinal);
        Assert.Equal(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["tenantId"] = tenant.Id, ["occurredAt"] = "2026-09-01T11:00:00.1234567Z", ["receivedAt"] = "2026-09-01T12:00:00.0000000Z",
                ["source"] = "okta", ["sourceEventId"] = "s1", ["eventType"] = "login", ["result"] = "failure", ["reason"] = "unknown_user",
                ["reasonRaw"] = "No such user", ["userId"] = "u1", ["loginId"] = "Mina@example.com", ["userName"] = "Mina 😀",
                ["ip"] = "2001:db8::1", ["loginMethod"] = "totp", ["serviceType"] = "pc_web", ["userAgent"] = "curl", ["sessionId"] = "s",
                ["correlationId"] = "c", ["application"] = "a", ["country"] = "KR", ["city"] = "Seoul", ["asn"] = "4294967295",
                ["riskLevel"] = "high", ["raw"] = """{"a":[1,null]}""",
            },
            stored);
    }

    [Theory]
    [InlineData("{\"sourceEventId\":")]
    [InlineData("hello")]
    [InlineData(Good + ",")]
    public async Task Ingest_NdjsonWithABrokenLine_StoresTheGoodLines(string broken)
    {
        var tenant = await shared.NewTenantAsync();
        var second = Good.Replace("good", "second", StringComparison.Ordinal);

        using var posted = await tenant.PostEventsAsync($"{Good}\n\n{broken}\r\n{second}\n", "application/x-ndjson");
        var answer = await posted.ReadOkAsync();

        Assert.Equal(2, answer.GetProperty("accepted").GetInt32());
        var fault = Assert.Single(answer.GetProperty("rejected").EnumerateArray());
        Assert.Equal(1, fault.GetProperty("index").GetInt32());
        Assert.Equal("not_json", fault.GetProperty("code").GetString());
        Assert.Contains("got a line that is no JSON", fault.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains("takes a JSON object", fault.GetProperty("detail").GetString(), StringComparison.Ordinal);
        var ids = (await tenant.SearchAllAsync(BadInputApp.WholePeriod)).Select(e => e.GetProperty("sourceEventId").GetString());
        Assert.Equal(["good", "second"], ids.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(Good)]
    [InlineData("[" + Good + "]")]
    [InlineData(Good + "\n")]
    public async Task Ingest_ByteOrderMark_IsSkipped(string body)
    {
        var tenant = await shared.NewTenantAsync();

        using var posted = await tenant.PostEventsAsync("\uFEFF" + body);

        Assert.Equal(1, (await posted.ReadOkAsync()).GetProperty("accepted").GetInt32());
    }

    /// <summary>Latin-1 and cut-off UTF-8, in a field, in a name, in the raw payload and in an element that is no object.</summary>
    [Theory]
    [InlineData("""{"sourceEventId":"1","occurredAt":"2026-09-01T11:00:00Z","eventType":"login","result":"success","userName":"Ren§"}""")]
    [InlineData("""{"sourceEventId":"1","occurredAt":"2026-09-01T11:00:00Z","eventType":"login","result":"success","n§me":"x"}""")]
    [InlineData("""{"sourceEventId":"1","occurredAt":"2026-09-01T11:00:00Z","eventType":"log§n","result":"success"}""")]
    [InlineData("""{"sourceEventId":"1","occurredAt":"2026-09-01T11:00:00Z","eventType":"login","result":"success","raw":{"a":"§"}}""")]
    [InlineData("\"§\"")]
    public async Task Ingest_InvalidUtf8_IsRefusedAndGoodEventsStay(string json)
    {
        var tenant = await shared.NewTenantAsync();
        var bad = Encoding.Latin1.GetBytes(json.Replace('§', '\u00e9'));

        using var alone = await tenant.PostEventsAsync(bad);
        var status = (int)alone.StatusCode;
        await shared.AssertNothingStoredAsync(tenant);
        using var beside = await tenant.PostEventsAsync([.. bad, .. Encoding.UTF8.GetBytes("\n" + Good)]);
        var answer = await beside.ReadOkAsync();

        Assert.Equal(400, status);
        Assert.Equal(1, answer.GetProperty("accepted").GetInt32());
        Assert.Equal(0, answer.GetProperty("rejected")[0].GetProperty("index").GetInt32());
        Assert.Equal("good", Assert.Single(await tenant.SearchAllAsync(BadInputApp.WholePeriod)).GetProperty("sourceEventId").GetString());
    }

    /// <summary>Half a surrogate pair where no field's text is read: it is valid JSON, and may not fail the request.</summary>
    [Theory]
    [InlineData("\"\\ud800\":1", "unknown_field")]
    [InlineData("\"raw\":1,\"\\udc00x\":\"y\"", "unknown_field")]
    public async Task Ingest_HalfSurrogateInAName_IsRejected(string member, string code)
    {
        var tenant = await shared.NewTenantAsync();

        using var posted = await tenant.PostEventsAsync($"[{Good[..^1]},{member}}},{Good}]");
        var answer = await posted.ReadOkAsync();

        var fault = Assert.Single(answer.GetProperty("rejected").EnumerateArray());
        Assert.Equal((0, code), (fault.GetProperty("index").GetInt32(), fault.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("[", ",", "]")]
    [InlineData("", "\n", "")]
    public async Task Ingest_TooManyEvents_IsRefused(string before, string between, string after)
    {
        var tenant = await shared.NewTenantAsync();
        var atTheCap = string.Join(between, Enumerable.Repeat(Good, 50));

        using var refused = await tenant.PostEventsAsync($"{before}{atTheCap}{between}{Good}{after}");
        var problem = await refused.ReadProblemAsync(413, "too_many_events");
        await shared.AssertNothingStoredAsync(tenant);
        using var taken = await tenant.PostEventsAsync($"{before}{atTheCap}{after}");

        problem.AssertError("body", between == "," ? "got '51 events'" : "got 'more than 50 events'", "takes at most 50");
        Assert.Equal(49, (await taken.ReadOkAsync()).GetProperty("duplicates").GetInt32());
    }

    [Fact]
    public async Task Ingest_RejectedEvents_AreKeptOnce()
    {
        var tenant = await shared.NewTenantAsync();
        const string batch = "[" + Good + """
            ,{"sourceEventId":"bad",
            "eventType":"nonsense","occurredAt":"2026-09-01T11:00:00Z","result":"success"},7]
            """;

        using var first = await tenant.PostEventsAsync(batch);
        using var second = await tenant.PostEventsAsync(batch);

        var kept = Assert.Single(await KeptAsync(tenant));
        Assert.Equal(1, (await first.ReadOkAsync()).GetProperty("accepted").GetInt32());
        Assert.Equal(2, (await second.ReadOkAsync()).GetProperty("rejected").GetArrayLength());
        Assert.Single(await tenant.SearchAllAsync(BadInputApp.WholePeriod));
        Assert.Equal(2, kept.Length);
        Assert.Equal(1, kept[0].GetProperty("index").GetInt32());
        Assert.Equal("bad", kept[0].GetProperty("event").GetProperty("sourceEventId").GetString());
        Assert.Equal("nonsense", kept[0].GetProperty("event").GetProperty("eventType").GetString());
        var fault = Assert.Single(kept[0].GetProperty("faults").EnumerateArray());
        Assert.Equal("eventType", fault.GetProperty("field").GetString());
        Assert.Equal("invalid_value", fault.GetProperty("code").GetString());
        Assert.Contains("got 'nonsense'; takes one of login", fault.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, kept[1].GetProperty("index").GetInt32());
        Assert.Equal(7, kept[1].GetProperty("event").GetInt32());
    }

    [Fact]
    public async Task Ingest_BatchWithNoGoodEvent_IsKeptToo()
    {
        var tenant = await shared.NewTenantAsync();

        using var answer = await tenant.PostEventsAsync("{\"eventType\":\"login\"}\nbroken line\n");

        await answer.ReadProblemAsync(400, "events_rejected");
        var kept = Assert.Single(await KeptAsync(tenant));
        Assert.Equal("login", kept[0].GetProperty("event").GetProperty("eventType").GetString());
        Assert.Equal("broken line", kept[1].GetProperty("text").GetString());
        Assert.Equal("not_json", kept[1].GetProperty("faults")[0].GetProperty("code").GetString());
    }

    private static async Task<List<JsonElement[]>> KeptAsync(TestTenant tenant)
    {
        var container = new BlobContainerClient(tenant.App.ConnectionString, "rejected-events");
        var files = new List<JsonElement[]>();
        await foreach (var blob in container.GetBlobsAsync())
        {
            if (blob.Name.StartsWith(tenant.Id + "/", StringComparison.Ordinal))
            {
                var content = await container.GetBlobClient(blob.Name).DownloadContentAsync();
                var lines = content.Value.Content.ToString().Split('\n');
                Assert.Equal("", lines[^1]);
                files.Add([.. lines.SkipLast(1).Select(line => JsonElement.Parse(line))]);
            }
        }

        return files;
    }
}
