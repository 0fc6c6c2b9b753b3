using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LoginAudit.Tests.Hosting;
using LoginAudit.Tests.Providers;
using Microsoft.Extensions.Time.Testing;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>A transmitter of Shared Signals pushes security event tokens, and gets the answers of RFC 8935.</summary>
public sealed class SecurityEventTests(AzuriteFixture azurite)
{
    private const string Audience = "https://audit.example.com";

    private static readonly DateTimeOffset Now = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Push_SignedByTheIssuer_IsStoredOnceAndAnsweredWith202()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        var url = await HookAsync(app, issuer);

        using var first = await PushAsync(app, url, Sign(Claims(issuer)));
        using var again = await PushAsync(app, url, Sign(Claims(issuer)));
        using var withSecret = await PushAsync(app, url, Sign(Claims(issuer, "02-session-revoked-by-policy")), WebhookCalls.Secret);
        using var ignored = await PushAsync(app, url, Sign(Claims(issuer, "05-verification")));
        var found = await acme.SearchAllAsync("");

        foreach (var answer in new[] { first, again, withSecret, ignored })
        {
            Assert.Equal(202, (int)answer.StatusCode);
            Assert.Equal("", await answer.Content.ReadAsStringAsync());
        }

        Assert.Equal(["logout_requested", "login"], found.Select(e => e.GetProperty("eventType").GetString()));
        var raw = await acme.GetJsonAsync($"events/{found[1].GetProperty("id").GetString()}");
        Assert.Equal("set-001", raw.GetProperty("raw").GetProperty("jti").GetString());
        Assert.Equal(2, issuer.Requests);
    }

    [Fact]
    public async Task Push_OfEveryKeyAndAlgorithm_IsTaken()
    {
        await using var issuer = await TestIssuer.StartAsync();
        issuer.Keys = TestKey.All;
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        await app.CreateTenantAsync("acme");
        var url = await HookAsync(app, issuer);

        foreach (var (key, algorithm) in TestKey.All.SelectMany(key => key.Algorithms.Select(algorithm => (key, algorithm))))
        {
            using var answer = await PushAsync(app, url, key.Sign(Claims(issuer), algorithm, ("typ", "application/secevent+jwt")));
            Assert.Equal(202, (int)answer.StatusCode);
        }
    }

    [Fact]
    public async Task Push_WhatProvesNothing_IsRefusedWithItsReasonAndStoresNothing()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        var url = await HookAsync(app, issuer);
        var good = Sign(Claims(issuer));
        var parts = good.Split('.');
        JsonObject With(string claim, JsonNode? value)
        {
            var claims = Claims(issuer);
            claims[claim] = value;
            return claims;
        }

        (string Token, string? Secret, string Err)[] calls =
        [
            ("", null, "invalid_request"),
            ("hello", null, "invalid_request"),
            ("{}", null, "invalid_request"),
            (Claims(issuer).ToJsonString(), null, "invalid_request"),
            ($"{parts[0]}.{parts[1]}", null, "invalid_request"),
            ($"{good}.{parts[2]}.{parts[2]}", null, "invalid_request"),
            (Sign(With("pad", new string('x', 20_000))), null, "invalid_request"),
            (TestKey.Rsa.Sign(Claims(issuer), "RS256"), null, "invalid_request"), // typ JWT
            (TestKey.Rsa.Sign(Claims(issuer), "RS256", ("typ", null)), null, "invalid_request"),
            (TestKey.Rsa.Sign(Claims(issuer), "RS256", ("typ", "secevent+jwt"), ("crit", new JsonArray("b64"))), null, "invalid_request"),
            (Sign(With("jti", null)), null, "invalid_request"),
            (Sign(With("jti", "")), null, "invalid_request"),
            (Sign(With("iat", null)), null, "invalid_request"),
            (Sign(With("events", null)), null, "invalid_request"),
            (Sign(With("events", new JsonObject())), null, "invalid_request"),
            (Sign(With("events", new JsonArray())), null, "invalid_request"),
            (Sign(With("events", "session-established")), null, "invalid_request"),
            (Sign(With("iss", "https://other.example.com")), null, "invalid_issuer"),
            (Sign(With("iss", null)), null, "invalid_issuer"),
            (Sign(With("aud", Audience + "/")), null, "invalid_audience"),
            (Sign(With("aud", null)), null, "invalid_audience"),
            (TestKey.OtherRsa.Sign(Claims(issuer), "RS256", ("typ", "secevent+jwt")), null, "invalid_key"),
            (TestKey.OtherRsa.Sign(Claims(issuer), "RS256", ("typ", "secevent+jwt"), ("kid", TestKey.Rsa.Id)), null, "authentication_failed"),
            ($"{parts[0]}.{TestKey.Encode(With("jti", "set-999"))}.{parts[2]}", null, "authentication_failed"),
            ($"{parts[0]}.{parts[1]}.", null, "authentication_failed"),
            (TestKey.Token(TestKey.Rsa.Header("none", ("typ", "secevent+jwt")), Claims(issuer), _ => []), null, "authentication_failed"),
            (TestKey.Token(
                TestKey.Rsa.Header("HS256", ("typ", "secevent+jwt")), Claims(issuer),
                data => HMACSHA256.HashData(Encoding.UTF8.GetBytes(WebhookCalls.Secret), data)), null, "authentication_failed"),
            (good, "another-secret-0123456789", "authentication_failed"),
        ];
        foreach (var (token, secret, err) in calls)
        {
            using var answer = await PushAsync(app, url, token, secret);
            var body = await answer.Content.ReadAsStringAsync();
            Assert.True((int)answer.StatusCode == 400, $"{err}: {(int)answer.StatusCode} {body}");
            Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
            Assert.Equal("en", answer.Content.Headers.ContentLanguage.Single());
            var problem = JsonElement.Parse(body);
            Assert.True(problem.GetProperty("err").GetString() == err, $"{err}: {body}");
            Assert.NotEmpty(problem.GetProperty("description").GetString()!);
        }

        Assert.Empty(await acme.SearchAllAsync(""));
    }

    [Fact]
    public async Task Push_IssuerHasChangedItsKeys_TheNewOneIsFetched()
    {
        await using var issuer = await TestIssuer.StartAsync();
        var clock = new FakeTimeProvider(Now);
        await using var app = await TestApp.StartAsync(azurite, clock);
        await app.CreateTenantAsync("acme");
        var url = await HookAsync(app, issuer);

        using var first = await PushAsync(app, url, Sign(Claims(issuer)));
        issuer.Keys = [TestKey.OtherRsa];
        clock.Advance(TimeSpan.FromSeconds(31));
        using var rolled = await PushAsync(app, url, TestKey.OtherRsa.Sign(Claims(issuer), "RS256", ("typ", "secevent+jwt")));
        using var old = await PushAsync(app, url, Sign(Claims(issuer)));

        Assert.Equal([202, 202, 400], [(int)first.StatusCode, (int)rolled.StatusCode, (int)old.StatusCode]);
    }

    [Fact]
    public async Task Push_IssuerIsDown_Is503SoThatItIsSentAgain()
    {
        await using var issuer = await TestIssuer.StartAsync();
        var clock = new FakeTimeProvider(Now);
        await using var app = await TestApp.StartAsync(azurite, clock);
        var acme = await app.CreateTenantAsync("acme");
        var url = await HookAsync(app, issuer);
        issuer.Fails = true;

        using var down = await PushAsync(app, url, Sign(Claims(issuer)));
        issuer.Fails = false;
        clock.Advance(TimeSpan.FromSeconds(6));
        using var up = await PushAsync(app, url, Sign(Claims(issuer)));

        await down.ReadProblemAsync(503, "issuer_unavailable");
        Assert.Equal(202, (int)up.StatusCode);
        Assert.Single(await acme.SearchAllAsync(""));
    }

    [Fact]
    public async Task Push_TwoSourcesOfTwoIssuers_TakeTheirOwnOnly()
    {
        await using var one = await TestIssuer.StartAsync();
        await using var other = await TestIssuer.StartAsync();
        other.Keys = [TestKey.OtherRsa];
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        await app.CreateTenantAsync("acme");
        var url = await HookAsync(app, one);
        var otherUrl = await HookAsync(app, other);
        var ofOne = Sign(Claims(one));
        var ofOther = TestKey.OtherRsa.Sign(Claims(other), "RS256", ("typ", "secevent+jwt"));

        var statuses = new List<int>();
        foreach (var (to, token) in new[] { (url, ofOne), (url, ofOther), (otherUrl, ofOne), (otherUrl, ofOther) })
        {
            using var answer = await PushAsync(app, to, token);
            statuses.Add((int)answer.StatusCode);
        }

        Assert.Equal([202, 400, 400, 202], statuses);
    }

    private static Task<string> HookAsync(TestApp app, TestIssuer issuer) => app.HookAsync(
        "set", issuer: issuer.Authority, audience: Audience, metadataUrl: $"{issuer.Authority}/.well-known/openid-configuration");

    private static JsonObject Claims(TestIssuer issuer, string fixture = "01-session-established")
    {
        var claims = JsonNode.Parse(Fixture.Read("set", fixture).Body)!.AsObject();
        claims["iss"] = issuer.Issuer;
        return claims;
    }

    private static string Sign(JsonObject claims) => TestKey.Rsa.Sign(claims, "RS256", ("typ", "secevent+jwt"));

    private static Task<HttpResponseMessage> PushAsync(TestApp app, string url, string token, string? secret = null) => app.CallAsync(
        HttpMethod.Post, url, Encoding.ASCII.GetBytes(token),
        [("Content-Type", "application/secevent+jwt"), ("Accept", "application/json"), .. secret is null ? [] : new[] { ("Authorization", $"Bearer {secret}") }]);
}
