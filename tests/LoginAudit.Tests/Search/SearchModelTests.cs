using System.Globalization;
using System.Net;
using LoginAudit.Auth;
using LoginAudit.Log.Events;
using LoginAudit.Log.Write;
using LoginAudit.Search;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LoginAudit.Tests.Search;

/// <summary>
/// Random searches, orders, page sizes, shards and events that arrive meanwhile, against a list in memory: what was there when a search
/// began is found once and in order, whatever storage's pages look like and however little time there is.
/// </summary>
public sealed class SearchModelTests(AzuriteFixture azurite)
{
    private const int Searches = 16;
    private const int Days = 6;

    private static readonly DateTimeOffset Now = new(2026, 9, 6, 18, 0, 0, TimeSpan.Zero);
    private static readonly TenantId Acme = TenantId.Parse("acme");
    private static readonly string[] Users = ["mina@example.com", "Jun@Example.com", "u-1", "관리자"];
    private static readonly string[] Addresses = ["203.0.113.1", "203.0.113.9", "198.51.100.7", "2001:db8::1"];
    private static readonly string[] Agents = ["Mozilla/5.0 Firefox", "Thunderbird/128", "curl/8"];

    [Theory]
    [InlineData(1, false, false)]
    [InlineData(2, true, false)]
    [InlineData(3, false, true)]
    [InlineData(4, true, true)]
    [InlineData(5, true, true)]
    public async Task Search_AnythingAskedInAnyPages_IsWhatTheModelHas(int seed, bool cutsPages, bool isSlow)
    {
        var random = new Random(seed);
        var clock = new FakeTimeProvider(Now);
        using var pages = new CutPages();
        await using var app = await TestApp.StartAsync(azurite, clock, configure: services => services.AddSingleton(pages.Hook));
        var model = new List<LoginEvent>();
        var shards = new[] { 1, 2, 4, 16 };
        for (var day = 0; day < Days; day++)
        {
            // Shards change from day to day; the first write of a day settles them.
            await StoreAsync(app, model, random, random.Next(40), shards[random.Next(shards.Length)], day);
        }

        pages.Keep = (found, _) => cutsPages && random.Next(4) == 0 ? random.Next(3) == 0 ? 0 : random.Next(found + 1) : found;
        if (isSlow)
        {
            // Some requests cost more than a search's whole budget.
            app.Requests.AfterAnswer = _ => clock.Advance(TimeSpan.FromSeconds(random.Next(7)));
        }

        for (var i = 0; i < Searches; i++)
        {
            await CompareAsync(app, model, random, $"seed {seed}, search {i}");
        }
    }

    private static async Task CompareAsync(TestApp app, List<LoginEvent> model, Random random, string label)
    {
        var (query, matches) = AnyQuery(random);
        var (from, to) = AnyPeriod(random);
        query["from"] = [IsoTime.Text(from)];
        query["to"] = [IsoTime.Text(to)];
        var ascending = random.Next(2) == 0;
        query["order"] = [ascending ? "asc" : "desc"];
        query["limit"] = [new[] { "1", "3", "10", "1000" }[random.Next(4)]];
        bool Found(LoginEvent e) => e.OccurredAt >= from && e.OccurredAt < to && matches(e);
        var expected = Ordered(model.Where(Found), ascending);
        var atStart = model.Count;
        var search = app.Services.GetRequiredService<EventSearch>();
        var found = new List<string>();
        while (true)
        {
            var parsed = new SearchParameters(query).Parse(Acme, Now) with { TenantCreatedAt = Now };
            var page = await search.SearchAsync(parsed, CancellationToken.None);
            found.AddRange(page.Events.Select(e => e.Id.ToString()));
            Assert.True(page.Events.Count <= parsed.Limit, label);
            if (page.NextCursor is not { } cursor)
            {
                Assert.True(page.Complete, label);
                break;
            }

            Assert.False(query.TryGetValue("cursor", out var before) && before[0] == cursor, $"{label}: a page came no further.");
            query["cursor"] = [cursor];
            if (random.Next(4) == 0)
            {
                await StoreAsync(app, model, random, random.Next(4), 1, random.Next(Days));
            }
        }

        var text = string.Join('&', query.Where(pair => pair.Key != "cursor").Select(pair => $"{pair.Key}={string.Join(',', pair.Value)}"));
        Assert.True(found.Distinct(StringComparer.Ordinal).Count() == found.Count, $"{label}: {text} repeats an event.");
        var late = model.Skip(atStart).Where(Found).Select(e => e.Id.ToString()).ToHashSet(StringComparer.Ordinal);
        Assert.True(expected.SequenceEqual(found.Where(id => !late.Contains(id)), StringComparer.Ordinal), $"{label}: {text} found {found.Count} of {expected.Count}.");
        var order = Ordered(model.Where(Found), ascending);
        Assert.True(found.SequenceEqual(order.Where(found.Contains), StringComparer.Ordinal), $"{label}: {text} is out of order.");
    }

