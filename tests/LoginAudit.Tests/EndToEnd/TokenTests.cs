using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LoginAudit.Auth;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Logging;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>Which tokens of which issuers are taken, and for what.</summary>
public sealed class TokenTests(TokenApp shared) : IClassFixture<TokenApp>
{
    private static readonly DateTimeOffset Now = TokenApp.Now;

    private static readonly object Event = new { occurredAt = "2026-09-01T11:59:00Z", eventType = "login", result = "success" };

    /// <summary>Tokens that must not be taken, by what is wrong with them.</summary>
    private static readonly Dictionary<string, Func<TokenApp, string>> Bad = new(StringComparer.Ordinal)
    {
        ["alg none, no signature"] = app => Unsigned(app, "none", ""),
        ["alg None, no signature"] = app => Unsigned(app, "None", ""),
        ["alg NONE, no signature"] = app => Unsigned(app, "NONE", ""),
        ["alg nOnE, a signature"] = app => Unsigned(app, "nOnE", "AA"),
        ["alg none, a good signature"] = app => Unsigned(app, "none", Sign(app, app.Good()).Split('.')[2]),
        ["alg RS256, no signature"] = app => Unsigned(app, "RS256", ""),
        ["alg ES256, a signature of zeros"] = app => Unsigned(app, "ES256", Base64Url.EncodeToString(new byte[64]), TestKey.Ec256),
        ["alg empty"] = app => Unsigned(app, "", Sign(app, app.Good()).Split('.')[2]),
        ["alg missing"] = app => TestKey.Token(new() { ["kid"] = "rsa-1" }, app.Good(), _ => [1]),
        ["HS256 with the key as PEM"] = app => Hmac(app, Encoding.ASCII.GetBytes(PublicKey.ExportSubjectPublicKeyInfoPem())),
        ["HS256 with the key as PEM and a line end"] = app => Hmac(app, Encoding.ASCII.GetBytes(PublicKey.ExportSubjectPublicKeyInfoPem() + "\n")),
        ["HS256 with the key as PKCS#1 PEM"] = app => Hmac(app, Encoding.ASCII.GetBytes(PublicKey.ExportRSAPublicKeyPem())),
        ["HS256 with the key as DER"] = app => Hmac(app, PublicKey.ExportSubjectPublicKeyInfo()),
        ["HS256 with the modulus"] = app => Hmac(app, PublicKey.ExportParameters(includePrivateParameters: false).Modulus!),
        ["HS256 with the modulus as text"] = app => Hmac(app, Encoding.ASCII.GetBytes((string)TestKey.Rsa.Jwk()["n"]!)),
        ["an algorithm of another kind of key"] = app => TestKey.Rsa.Sign(app.Good(), "RS256", ("alg", "ES256")),
        ["PS256 by name, RS256 in truth"] = app => TestKey.Rsa.Sign(app.Good(), "RS256", ("alg", "PS256")),
        ["RS256 by its XML name"] = app => TestKey.Rsa.Sign(app.Good(), "RS256", ("alg", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256")),
        ["another audience"] = app => With(app, "aud", "another-api"),
        ["another casing of the audience"] = app => With(app, "aud", "Login-Audit"),
        ["a slash behind the audience"] = app => With(app, "aud", "login-audit/"),
        ["no audience"] = app => With(app, "aud", value: null),
        ["no audience in the list"] = app => With(app, "aud", new JsonArray()),
        ["another issuer"] = app => With(app, "iss", "https://login.example"),
        ["a slash behind the issuer"] = app => With(app, "iss", app.Product.Authority + "/"),
        ["no issuer"] = app => With(app, "iss", value: null),
        ["an issuer that is no text"] = app => With(app, "iss", new JsonArray(app.Product.Authority)),
        ["an issuer that is not configured"] = app => app.Attacker.Sign(app.Attacker.Claims(Now, "acme", "read")),
        ["the key of an issuer that is not configured"] = app => TestKey.OtherRsa.Sign(app.Good(), "RS256"),
        ["the same under the issuer's key id"] = app => TestKey.OtherRsa.Sign(app.Good(), "RS256", ("kid", "rsa-1")),
        ["the key of another configured issuer"] = app => app.Acme.Sign(app.Good()),
        ["the other way round"] = app => TestKey.Rsa.Sign(app.Acme.Claims(Now, "acme", "read"), "RS256"),
        ["no key id"] = app => TestKey.Rsa.Sign(app.Good(), "RS256", ("kid", null)),
        ["an unknown key id over a good signature"] = app => TestKey.Rsa.Sign(app.Good(), "RS256", ("kid", "x")),
        ["expired 60 s ago"] = app => With(app, "exp", Now.AddSeconds(-60).ToUnixTimeSeconds()),
        ["no expiry"] = app => With(app, "exp", value: null),
        ["an expiry that is no number"] = app => With(app, "exp", "2026-09-01T13:00:00Z"),
        ["an expiry beyond all time"] = app => With(app, "exp", JsonNode.Parse("1e30")),
        ["an expiry before all time"] = app => With(app, "exp", long.MinValue),
        ["valid in 61 s"] = app => With(app, "nbf", Now.AddSeconds(61).ToUnixTimeSeconds()),
        ["no subject"] = app => With(app, "sub", value: null),
        ["an empty subject"] = app => With(app, "sub", " "),
        ["a subject that is no text"] = app => With(app, "sub", 1),
        ["a subject of 256 characters"] = app => With(app, "sub", new string('a', 256)),
        ["crit"] = app => TestKey.Rsa.Sign(app.Good(), "RS256", ("crit", new JsonArray("exp")), ("exp", 1)),
        ["crit of nothing"] = app => TestKey.Rsa.Sign(app.Good(), "RS256", ("crit", new JsonArray())),
        ["crit that is null"] = app => TestKey.Rsa.Sign(app.Good(), "RS256", ("crit", null)),
        ["an attacker's jwk"] = app => TestKey.OtherRsa.Sign(app.Good(), "RS256", ("jwk", TestKey.OtherRsa.Jwk())),
        ["an attacker's jku"] = app => TestKey.OtherRsa.Sign(app.Good(), "RS256", ("jku", app.Attacker.Authority + "/keys")),
        ["an attacker's x5u"] = app => TestKey.OtherRsa.Sign(app.Good(), "RS256", ("x5u", app.Attacker.Authority + "/keys")),
        ["an attacker's jku under the issuer's key id"] = app =>
            TestKey.OtherRsa.Sign(app.Good(), "RS256", ("kid", "rsa-1"), ("jku", app.Attacker.Authority + "/keys"), ("jwk", TestKey.OtherRsa.Jwk())),
        ["a payload that was changed"] = app => Replace(Sign(app, app.Good()), 1, TestKey.Encode(app.Product.Claims(Now, "globex", "read", "export"))),
        ["a header that was changed"] = app => Replace(Sign(app, app.Good()), 0, TestKey.Encode(TestKey.Rsa.Header("RS256", ("x", 1)))),
        ["half a signature"] = app => Sign(app, app.Good())[..^100],
        ["a payload that is no object"] = app => Replace(Sign(app, app.Good()), 1, "W10"),
        ["a header that is no JSON"] = app => Replace(Sign(app, app.Good()), 0, "AAAA"),
        ["two parts"] = app => Sign(app, app.Good())[..Sign(app, app.Good()).LastIndexOf('.')],
        ["four parts"] = app => Sign(app, app.Good()) + ".AA",
        ["five parts, as if encrypted"] = app => Sign(app, app.Good()) + ".AA.AA",
        ["nothing but dots"] = _ => "..",
        ["a good one of 17 KiB"] = app => With(app, "filler", new string('a', 17 * 1024)),
    };

    public static TheoryData<string> BadTokens => [.. Bad.Keys];

    private static RSA PublicKey => (RSA)TestKey.Rsa.Pair;

    [Theory]
    [MemberData(nameof(BadTokens))]
    public async Task Call_BadToken_IsUnauthenticated(string name)
    {
        await AssertStatusAsync(200, Sign(shared, shared.Good()));
        var requests = shared.Product.Requests;
        var token = Bad[name](shared);

        using var answer = await GetAsync("acme/events", token);

        var problem = await answer.ReadProblemAsync(401, "unauthenticated");
        Assert.Equal("The call needs a valid API key or token: Authorization: Bearer …", problem.GetProperty("title").GetString());
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
        Assert.Equal(0, shared.Attacker.Requests);
        Assert.Equal(requests, shared.Product.Requests);
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("PS384")]
    [InlineData("PS512")]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("ES512")]
    public async Task Call_TokenOfARole_GetsInWhereTheRoleMay(string algorithm)
    {
        var key = TestKey.All.Single(key => key.Algorithms.Contains(algorithm));

        Assert.Equal("200 403 403", await CallAllAsync("ingest"));
        Assert.Equal("403 200 403", await CallAllAsync("read"));
        Assert.Equal("403 403 200", await CallAllAsync("export"));
        Assert.Equal("403 403 403", await CallAllAsync("audit"));
        Assert.Equal("200 200 200", await CallAllAsync("ingest", "read", "export", "audit"));
        Assert.Equal("403 403 403", await CallAllAsync());

        async Task<string> CallAllAsync(params string[] roles)
        {
            var token = key.Sign(shared.Product.Claims(Now, "acme", roles), algorithm);
            using var ingest = await shared.App.SendAsync(HttpMethod.Post, "/v1/tenants/acme/events", token, Event);
            using var search = await GetAsync("acme/events", token);
            using var exports = await GetAsync("acme/exports", token);
            return $"{(int)ingest.StatusCode} {(int)search.StatusCode} {(int)exports.StatusCode}";
        }
    }

    [Theory]
    [InlineData("exp", -59)]
    [InlineData("nbf", 60)]
    public async Task Call_TokenWithinTheSkew_IsTaken(string claim, int seconds)
    {
        await AssertStatusAsync(200, With(shared, claim, Now.AddSeconds(seconds).ToUnixTimeSeconds()));
    }

    [Theory]
    [InlineData("nbf", "null")]
    [InlineData("aud", """["another-api", "login-audit"]""")]
    [InlineData("sub", "\"{aaaaaaaa-0000-0000-0000-000000000000}\"")]
    [InlineData("preferred_username", "null")]
    [InlineData("preferred_username", "7")]
    [InlineData("roles", "\"read\"")]
    [InlineData("roles", "\"openid read profile\"")]
    [InlineData("roles", """["openid", 1, null, {}, "read"]""")]
    [InlineData("roles", """["read", "read"]""")]
    [InlineData("tenants", """["globex", "acme"]""")]
    [InlineData("tenants", """[1, null, "No Tenant", "'", "acme"]""")]
    public async Task Call_ClaimOfAnotherForm_IsTaken(string claim, string json)
    {
        await AssertStatusAsync(200, With(shared, claim, JsonNode.Parse(json)));
    }

    [Theory]
    [InlineData("\"Read\"")]
    [InlineData("\"LoginAudit.read\"")]
    [InlineData("\"read,export\"")]
    [InlineData("\"1\"")]
    [InlineData("true")]
    [InlineData("""{"read": true}""")]
    [InlineData("""[["read"]]""")]
    public async Task Call_RolesThatAreNone_GiveNothing(string json)
    {
        await AssertStatusAsync(403, With(shared, "roles", JsonNode.Parse(json)));
    }

    [Fact]
    public async Task Call_RoleOperatorInAToken_GivesNothing()
    {
        var token = Sign(shared, shared.Product.Claims(Now, "acme", "operator", "read"));

        using var own = await shared.App.SendAsync(HttpMethod.Put, "/v1/tenants/acme", token, new { displayName = "x" });
        using var fresh = await shared.App.SendAsync(HttpMethod.Put, "/v1/tenants/new-tenant", token, new { displayName = "x" });
        using var keys = await GetAsync("acme/keys", token);
        using var foreign = await GetAsync("globex/events", token);
        using var read = await GetAsync("acme/events", token);

        await own.ReadProblemAsync(403, "forbidden");
        await fresh.ReadProblemAsync(404, "not_found");
        await keys.ReadProblemAsync(403, "forbidden");
        await foreign.ReadProblemAsync(404, "not_found");
        Assert.Equal(200, (int)read.StatusCode);
    }

    [Fact]
    public async Task Call_TokenOfAnotherTenant_IsAsIfTheTenantWereNotThere()
    {
        var token = Sign(shared, shared.Product.Claims(Now, "globex", "ingest", "read", "export", "audit"));

        using var foreign = await GetAsync("acme/events", token);
        using var missing = await GetAsync("no-such-tenant/events", token);

        await foreign.ReadProblemAsync(404, "not_found");
        await missing.ReadProblemAsync(404, "not_found");
        Assert.Equal(await missing.Content.ReadAsStringAsync(), await foreign.Content.ReadAsStringAsync());
        Assert.Equal(missing.Headers.Select(header => header.Key), foreign.Headers.Select(header => header.Key));
    }

    [Fact]
    public async Task Call_TokenOfATenantThatIsNotThere_IsNotFound()
    {
        var token = Sign(shared, shared.Product.Claims(Now, "no-such-tenant", "ingest", "read"));

        using var search = await GetAsync("no-such-tenant/events", token);
        using var ingest = await shared.App.SendAsync(HttpMethod.Post, "/v1/tenants/no-such-tenant/events", token, Event);

        await search.ReadProblemAsync(404, "not_found");
        await ingest.ReadProblemAsync(404, "not_found");
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("[]")]
    [InlineData("\"acme globex\"")]
    [InlineData("\"ACME\"")]
    [InlineData("{\"acme\": true}")]
    public async Task Call_TokenWithoutATenant_BelongsToNone(string json)
    {
        await AssertStatusAsync(404, With(shared, "tenants", JsonNode.Parse(json)));
    }

    [Fact]
    public async Task Call_TokenOfSeveralTenants_BelongsToEach()
    {
        var token = With(shared, "tenants", new JsonArray("acme", "globex", "no-such-tenant"));

        await AssertStatusAsync(200, token, "acme");
        await AssertStatusAsync(200, token, "globex");
        await AssertStatusAsync(404, token, "initech");
        await AssertStatusAsync(404, token, "no-such-tenant");
    }

    [Fact]
    public async Task Call_IssuerOfOneTenant_NeverSpeaksForAnother()
    {
        var claims = shared.Acme.Claims(Now, "globex", "read");
        claims["tenant"] = "globex";
        claims["https://audit.example/roles"] = "LoginAudit.read LoginAudit.operator export";
        var token = shared.Acme.Sign(claims);

        using var exports = await GetAsync("acme/exports", token);

        await AssertStatusAsync(200, token, "acme");
        await AssertStatusAsync(404, token, "globex");
        await exports.ReadProblemAsync(403, "forbidden");
    }

    [Fact]
    public async Task Export_RequestedByAUser_NamesTheUsersId()
    {
        var token = Sign(shared, shared.Product.Claims(Now, "initech", "export"));

        using var answer = await shared.App.SendAsync(HttpMethod.Post, "/v1/tenants/initech/exports", token, new { format = "csv" });

        Assert.Equal(202, (int)answer.StatusCode);
        var job = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("user-1", job.GetProperty("requestedBy").GetString());
    }

    [Fact]
    public async Task Find_GoodToken_IsTheUser()
    {
        var claims = shared.Good();
        claims["tenants"] = new JsonArray("globex", "acme");
        claims["roles"] = "export read";

        var caller = await shared.App.Services.GetRequiredService<TokenValidator>().FindAsync(Sign(shared, claims), CancellationToken.None);

        Assert.NotNull(caller);
        Assert.Equal((CallerKind.User, "user-1", "kim@example.com"), (caller.Kind, caller.Id, caller.Name));
        Assert.Equal(["globex", "acme"], caller.Tenants.Select(tenant => tenant.Value));
        Assert.Equal([Role.Export, Role.Read], caller.Roles);
    }

    [Fact]
    public async Task Find_TokenWithAnyCharacterChanged_IsNobody()
    {
        const string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/\0 é";
        var tokens = shared.App.Services.GetRequiredService<TokenValidator>();
        var good = Sign(shared, shared.Good());
        var random = new Random(20260901);

        // The last character's low bits are no part of the signature.
        for (var at = 0; at < good.Length - 1; at++)
        {
            var letter = letters[random.Next(letters.Length)];
            if (letter != good[at])
            {
                Assert.Null(await tokens.FindAsync($"{good[..at]}{letter}{good[(at + 1)..]}", CancellationToken.None));
            }

            Assert.Null(await tokens.FindAsync(good.Remove(at, 1), CancellationToken.None));
        }
    }

    [Fact]
    public async Task Call_HeaderBeyondTheServersLimit_IsRefusedUnread()
    {
        using var answer = await GetAsync("acme/events", With(shared, "filler", new string('a', 100 * 1024)));

        Assert.Equal(431, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Log_OfRefusedTokens_NamesTheReasonAndNothingElse()
    {
        var expired = With(shared, "exp", Now.AddDays(-1).ToUnixTimeSeconds());
        foreach (var token in Bad.Values.Select(make => make(shared)).Append(expired))
        {
            using var answer = await GetAsync("acme/events", token);
        }

        var lines = string.Join('\n', shared.App.Logs.Lines);
        Assert.Contains("A token was refused: SecurityTokenInvalidLifetimeException.", lines, StringComparison.Ordinal);
        Assert.Contains("A token was refused: SecurityTokenInvalidAudienceException.", lines, StringComparison.Ordinal);
        foreach (var secret in new[] { "eyJ", expired, "user-1", "kim@example.com", "login-audit", "another-api", "rsa-1", shared.Product.Authority })
        {
            Assert.DoesNotContain(secret, lines, StringComparison.Ordinal);
        }

        Assert.False(IdentityModelEventSource.ShowPII);
        Assert.False(IdentityModelEventSource.LogCompleteSecurityArtifact);
    }

    private static string Sign(TokenApp app, JsonObject claims)
    {
        Assert.Same(TestKey.Rsa, app.Product.Keys[0]);
        return app.Product.Sign(claims);
    }

    /// <summary>A good token but for one claim; null leaves it out.</summary>
    private static string With(TokenApp app, string claim, JsonNode? value)
    {
        var claims = app.Good();
        claims.Remove(claim);
        if (value is not null)
        {
            claims[claim] = value;
        }

        return Sign(app, claims);
    }

    private static string Unsigned(TokenApp app, string algorithm, string signature, TestKey? key = null) =>
        $"{TestKey.Encode((key ?? TestKey.Rsa).Header(algorithm))}.{TestKey.Encode(app.Good())}.{signature}";

    private static string Hmac(TokenApp app, byte[] secret) =>
        TestKey.Token(TestKey.Rsa.Header("HS256"), app.Good(), data => HMACSHA256.HashData(secret, data));

    private static string Replace(string token, int part, string with)
    {
        var parts = token.Split('.');
        parts[part] = with;
        return string.Join('.', parts);
    }

    private Task<HttpResponseMessage> GetAsync(string path, string token) =>
        shared.App.SendAsync(HttpMethod.Get, $"/v1/tenants/{path}", token);

    private async Task AssertStatusAsync(int status, string token, string tenant = "acme")
    {
        using var answer = await GetAsync($"{tenant}/events", token);
        Assert.True((int)answer.StatusCode == status, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
    }
}
