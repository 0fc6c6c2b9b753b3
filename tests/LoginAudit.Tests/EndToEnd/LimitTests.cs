using System.Globalization;
using LoginAudit.Tests.Hosting;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>Calls that one key may make: counted, never timed; the buckets here do not fill again within a test.</summary>
public sealed class LimitTests(AzuriteFixture azurite)
{
    private const int Burst = 20;

    [Fact]
    public async Task Calls_PastTheBurst_AreTold429AndWhenToComeBack()
    {
        await using var app = await StartAsync();
        var acme = await app.CreateTenantAsync("acme");

        var left = new List<string>();
        for (var i = 0; i < Burst; i++)
        {
            using var answer = await acme.GetAsync("events");
            Assert.Equal(200, (int)answer.StatusCode);
            Assert.Equal("\"key\";q=20;w=14400", answer.Headers.GetValues("RateLimit-Policy").Single());
            left.Add(answer.Headers.GetValues("RateLimit").Single().Split(';')[1]);
        }

        // What was let in is in the trail by then; what is refused must cost no request.
        await app.StopTrailAsync();
        app.Requests.Clear();
        using var refused = await acme.GetAsync("events");

        Assert.Equal(Enumerable.Range(0, Burst).Select(i => $"r={Burst - 1 - i}"), left);
        var problem = await refused.ReadProblemAsync(429, "too_many_requests");
        Assert.Equal("https://tools.ietf.org/html/rfc6585#section-4", problem.GetProperty("type").GetString());
        Assert.InRange(int.Parse(refused.Headers.GetValues("Retry-After").Single(), CultureInfo.InvariantCulture), 1, 3600);
        Assert.StartsWith("\"key\";r=0;t=", refused.Headers.GetValues("RateLimit").Single(), StringComparison.Ordinal);
        Assert.Empty(app.Requests.Sent);
    }

    [Fact]
    public async Task Flood_OfOneTenant_CostsStorageNothingAndLeavesTheOthersTheirCalls()
    {
        await using var app = await StartAsync();
        var acme = await app.CreateTenantAsync("acme");
        var quiet = await app.CreateTenantAsync("quiet");
        await app.StopTrailAsync();
        app.Requests.Clear();
        using var alone = await quiet.GetAsync("events");
        var costOfACall = app.Requests.Sent.Count;

        app.Requests.Clear();
        var flood = Enumerable.Range(0, 600).Select(async i =>
        {
            using var answer = i % 60 == 0 ? await quiet.GetAsync("events") : await acme.GetAsync("events");
            return (OfQuiet: i % 60 == 0, Status: (int)answer.StatusCode);
        });
        var answers = await Task.WhenAll(flood);

        Assert.Equal(10, answers.Count(answer => answer is { OfQuiet: true, Status: 200 }));
        Assert.Equal(Burst, answers.Count(answer => answer is { OfQuiet: false, Status: 200 }));
        Assert.Equal(590 - Burst, answers.Count(answer => answer is { OfQuiet: false, Status: 429 }));
        Assert.Equal((Burst + 10) * costOfACall, app.Requests.Sent.Count);
    }

    [Fact]
    public async Task Calls_WithAKeysIdAndAWrongSecret_DoNotUseUpItsCalls()
    {
        await using var app = await StartAsync();
        var acme = await app.CreateTenantAsync("acme");

        for (var i = 0; i < Burst * 2; i++)
        {
            using var guessed = await app.SendAsync(HttpMethod.Get, "/v1/tenants/acme/events", acme.Key[..^1] + (acme.Key[^1] == 'A' ? 'E' : 'A'));
            Assert.Equal(i < Burst ? 401 : 429, (int)guessed.StatusCode);
        }

        using var own = await acme.GetAsync("events");
        Assert.Equal(200, (int)own.StatusCode);
    }

    [Fact]
    public async Task Calls_WithoutAKey_AreNotCountedTogether()
    {
        await using var app = await StartAsync();

        for (var i = 0; i < Burst * 2; i++)
        {
            using var live = await app.SendAsync(HttpMethod.Get, "/health/live", key: null);
            using var nobody = await app.SendAsync(HttpMethod.Get, "/v1/tenants/acme/events", key: null);
            Assert.Equal([200, 401], [(int)live.StatusCode, (int)nobody.StatusCode]);
        }
    }

    private Task<TestApp> StartAsync() => TestApp.StartAsync(
        azurite, settings: [("Access__RateBurst", $"{Burst}"), ("Access__RatePerPeriod", "5"), ("Access__RatePeriod", "01:00:00")]);
}