    private static List<string> Ordered(IEnumerable<LoginEvent> events, bool ascending)
    {
        var newestFirst = events.OrderByDescending(e => e.OccurredAt.UtcTicks).ThenBy(e => e.Key.Value, StringComparer.Ordinal).Select(e => e.Id.ToString()).ToList();
        if (ascending)
        {
            newestFirst.Reverse();
        }

        return newestFirst;
    }

    private static (Dictionary<string, string[]> Query, Func<LoginEvent, bool> Matches) AnyQuery(Random random)
    {
        var query = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var tests = new List<Func<LoginEvent, bool>>();
        bool Is(LoginEvent e, string user) => Same(e.UserId, user) || Same(e.LoginId, user);
        if (random.Next(3) == 0)
        {
            var (one, two) = (Any(Users, random), Any(Users, random));
            query["user"] = [one.ToUpperInvariant(), two];
            tests.Add(e => Is(e, one) || Is(e, two));
        }

        switch (random.Next(6))
        {
            case 0:
                var address = Any(Addresses, random);
                query["ip"] = [address];
                tests.Add(e => e.Ip?.ToString() == address);
                break;
            case 1:
                query["ip"] = ["203.0.113.0/24"];
                tests.Add(e => e.Ip?.ToString().StartsWith("203.0.113.", StringComparison.Ordinal) == true);
                break;
            case 2:
                query["ip"] = ["!203.0.113.0/29"];
                tests.Add(e => e.Ip?.ToString() != "203.0.113.1");
                break;
        }

        switch (random.Next(6))
        {
            case 0:
                query["result"] = ["failure"];
                tests.Add(e => e.Result == EventResult.Failure);
                break;
            case 1:
                query["reason"] = ["!invalid_credentials"];
                tests.Add(e => e.Reason != Reason.InvalidCredentials);
                break;
            case 2:
                query["q"] = ["FIREFOX"];
                tests.Add(e => e.UserAgent == Agents[0]);
                break;
            case 3:
                var excluded = Any(Users, random);
                query["user"] = [.. query.GetValueOrDefault("user", []), $"!{excluded}"];
                tests.Add(e => !Is(e, excluded));
                break;
        }

        return (query, e => tests.TrueForAll(test => test(e)));
    }

    private static bool Same(string? id, string user) => string.Equals(id, user, StringComparison.OrdinalIgnoreCase);

    private static (DateTimeOffset From, DateTimeOffset To) AnyPeriod(Random random)
    {
        var start = Now.Date - TimeSpan.FromDays(Days);
        var one = new DateTimeOffset(start, TimeSpan.Zero).AddHours(random.Next((Days + 1) * 24));
        var other = random.Next(3) == 0 ? one.AddTicks(1) : new DateTimeOffset(start, TimeSpan.Zero).AddMinutes(random.Next((Days + 1) * 24 * 60));
        return one < other ? (one, other) : one > other ? (other, one) : (one, one.AddDays(1));
    }

    private static async Task StoreAsync(TestApp app, List<LoginEvent> model, Random random, int count, int shards, int day)
    {
        var start = new DateTimeOffset(Now.Date, TimeSpan.Zero).AddDays(day - Days + 1);
        var events = Enumerable.Range(model.Count, count).Select(i => new LoginEvent
        {
            Tenant = Acme,
            Source = "model",
            SourceEventId = i.ToString(CultureInfo.InvariantCulture),

            // Many at one instant, and at the borders of days.
            OccurredAt = start.AddTicks(random.Next(4) switch { 0 => 0, 1 => TimeSpan.TicksPerDay - 1, 2 => TimeSpan.TicksPerHour * random.Next(24), _ => random.NextInt64(TimeSpan.TicksPerDay) }),
            ReceivedAt = Now,
            EventType = EventType.Login,
            Result = random.Next(3) == 0 ? EventResult.Failure : EventResult.Success,
            Reason = random.Next(4) == 0 ? Reason.InvalidCredentials : null,
            UserId = random.Next(3) == 0 ? null : Any(Users, random),
            LoginId = random.Next(3) == 0 ? null : Any(Users, random),
            Ip = random.Next(4) == 0 ? null : IPAddress.Parse(Any(Addresses, random)),
            UserAgent = Any(Agents, random),
            ServiceType = ServiceType.Others,
        }).ToList();
        if (events.Count == 0)
        {
            return;
        }

        var tenant = new Tenant(Acme, "Acme", shards, Now);
        await app.Services.GetRequiredService<EventWriter>().WriteAsync(tenant.Log, events, mayComplete: false, CancellationToken.None);
        model.AddRange(events);
    }

    private static string Any(string[] values, Random random) => values[random.Next(values.Length)];
}
