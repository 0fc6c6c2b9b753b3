using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>
/// Issuers that roll their keys over, are down, or are made to look so: what is fetched from them, when, and what is taken
/// meanwhile.
/// </summary>
public sealed class TokenIssuerTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Now = TokenApp.Now;

    private readonly FakeTimeProvider _clock = new(Now);

    [Fact]
    public async Task Start_WithIssuers_FetchesNothing()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var app = await TokenApp.StartAsync(azurite, _clock, issuer);

        var before = issuer.Requests;
        await AssertStatusAsync(app, 200, Token(issuer, TestKey.Rsa));
        await AssertStatusAsync(app, 200, Token(issuer, TestKey.Rsa));

        Assert.Equal((0, 2), (before, issuer.Requests));
    }

    [Fact]
    public async Task Rollover_NewKey_IsTakenAtItsFirstToken()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var app = await TokenApp.StartAsync(azurite, _clock, issuer);
        await AssertStatusAsync(app, 200, Token(issuer, TestKey.Rsa));
        issuer.Keys = [TestKey.OtherRsa, TestKey.Rsa];
        _clock.Advance(TimeSpan.FromSeconds(30));

        await AssertStatusAsync(app, 200, Token(issuer, TestKey.OtherRsa));
        await AssertStatusAsync(app, 200, Token(issuer, TestKey.Rsa));

        Assert.Equal(4, issuer.Requests);
    }

    /// <summary>
    /// IdentityModel's last-known-good configuration, which is its default, goes on taking the dropped key for an hour after
    /// this. It is meant for an issuer that publishes broken metadata; it also revives a key that was withdrawn because it was
    /// stolen. So it is not used here: what the issuer last said holds.
    /// </summary>
    [Fact]
    public async Task Rollover_DroppedKey_IsRefusedOnceTheMetadataIsRefreshed()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var app = await TokenApp.StartAsync(azurite, _clock, issuer);
        await AssertStatusAsync(app, 200, Token(issuer, TestKey.Rsa));
        issuer.Keys = [TestKey.Ec256];
        _clock.Advance(TimeSpan.FromSeconds(30));

        await AssertStatusAsync(app, 200, Token(issuer, TestKey.Rsa));
        await AssertStatusAsync(app, 200, Token(issuer, TestKey.Ec256));
        await AssertStatusAsync(app, 401, Token(issuer, TestKey.Rsa));

        Assert.Equal(4, issuer.Requests);
    }

    [Fact]
    public async Task Rollover_DroppedKeyThatNobodyMisses_IsRefusedAfterAnHour()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var app = await TokenApp.StartAsync(azurite, _clock, issuer);
        await AssertStatusAsync(app, 200, Token(issuer, TestKey.Rsa));
        issuer.Keys = [TestKey.Ec256];
        _clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
        await AssertStatusAsync(app, 200, Token(issuer, TestKey.Rsa));
        Assert.Equal(2, issuer.Requests);

        // The call that finds the metadata old fetches beside itself; the one with the unknown key waits for that fetch.
        _clock.Advance(TimeSpan.FromTicks(1));
        using var beside = await GetAsync(app, Token(issuer, TestKey.Rsa));
        await AssertStatusAsync(app, 200, Token(issuer, TestKey.Ec256));
        await AssertStatusAsync(app, 401, Token(issuer, TestKey.Rsa));

        Assert.Equal(4, issuer.Requests);
    }

    [Fact]
    public async Task Refresh_TokensWithRandomKeyIds_CauseOneFetchInHalfAMinute()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var app = await TokenApp.StartAsync(azurite, _clock, issuer);
        await AssertStatusAsync(app, 200, Token(issuer, TestKey.Rsa));
        var requests = new List<int>();

        foreach (var seconds in new[] { 0, 29, 1, 29, 1, 0 })
        {
            _clock.Advance(TimeSpan.FromSeconds(seconds));
            var statuses = await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
            {
                using var answer = await GetAsync(app, TestKey.OtherRsa.Sign(issuer.Claims(_clock.GetUtcNow(), "acme", "read"), "RS256", ("kid", $"{seconds} {i}")));
                return (int)answer.StatusCode;
            }));
            Assert.All(statuses, status => Assert.Equal(401, status));
            requests.Add(issuer.Requests);
        }

        Assert.Equal([2, 2, 4, 4, 6, 6], requests);
    }

    [Fact]
    public async Task Refresh_TokensThatAreWrongOtherwise_CauseNoFetch()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var app = await TokenApp.StartAsync(azurite, _clock, issuer);
        await AssertStatusAsync(app, 200, Token(issuer, TestKey.Rsa));
        _clock.Advance(TimeSpan.FromMinutes(5));
        var claims = issuer.Claims(_clock.GetUtcNow(), "acme", "read");
        var expired = issuer.Claims(_clock.GetUtcNow().AddDays(-1), "acme", "read");

        await AssertStatusAsync(app, 401, TestKey.OtherRsa.Sign(claims, "RS256", ("kid", "rsa-1")));
        await AssertStatusAsync(app, 401, TestKey.Rsa.Sign(expired, "RS256"));
        await AssertStatusAsync(app, 401, TestKey.Rsa.Sign(expired, "RS256", ("kid", "unknown")));

        Assert.Equal(2, issuer.Requests);
    }

    [Fact]
    public async Task Refresh_WhileTheIssuerHangs_HoldsUpNobodyWhoseKeyIsKnown()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var app = await TokenApp.StartAsync(azurite, _clock, issuer);
        await AssertStatusAsync(app, 200, Token(issuer, TestKey.Rsa));
        _clock.Advance(TimeSpan.FromSeconds(30));
        var gate = new TaskCompletionSource();
        issuer.Gate = gate.Task;
        issuer.Keys = [TestKey.Ec256];

        var waiting = GetAsync(app, Token(issuer, TestKey.Ec256));
        for (var i = 0; i < 20; i++)
        {
            await AssertStatusAsync(app, 200, Token(issuer, TestKey.Rsa));
        }

        var waited = !waiting.IsCompleted;
        gate.SetResult();
        using var answer = await waiting;

        Assert.True(waited);
        Assert.Equal(200, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Refresh_OfOldMetadataWhileTheIssuerHangs_HoldsUpNobody()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var app = await TokenApp.StartAsync(azurite, _clock, issuer);
        await AssertStatusAsync(app, 200, Token(issuer, TestKey.Rsa));
        _clock.Advance(TimeSpan.FromHours(2));
        var gate = new TaskCompletionSource();
        issuer.Gate = gate.Task;

        // Below the 10 s after which the fetch itself gives up.
        await AssertStatusAsync(app, 200, Token(issuer, TestKey.Rsa)).WaitAsync(TimeSpan.FromSeconds(8));
        gate.SetResult();
    }

    [Fact]
    public async Task Down_AtTheFirstCall_Is503UntilItIsUp()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await issuer.DownAsync();
        await using var app = await TokenApp.StartAsync(azurite, _clock, issuer);

        using var down = await GetAsync(app, Token(issuer, TestKey.Rsa));
        await issuer.UpAsync();
        _clock.Advance(TimeSpan.FromSeconds(5));
        await AssertStatusAsync(app, 200, Token(issuer, TestKey.Rsa));

        var problem = await down.ReadProblemAsync(503, "issuer_unavailable");
        Assert.Equal("The token's issuer cannot be reached. Send the request again.", problem.GetProperty("title").GetString());
        Assert.Equal("5", down.Headers.RetryAfter?.ToString());
    }

    [Fact]
    public async Task Down_ManyCallersAtTheFirstCall_ShareOneFetchInFiveSeconds()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var app = await TokenApp.StartAsync(azurite, _clock, issuer);
        issuer.Fails = true;
        var requests = new List<int>();

        foreach (var seconds in new[] { 0, 4, 1 })
        {
            _clock.Advance(TimeSpan.FromSeconds(seconds));
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AssertStatusAsync(app, 503, Token(issuer, TestKey.Rsa))));
            requests.Add(issuer.Requests);
        }

        Assert.Equal([1, 1, 2], requests);
    }

    [Fact]
    public async Task Down_Later_GoesOnWithWhatIsThere()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var app = await TokenApp.StartAsync(azurite, _clock, issuer);
        await AssertStatusAsync(app, 200, Token(issuer, TestKey.Rsa));
        await issuer.DownAsync();

        for (var day = 0; day < 3; day++)
        {
            _clock.Advance(TimeSpan.FromDays(1));
            await AssertStatusAsync(app, 200, Token(issuer, TestKey.Rsa));
            await AssertStatusAsync(app, 401, Token(issuer, TestKey.OtherRsa));
        }

        issuer.Keys = [TestKey.OtherRsa];
        await issuer.UpAsync();
        _clock.Advance(TimeSpan.FromSeconds(30));
        await AssertStatusAsync(app, 200, Token(issuer, TestKey.OtherRsa));
        await AssertStatusAsync(app, 401, Token(issuer, TestKey.Rsa));
    }

    [Fact]
    public async Task Metadata_ThatLosesItsKeysOrItsName_LeavesWhatWasThere()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var app = await TokenApp.StartAsync(azurite, _clock, issuer);
        await AssertStatusAsync(app, 200, Token(issuer, TestKey.Rsa));

        issuer.Keys = [];
        _clock.Advance(TimeSpan.FromSeconds(30));
        await AssertStatusAsync(app, 401, Token(issuer, TestKey.OtherRsa));
        await AssertStatusAsync(app, 200, Token(issuer, TestKey.Rsa));

        var token = Token(issuer, TestKey.OtherRsa);
        issuer.Keys = [TestKey.OtherRsa];
        issuer.Issuer = "https://someone.example";
        _clock.Advance(TimeSpan.FromSeconds(30));
        await AssertStatusAsync(app, 401, token);

        Assert.Equal(6, issuer.Requests);
    }

    [Fact]
    public async Task Metadata_OfAnotherIssuer_IsNeverUsed()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var app = await TokenApp.StartAsync(azurite, _clock, issuer);
        issuer.Issuer = "https://someone.example";
        var claims = issuer.Claims(Now, "acme", "read");

        await AssertStatusAsync(app, 401, TestKey.Rsa.Sign(claims, "RS256"));
        claims["iss"] = issuer.Authority;
        await AssertStatusAsync(app, 503, TestKey.Rsa.Sign(claims, "RS256"));
    }

    [Theory]
    [InlineData("", "", "", 200)]
    [InlineData("/", "/", null, 200)]
    [InlineData("", "/", "/", 200)]
    [InlineData("/", "", "", 200)]
    [InlineData("/realms/acme", "/realms/acme", null, 200)]
    [InlineData("/", "", null, 401)]
    [InlineData("", "/", null, 401)]
    public async Task Issuer_NameAsItIsWritten_IsTheTokens(string authority, string name, string? setting, int status)
    {
        await using var issuer = await TestIssuer.StartAsync();
        issuer.Issuer = issuer.Authority + name;
        (string, string)[] settings =
        [
            ("Access__Issuers__0__Authority", issuer.Authority + authority),
            ("Access__Issuers__0__Issuer", setting is null ? "" : issuer.Authority + setting),
            ("Access__Issuers__0__Audience", "login-audit"),
            ("Access__Issuers__0__TenantClaim", "tenants"),
        ];
        await using var app = await TokenApp.StartAsync(azurite, _clock, settings);

        await AssertStatusAsync(app, status, Token(issuer, TestKey.Rsa));
    }

    private static Task<HttpResponseMessage> GetAsync(TestApp app, string token) =>
        app.SendAsync(HttpMethod.Get, "/v1/tenants/acme/events", token);

    private static async Task AssertStatusAsync(TestApp app, int status, string token)
    {
        using var answer = await GetAsync(app, token);
        Assert.True((int)answer.StatusCode == status, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>A good token of the clock's now.</summary>
    private string Token(TestIssuer issuer, TestKey key) =>
        key.Sign(issuer.Claims(_clock.GetUtcNow(), "acme", "read"), key.Algorithms[0]);
}
