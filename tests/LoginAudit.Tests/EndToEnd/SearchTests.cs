using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using LoginAudit.Log.Days;
using LoginAudit.Log.Events;
using LoginAudit.Log.Write;
using LoginAudit.Search;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LoginAudit.Tests.EndToEnd;

public sealed class SearchTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Now = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Search_TenThousandEventsOverFortyDaysAndThreeTenants_ReturnsEachOnceInPagesOfAnySize()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        string[] tenants = ["acme", "acme-2", "zeta"];
        var all = await StoreAsync(app, tenants, 10_000, 40);

        await Parallel.ForEachAsync(
            from tenant in tenants from limit in new[] { 1, 7, 50, 1000 } from order in new[] { "desc", "asc" } select (tenant, limit, order),
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (search, _) =>
            {
                var expected = all.Where(e => e.Tenant.Value == search.tenant).OrderByDescending(e => e.OccurredAt).ThenBy(e => e.Key.Value, StringComparer.Ordinal)
                    .Select(e => e.Id.ToString()).ToList();
                if (search.order == "asc")
                {
                    expected.Reverse();
                }

                var found = await PageThroughAsync(app, search.tenant, search.limit, search.order);

                Assert.Equal(expected, found);
            });
    }

    [Fact]
    public async Task Search_TiesAtOneInstantAndMoreThanAPage_KeepsOneOrderBothWays()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync(Enumerable.Range(0, 1300).Select(i => new
        {
            sourceEventId = $"{i}", occurredAt = "2026-09-01T10:00:00.1234567Z", eventType = "login", result = "success",
        }));

        var descending = (await acme.SearchAllAsync("limit=400")).ConvertAll(KeyOf);
        var ascending = (await acme.SearchAllAsync("limit=400&order=asc")).ConvertAll(KeyOf);

        Assert.Equal(1300, descending.Distinct().Count());
        Assert.Equal(descending.Order(StringComparer.Ordinal), descending);
        Assert.Equal(descending, Enumerable.Reverse(ascending));
    }

    [Theory]
    [InlineData("user=mina@example.com", "1,2,6")]
    [InlineData("user=U-1", "1,2,6")]
    [InlineData("user=u-1,mina@example.com,u-2", "1,2,3,6")]
    [InlineData("user=!u-1", "3,4,5,7")]
    [InlineData("user=u-1&result=failure", "2")]
    [InlineData("ip=203.0.113.9", "1,3")]
    [InlineData("ip=203.0.113.9&ip=2001:db8::1", "1,3,4")]
    [InlineData("ip=203.0.113.0/24", "1,2,3")]
    [InlineData("ip=::ffff:203.0.113.9", "1,3")]
    [InlineData("ip=2001:db8::/32", "4")]
    [InlineData("ip=!203.0.113.0/24", "4,5,6,7")]
    [InlineData("ip=!203.0.113.9,203.0.113.0/24", "2")]
    [InlineData("result=failure", "2,4,7")]
    [InlineData("result=failure,interrupted", "2,4,5,7")]
    [InlineData("result=!success", "2,4,5,7")]
    [InlineData("eventType=logout", "3")]
    [InlineData("eventType=!login", "3,5")]
    [InlineData("service=imap,pop3", "2,4")]
    [InlineData("service=imap&result=failure&user=mina@example.com", "2")]
    [InlineData("reason=invalid_credentials", "2")]
    [InlineData("reason=!invalid_credentials", "1,3,4,5,6,7")]
    [InlineData("method=passkey", "1")]
    [InlineData("source=okta", "1,2")]
    [InlineData("source=!okta&result=success", "3,6")]
    [InlineData("q=MINA", "1,2,6")]
    [InlineData("q=mina thunderbird", "2")]
    [InlineData("q=김민아", "1")]
    [InlineData("from=2026-09-01T10:02:00Z&to=2026-09-01T10:04:00Z", "2,3")]
    [InlineData("from=2026-09-01T19:02:00%2B09:00&to=2026-09-01T19:04:00 09:00", "2,3")]
    [InlineData("from=2026-09-01T10:07:00Z", "7")]
    [InlineData("user=nobody", "")]
    [InlineData("from=2026-03-05T12:00:00Z&to=2026-08-01T00:00:00Z", "")]
    public async Task Search_WithConditions_ReturnsExactlyWhatMatches(string query, string expected)
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        var other = await app.CreateTenantAsync("acme-2");
        object[] events =
        [
            new { source = "okta", sourceEventId = "1", occurredAt = "2026-09-01T10:01:00Z", eventType = "login", result = "success", userId = "u-1", loginId = "Mina@Example.com", userName = "김민아", ip = "203.0.113.9", loginMethod = "passkey", serviceType = "pc_web" },
            new { source = "okta", sourceEventId = "2", occurredAt = "2026-09-01T10:02:00Z", eventType = "login", result = "failure", reason = "invalid_credentials", userId = "u-1", loginId = "mina@example.com", ip = "203.0.113.10", loginMethod = "password", serviceType = "imap", userAgent = "Thunderbird/128" },
            new { sourceEventId = "3", occurredAt = "2026-09-01T10:03:00Z", eventType = "logout", result = "success", userId = "u-2", ip = "203.0.113.9" },
            new { sourceEventId = "4", occurredAt = "2026-09-01T10:04:00Z", eventType = "login", result = "failure", reason = "unknown_user", loginId = "root", ip = "2001:db8:0::1", serviceType = "pop3" },
            new { sourceEventId = "5", occurredAt = "2026-09-01T10:05:00Z", eventType = "mfa", result = "interrupted", reason = "mfa_required", userId = "u-3", ip = "198.51.100.1" },
            new { sourceEventId = "6", occurredAt = "2026-09-01T10:06:00Z", eventType = "login", result = "success", userId = " U-1 ", loginId = "MINA@example.com" },
            new { sourceEventId = "7", occurredAt = "2026-09-01T10:07:00Z", eventType = "login", result = "failure" },
        ];
        await acme.IngestAsync(events);
        await other.IngestAsync(events);

        var descending = await acme.SearchAllAsync($"{query}&limit=2");
        var ascending = await acme.SearchAllAsync($"{query}&limit=2&order=asc");

        var numbers = ascending.ConvertAll(e => e.GetProperty("sourceEventId").GetString());
        Assert.Equal(expected, string.Join(',', numbers));
        Assert.Equal(numbers, Enumerable.Reverse(descending.ConvertAll(e => e.GetProperty("sourceEventId").GetString())));
        Assert.All(descending, e => Assert.Equal("acme", e.GetProperty("tenantId").GetString()));
    }

    [Fact]
    public async Task Search_EventsArriveBetweenPages_NeitherRepeatsNorHidesOthers()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync(Enumerable.Range(0, 60).Select(i => Login($"first-{i}", Now.AddMinutes(-i))));
        var found = new List<string>();
        var url = $"events?limit=7&from={Uri.EscapeDataString("2026-08-31T00:00:00Z")}&to={Uri.EscapeDataString("2026-09-01T12:00:00.0000001Z")}";
        string? cursor = null;
        for (var page = 0; page == 0 || cursor is not null; page++)
        {
            var json = await acme.GetJsonAsync(cursor is null ? url : $"{url}&cursor={cursor}");
            found.AddRange(json.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("sourceEventId").GetString()!));
            cursor = json.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
            await acme.IngestAsync(Enumerable.Range(0, 5).Select(i => Login($"late-{page}-{i}", Now.AddMinutes(-7 * i).AddSeconds(page + 1 - 30))));
        }

        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"first-{i}"), found.Where(id => id.StartsWith("first", StringComparison.Ordinal)));
        Assert.Equal(found.Count, found.Distinct().Count());
    }

    [Fact]
    public async Task Search_OverItsBudget_AnswersWithACursorAndComesToTheEnd()
    {
        var time = new FakeTimeProvider(Now);
        await using var app = await TestApp.StartAsync(azurite, time);
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync(Enumerable.Range(0, 20).Select(i => Login($"{i}", Now.AddDays(-i))));
        // Each storage request costs three of the five seconds.
        app.Requests.AfterAnswer = _ => time.Advance(TimeSpan.FromSeconds(3));

        var pages = new List<JsonElement> { await acme.GetJsonAsync("events?user=user-19&from=2026-08-01T00:00:00Z") };
        while (pages[^1].TryGetProperty("nextCursor", out var next))
        {
            pages.Add(await acme.GetJsonAsync($"events?user=user-19&from=2026-08-01T00:00:00Z&cursor={next.GetString()}"));
        }

        Assert.True(pages.Count > 3);
        Assert.All(pages.SkipLast(1), page => Assert.False(page.GetProperty("complete").GetBoolean()));
        Assert.True(pages[^1].GetProperty("complete").GetBoolean());
        Assert.Equal("19", Assert.Single(pages.SelectMany(page => page.GetProperty("events").EnumerateArray())).GetProperty("sourceEventId").GetString());
        var through = pages.ConvertAll(page => page.GetProperty("searchedThrough").GetString());
        Assert.Equal(through.OrderDescending(StringComparer.Ordinal), through);
    }

    [Fact]
    public async Task Search_NextLink_LeadsToTheNextPage()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync(Enumerable.Range(0, 3).Select(i => Login($"{i}", Now.AddMinutes(-1 - i))));
        using var first = await acme.GetAsync("events?limit=2&result=success");

        var link = first.Headers.GetValues("Link").Single();
        using var second = await app.SendAsync(HttpMethod.Get, link[1..link.IndexOf('>', StringComparison.Ordinal)], acme.Key);

        Assert.EndsWith("; rel=\"next\"", link, StringComparison.Ordinal);
        var events = (await second.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("events");
        Assert.Equal("2", Assert.Single(events.EnumerateArray()).GetProperty("sourceEventId").GetString());
    }

    [Fact]
    public async Task Search_SixteenShards_IsOneOrderedStream()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme", shards: 16);
        await acme.IngestAsync(Enumerable.Range(0, 300).Select(i => Login($"{i}", Now.AddMinutes(-1 - i))));

        var found = (await acme.SearchAllAsync("limit=17")).ConvertAll(e => e.GetProperty("sourceEventId").GetString());
        var ofUser = await acme.SearchAllAsync("user=user-7");
        var byId = await acme.GetJsonAsync($"events/{IdOf(ofUser[0])}");

        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"{i}"), found);
        Assert.Equal(["7", "107", "207"], ofUser.Select(e => e.GetProperty("sourceEventId").GetString()));
        Assert.Equal("7", byId.GetProperty("sourceEventId").GetString());
    }

    [Fact]
    public async Task GetEvent_OfAnotherTenant_IsNotFound()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        var other = await app.CreateTenantAsync("other");
        await acme.IngestAsync([Login("1", Now)]);
        await other.IngestAsync([Login("2", Now)]);
        var id = IdOf((await acme.SearchAllAsync("to=2026-09-02T00:00:00Z"))[0]);

        using var own = await acme.GetAsync($"events/{id}");
        using var foreign = await other.GetAsync($"events/{id}");

        Assert.Equal(System.Net.HttpStatusCode.OK, own.StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, foreign.StatusCode);
    }

    private static string IdOf(JsonElement e) => e.GetProperty("id").GetString()!;

    private static string KeyOf(JsonElement e) => IdOf(e)[18..];

    private static object Login(string id, DateTimeOffset at) => new
    {
        sourceEventId = id,
        occurredAt = at.ToString("O", CultureInfo.InvariantCulture),
        eventType = "login",
        result = "success",
        userId = $"user-{(int.TryParse(id, CultureInfo.InvariantCulture, out var n) ? n % 100 : 0)}",
    };

    /// <summary>Events at random instants, several of them at the borders of days and at the same instant.</summary>
    private static async Task<List<LoginEvent>> StoreAsync(TestApp app, string[] tenants, int count, int days)
    {
        var random = new Random(20260901);
        var start = new DateTimeOffset(Now.UtcDateTime.Date, TimeSpan.Zero).AddDays(-days + 1);
        var events = Enumerable.Range(0, count).Select(i =>
        {
            var day = start.AddDays(random.Next(days - 1));
            var instant = random.Next(10) switch
            {
                0 => day,
                1 => day.AddTicks(TimeSpan.TicksPerDay - 1),
                2 => day.AddHours(random.Next(3)),
                _ => day.AddTicks(random.NextInt64(TimeSpan.TicksPerDay)),
            };
            return new LoginEvent
            {
                Tenant = TenantId.Parse(tenants[i % tenants.Length]),
                Source = "test",
                SourceEventId = i.ToString(CultureInfo.InvariantCulture),
                OccurredAt = instant,
                ReceivedAt = Now,
                EventType = EventType.Login,
                Result = EventResult.Success,
                ServiceType = ServiceType.Others,
            };
        }).ToList();
        var writer = app.Services.GetRequiredService<EventWriter>();
        foreach (var ofTenant in events.GroupBy(e => e.Tenant))
        {
            var counts = await writer.WriteAsync(new TenantLog(ofTenant.Key, Now, 1), [.. ofTenant], mayComplete: false, CancellationToken.None);
            Assert.Equal(new WriteCounts(ofTenant.Count(), 0), counts);
        }

        return events;
    }

    private static async Task<List<string>> PageThroughAsync(TestApp app, string tenant, int limit, string order)
    {
        var search = app.Services.GetRequiredService<EventSearch>();
        var found = new List<string>();
        var given = new Dictionary<string, string[]>(StringComparer.Ordinal)
        {
            ["from"] = ["2026-07-01T00:00:00Z"], ["to"] = ["2026-09-02T00:00:00Z"], ["limit"] = [$"{limit}"], ["order"] = [order],
        };
        while (true)
        {
            var page = await search.SearchAsync(new SearchParameters(given).Parse(TenantId.Parse(tenant), Now), CancellationToken.None);
            Assert.True(page.Events.Count <= limit);
            found.AddRange(page.Events.Select(e => e.Id.ToString()));
            if (page.NextCursor is null)
            {
                return found;
            }

            given["cursor"] = [page.NextCursor];
        }
    }
}
