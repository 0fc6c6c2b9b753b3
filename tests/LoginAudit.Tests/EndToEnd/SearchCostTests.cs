using System.Globalization;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>What searches cost, in requests and rows, and that none of them hangs where storage is slow.</summary>
public sealed class SearchCostTests(AzuriteFixture azurite)
{
    private const string HalfAYear = "from=2026-03-06T00:00:00Z&to=2026-09-02T00:00:00Z";

    private static readonly DateTimeOffset Now = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task NewestPage_OfADayThatIsKnown_IsOneRequest()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        await StoreAsync(acme, 3, 60);
        await acme.GetJsonAsync("events?limit=1");
        await app.StopTrailAsync();
        app.Requests.Clear();

        var page = await acme.GetJsonAsync("events");

        Assert.Equal(50, page.GetProperty("events").GetArrayLength());
        Assert.Equal($"GET {app.Account}/LoginEvents20260901()", Assert.Single(app.Requests.Sent, sent => !sent.Contains("Tenants", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("user=user-3", "user", 1, 30, 31, 30)] // one hit a day
    [InlineData("user=nobody", "user", 0, 30, 31, 0)]
    [InlineData("ip=203.0.113.3", "address", 1, 30, 31, 30)]
    [InlineData("ip=192.0.2.1", "address", 0, 30, 31, 0)]
    [InlineData("reason=threat", "period", 0, 30, 31, 0)]
    [InlineData("ip=192.0.2.0/24", "period", 0, 30, 31, 0)]
    [InlineData("q=nowhere", "period", 0, 30, 31, 300)]
    public async Task Explain_OverHalfAYear_IsOneRequestForEachDayThatHoldsEvents(string query, string rows, int found, int days, int requests, int rowsRead)
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        await StoreAsync(acme, 30, 10);

        var page = await app.OperatorGetAsync($"/v1/tenants/acme/events?{query}&{HalfAYear}&explain=true");

        var explain = page.GetProperty("explain");
        Assert.Equal(found * 30, page.GetProperty("events").GetArrayLength());
        Assert.True(page.GetProperty("complete").GetBoolean());
        Assert.Equal(rows, explain.GetProperty("rows").GetString());
        Assert.Equal(
            (days, requests, rowsRead),
            (explain.GetProperty("days").GetInt32(), explain.GetProperty("requests").GetInt32(), explain.GetProperty("rowsRead").GetInt32()));
        Assert.True(explain.GetProperty("milliseconds").GetDouble() >= 0);
    }

    [Fact]
    public async Task Explain_ForOthersThanOperators_IsForbidden()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");

        using var refused = await acme.GetAsync("events?explain=true");
        using var wrong = await acme.GetAsync("events?explain=yes");
        var plain = await acme.GetJsonAsync("events?explain=false");

        await refused.ReadProblemAsync(403, "forbidden");
        (await wrong.ReadProblemAsync(400, "invalid_request")).AssertError("explain", "got 'yes'", "takes true or false");
        Assert.False(plain.TryGetProperty("explain", out _));
    }

    [Theory]
    [InlineData("desc", 2)]
    [InlineData("asc", 12)] // the oldest rows are the last of the day, and are closed in on
    public async Task NewestAndOldestPage_OfADenseDay_AreAFewRequests(string order, int most)
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        await StoreAsync(acme, 1, 6000);

        var page = await app.OperatorGetAsync($"/v1/tenants/acme/events?order={order}&{HalfAYear}&explain=true");

        Assert.Equal(50, page.GetProperty("events").GetArrayLength());
        Assert.InRange(page.GetProperty("explain").GetProperty("requests").GetInt32(), 1, most);
    }

    /// <summary>A condition that matches nothing in a huge day: storage scans for its 5 s a request and sends empty pages.</summary>
    [Theory]
    [InlineData("desc")]
    [InlineData("asc")]
    public async Task SlowStorage_SendsEmptyPages_EveryPageComesFurtherAndTheEndIsReached(string order)
    {
        var clock = new FakeTimeProvider(Now);
        using var pages = new CutPages();
        await using var app = await TestApp.StartAsync(azurite, clock, configure: services => services.AddSingleton(pages.Hook));
        var acme = await app.CreateTenantAsync("acme");
        await StoreAsync(acme, 2, 40);
        pages.Keep = (found, sent) => sent % 4 == 3 ? found : 0;
        app.Requests.AfterAnswer = _ => clock.Advance(TimeSpan.FromSeconds(5));

        var found = new List<string>();
        var through = new List<string>();
        var url = $"events?result=success&order={order}&{HalfAYear}";
        for (string? cursor = null; ;)
        {
            app.Requests.Clear();
            var page = await acme.GetJsonAsync(cursor is null ? url : $"{url}&cursor={cursor}");
            Assert.InRange(app.Requests.Sent.Count(sent => sent.Contains("LoginEvents", StringComparison.Ordinal)), 0, 8);
            found.AddRange(page.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("sourceEventId").GetString()!));
            through.Add(page.GetProperty("searchedThrough").GetString()!);
            if (!page.TryGetProperty("nextCursor", out var next))
            {
                break;
            }

            Assert.NotEqual(cursor, next.GetString());
            cursor = next.GetString();
        }

        Assert.Equal(80, found.Distinct().Count());
        Assert.Equal(80, found.Count);
        Assert.True(through.Count > 4, $"{through.Count} pages");
        Assert.Equal(order == "desc" ? through.OrderDescending(StringComparer.Ordinal) : through.Order(StringComparer.Ordinal), through);
    }

    [Fact]
    public async Task Cursor_ADayLaterInAnotherProcess_GoesOnWhereThePageEnded()
    {
        var clock = new FakeTimeProvider(Now);
        await using var first = await TestApp.StartAsync(azurite, clock);
        var acme = await first.CreateTenantAsync("acme");
        await StoreAsync(acme, 3, 10);
        var page = await acme.GetJsonAsync("events?limit=12");
        var cursor = page.GetProperty("nextCursor").GetString();
        await acme.IngestAsync([Login("late", Now.AddDays(-1).AddSeconds(-1.5)), Login("newer", Now.AddSeconds(-0.5))]);
        clock.Advance(TimeSpan.FromHours(24));
        await using var second = await TestApp.StartAsync(azurite, clock, connectionString: first.ConnectionString, settings: ("Access__OperatorKeyHash", ""));

        var rest = await (acme with { App = second }).SearchAllAsync($"limit=50&cursor={cursor}");

        Assert.Equal(12, page.GetProperty("events").GetArrayLength());
        Assert.Equal(
            Enumerable.Range(3, 7).Select(i => $"1-{i}").Concat(Enumerable.Range(0, 10).Select(i => $"2-{i}")),
            rest.ConvertAll(e => e.GetProperty("sourceEventId").GetString()));
    }

    [Fact]
    public async Task Shards_ChangeFromTheNextDayOn_AreOneOrderedStream()
    {
        var clock = new FakeTimeProvider(Now);
        await using var app = await TestApp.StartAsync(azurite, clock);
        var acme = await app.CreateTenantAsync("acme");
        await StoreAsync(acme, 1, 40);
        using var changed = await app.SendAsync(HttpMethod.Put, "/v1/tenants/acme", app.OperatorKey, new { shards = 16 });
        await acme.IngestAsync([Login("late", Now.AddHours(-1))]);
        clock.SetUtcNow(Now.AddDays(1));
        await acme.IngestAsync(Enumerable.Range(0, 40).Select(i => Login($"next-{i}", Now.AddDays(1).AddMinutes((-30 * i) - 1))));

        var newest = await acme.SearchAllAsync("limit=7");
        var oldest = await acme.SearchAllAsync("limit=7&order=asc");

        Assert.Equal(81, newest.Count);
        var times = newest.ConvertAll(e => e.GetProperty("occurredAt").GetString());
        Assert.Equal(times.OrderDescending(StringComparer.Ordinal), times);
        Assert.Equal(newest.ConvertAll(e => e.GetProperty("id").GetString()), Enumerable.Reverse(oldest.ConvertAll(e => e.GetProperty("id").GetString())));
        var tables = new Azure.Data.Tables.TableServiceClient(app.ConnectionString);
        Assert.Equal(["acme_20260901"], PartitionsOf("LoginEvents20260901"));
        Assert.True(PartitionsOf("LoginEvents20260902").Count > 8);

        List<string> PartitionsOf(string table) =>
            [.. tables.GetTableClient(table).Query<Azure.Data.Tables.TableEntity>().Select(row => row.PartitionKey).Distinct()];
    }

    /// <summary>On each of the last days, so many events of as many users and addresses.</summary>
    private static async Task StoreAsync(TestTenant tenant, int days, int perDay)
    {
        for (var day = 0; day < days; day++)
        {
            foreach (var chunk in Enumerable.Range(0, perDay).Chunk(2000))
            {
                await tenant.IngestAsync(chunk.Select(i => Login($"{day}-{i}", Now.AddDays(-day).AddSeconds(-i), $"user-{i}", $"203.0.113.{i % 250}")));
            }
        }
    }

    private static object Login(string id, DateTimeOffset at, string user = "user", string ip = "203.0.113.1") => new
    {
        sourceEventId = id,
        occurredAt = at.ToString("O", CultureInfo.InvariantCulture),
        eventType = "login",
        result = "success",
        userId = user,
        ip,
    };
}
