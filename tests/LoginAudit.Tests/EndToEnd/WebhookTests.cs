using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LoginAudit.Tests.Hosting;
using LoginAudit.Tests.Providers;
using Microsoft.Extensions.Time.Testing;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>Providers call their hooks as they do, and their events are found.</summary>
public sealed class WebhookTests(AzuriteFixture azurite)
{
    private const string Secret = "a-secret-of-the-provider-0123456789";

    private static readonly DateTimeOffset Now = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Okta_VerifiesThenSends_EventsAreFoundOnce()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        var url = await HookAsync(app, "okta");
        var body = Fixture.Read("okta", "06-mfa").Body;

        using var verified = await SendAsync(app, HttpMethod.Get, url, [], ("x-okta-verification-challenge", "chal\"lenge"));
        using var first = await SendAsync(app, HttpMethod.Post, url, body, ("Authorization", Secret));
        using var again = await SendAsync(app, HttpMethod.Post, url, body, ("Authorization", Secret));
        var found = await acme.SearchAllAsync("source=hook");

        Assert.Equal("""{"verification":"chal\"lenge"}""", await verified.Content.ReadAsStringAsync());
        Assert.Equal([200, 200], [(int)first.StatusCode, (int)again.StatusCode]);
        Assert.Equal("", await first.Content.ReadAsStringAsync());
        Assert.Equal(3, found.Count);
        var raw = await acme.GetJsonAsync($"events/{found[0].GetProperty("id").GetString()}");
        Assert.Equal(found[0].GetProperty("sourceEventId").GetString(), raw.GetProperty("raw").GetProperty("uuid").GetString());
    }

    [Fact]
    public async Task Okta_OneElementIsBad_ItsNeighboursAreStoredAndTheAnswerIs200()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        var url = await HookAsync(app, "okta");

        using var answer = await SendAsync(app, HttpMethod.Post, url, Fixture.Read("okta", "13-nearly-empty").Body, ("Authorization", Secret));
        var found = await acme.SearchAllAsync("");

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal("1f6a7c2e-0000-4000-8000-000000000025", Assert.Single(found).GetProperty("sourceEventId").GetString());
        var rejected = new Azure.Storage.Blobs.BlobContainerClient(app.ConnectionString, "rejected-events");
        Assert.Single(rejected.GetBlobs());
    }

    [Fact]
    public async Task Okta_BatchOfAMegabyte_IsStoredWhole()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        var url = await HookAsync(app, "okta");
        var one = JsonElement.Parse(Fixture.Read("okta", "01-session-start").Body).GetProperty("data").GetProperty("events")[0].GetRawText();
        var events = Enumerable.Range(0, 700).Select(i => one.Replace("1f6a7c2e-0000-4000-8000-000000000001", $"event-{i}", StringComparison.Ordinal));
        var body = Encoding.UTF8.GetBytes("{\"data\":{\"events\":[" + string.Join(',', events) + "]}}");

        using var answer = await SendAsync(app, HttpMethod.Post, url, body, ("Authorization", Secret));

        Assert.True(body.Length > 1_000_000, $"{body.Length}");
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal(700, (await acme.SearchAllAsync("limit=1000")).Count);
    }

    [Theory]
    [InlineData("okta", "01-session-start", 1)]
    [InlineData("auth0", "02-lines", 3)]
    [InlineData("entra", "01-event-hub", 2)]
    [InlineData("google", "06-list-of-the-api", 2)]
    [InlineData("cloudevents", "02-batch", 2)]
    [InlineData("ocsf", "04-lines", 2)]
    public async Task Secret_InTheHeader_OpensItAndNothingElseDoes(string kind, string fixture, int events)
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        var url = await HookAsync(app, kind);
        var (body, type) = (Fixture.Read(kind, fixture).Body, kind == "cloudevents" ? "application/cloudevents-batch+json" : "application/json");

        foreach (var wrong in new[] { null, "", "Bearer", "Bearer ", Secret + "x", Secret[..^1], $"Basic {Secret}", $"Bearer {Secret}x", $"{Secret} {Secret}" })
        {
            using var refused = await SendAsync(app, HttpMethod.Post, url, body, ("Content-Type", type), ("Authorization", wrong ?? ""));
            await refused.ReadProblemAsync(401, "unauthenticated");
        }

        Assert.Empty(await acme.SearchAllAsync(""));
        using var bare = await SendAsync(app, HttpMethod.Post, url, body, ("Content-Type", type), ("Authorization", Secret));
        using var bearer = await SendAsync(app, HttpMethod.Post, url, body, ("Content-Type", type), ("Authorization", $"Bearer {Secret}"));

        var expected = kind == "cloudevents" ? 202 : 200;
        Assert.Equal((expected, expected), ((int)bare.StatusCode, (int)bearer.StatusCode));
        Assert.Equal(events, (await acme.SearchAllAsync("source=hook")).Count);
    }

    [Fact]
    public async Task Keycloak_SignatureOverTheRawBody_IsNeeded()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        var url = await HookAsync(app, "keycloak");
        var body = Fixture.Read("keycloak", "02-login-error").Body;
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), body));

        using var unsigned = await SendAsync(app, HttpMethod.Post, url, body);
        using var changed = await SendAsync(app, HttpMethod.Post, url, [.. body, (byte)' '], ("X-Keycloak-Signature", signature));
        using var signed = await SendAsync(app, HttpMethod.Post, url, body, ("X-Keycloak-Signature", signature));

        Assert.Equal([401, 401, 200], [(int)unsigned.StatusCode, (int)changed.StatusCode, (int)signed.StatusCode]);
        Assert.Equal("invalid_credentials", Assert.Single(await acme.SearchAllAsync("")).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task StandardWebhooks_SignedInTimeByEitherSecret_IsTaken()
    {
        var clock = new FakeTimeProvider(Now);
        await using var app = await TestApp.StartAsync(azurite, clock);
        var acme = await app.CreateTenantAsync("acme");
        var first = "whsec_" + Convert.ToBase64String(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());
        var second = "whsec_" + Convert.ToBase64String(Enumerable.Range(50, 32).Select(i => (byte)i).ToArray());
        var url = await HookAsync(app, "standard-webhooks", first);
        var body = Fixture.Read("standard-webhooks", "01-enveloped").Body;
        using var rotated = await app.SendAsync(HttpMethod.Post, $"/v1/tenants/acme/sources/{url.Split('/')[^1]}/rotate", app.OperatorKey, new { secret = second });

        var statuses = new List<int>();
        (DateTimeOffset At, string Signature)[] calls =
        [
            (Now, Sign(first, "msg_1", Now, body)),
            (Now, Sign(second, "msg_1", Now, body)),
            (Now, "v1,AAAA v1a,BBBB " + Sign(second, "msg_1", Now, body)),
            (Now.AddMinutes(-5), Sign(first, "msg_1", Now.AddMinutes(-5), body)),
            (Now.AddMinutes(-5).AddSeconds(-1), Sign(first, "msg_1", Now.AddMinutes(-5).AddSeconds(-1), body)),
            (Now.AddMinutes(5).AddSeconds(1), Sign(first, "msg_1", Now.AddMinutes(5).AddSeconds(1), body)),
            (Now, Sign(first, "msg_2", Now, body)),
            (Now.AddSeconds(1), Sign(first, "msg_1", Now, body)),
            (Now, Sign(first, "msg_1", Now, [.. body, (byte)'\n'])),
            (Now, Sign(first, "msg_1", Now, body).Replace("v1,", "v2,", StringComparison.Ordinal)),
            (Now, ""),
        ];
        foreach (var (at, signature) in calls)
        {
            using var answer = await SendAsync(
                app, HttpMethod.Post, url, body,
                ("webhook-id", "msg_1"), ("webhook-timestamp", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)), ("webhook-signature", signature));
            statuses.Add((int)answer.StatusCode);
        }

        clock.SetUtcNow(Now.AddHours(25));
        using var afterItsEnd = await SendAsync(
            app, HttpMethod.Post, url, body, ("webhook-id", "msg_1"),
            ("webhook-timestamp", Now.AddHours(25).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)), ("webhook-signature", Sign(first, "msg_1", Now.AddHours(25), body)));

        Assert.Equal([200, 200, 200, 200, 401, 401, 401, 401, 401, 401, 401], statuses);
        Assert.Equal(401, (int)afterItsEnd.StatusCode);
        Assert.Single(await acme.SearchAllAsync("from=2026-09-01T00:00:00Z"));
    }

    [Fact]
    public async Task CloudEvents_AskThenSend_IsLetInByItsFormat()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        var url = await HookAsync(app, "cloudevents");

        using var permitted = await SendAsync(app, HttpMethod.Options, url, [], ("WebHook-Request-Origin", "eventemitter.example.com"), ("WebHook-Request-Rate", "120"));
        using var binary = await SendAsync(
            app, HttpMethod.Post, url, Fixture.Read("cloudevents", "03-binary").Body, [.. Fixture.Read("cloudevents", "03-binary").Headers.Select(pair => (pair.Key, pair.Value)), ("Authorization", Secret)]);
        using var unknown = await SendAsync(app, HttpMethod.Post, url, "<a/>"u8.ToArray(), ("Content-Type", "application/cloudevents+xml"), ("Authorization", Secret));
        using var none = await SendAsync(app, HttpMethod.Post, url, "{}"u8.ToArray(), ("Content-Type", "application/json"), ("Authorization", Secret));

        Assert.Equal(200, (int)permitted.StatusCode);
        Assert.Equal("eventemitter.example.com", permitted.Headers.GetValues("WebHook-Allowed-Origin").Single());
        Assert.Equal("*", permitted.Headers.GetValues("WebHook-Allowed-Rate").Single());
        Assert.Equal("POST", permitted.Content.Headers.Allow.Single());
        Assert.Equal(202, (int)binary.StatusCode);
        await unknown.ReadProblemAsync(415, "unsupported_media_type");
        await none.ReadProblemAsync(415, "unsupported_media_type");
        Assert.Equal("caldav", Assert.Single(await acme.SearchAllAsync("")).GetProperty("serviceType").GetString());
    }

    [Fact]
    public async Task Entra_CompletesASignInLater_TheFullerOneStandsAndTheOldIndexRowsGo()
    {
        var clock = new FakeTimeProvider(Now);
        await using var app = await TestApp.StartAsync(azurite, clock);
        var acme = await app.CreateTenantAsync("acme", shards: 4);
        var url = await HookAsync(app, "entra");
        string Incomplete(string user) => Entra($$"""{"userPrincipalName":"{{user}}","ipAddress":"203.0.113.1"}""");
        var complete = Entra("""{"userPrincipalName":"mina@example.com","userId":"u-1","ipAddress":"203.0.113.2","appDisplayName":"Portal","userDisplayName":"Mina"}""");

        foreach (var (minutes, body) in new[] { (0, Incomplete("early@example.com")), (1, complete), (2, Incomplete("late@example.com")), (3, complete) })
        {
            clock.SetUtcNow(Now.AddMinutes(minutes));
            using var answer = await SendAsync(app, HttpMethod.Post, url, Encoding.UTF8.GetBytes(body), ("Authorization", Secret));
            Assert.Equal(200, (int)answer.StatusCode);
        }

        clock.SetUtcNow(Now.AddMinutes(4));
        var found = Assert.Single(await acme.SearchAllAsync(""));
        Assert.Equal("mina@example.com", found.GetProperty("loginId").GetString());
        Assert.Equal("2026-09-01T12:00:00.0000000Z", found.GetProperty("receivedAt").GetString());
        Assert.Single(await acme.SearchAllAsync("user=u-1"));
        Assert.Single(await acme.SearchAllAsync("ip=203.0.113.2"));
        Assert.Empty(await acme.SearchAllAsync("user=early@example.com"));
        Assert.Empty(await acme.SearchAllAsync("user=late@example.com"));
        Assert.Empty(await acme.SearchAllAsync("ip=203.0.113.1"));
    }

    [Fact]
    public async Task Entra_VersionsArriveAtOnceInAnyOrder_TheFullestStands()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        var url = await HookAsync(app, "entra");
        var versions = Enumerable.Range(0, 8).Select(i => Entra(
            $$"""{"userId":"u-{{i}}","ipAddress":"203.0.113.{{i}}" """ + string.Concat(new[] { ",\"appDisplayName\":\"A\"", ",\"sessionId\":\"s\"", ",\"userAgent\":\"a\"", ",\"correlationId\":\"c\"", ",\"userDisplayName\":\"n\"", ",\"autonomousSystemNumber\":1", ",\"riskLevelDuringSignIn\":\"low\"" }.Take(i)) + "}"));

        var answers = await Task.WhenAll(versions.Reverse().Select(body => SendAsync(app, HttpMethod.Post, url, Encoding.UTF8.GetBytes(body), ("Authorization", Secret))));
        var found = await acme.SearchAllAsync("");

        Assert.All(answers, answer => Assert.Equal(200, (int)answer.StatusCode));
        Assert.Equal("u-7", Assert.Single(found).GetProperty("userId").GetString());
        for (var i = 0; i < 7; i++)
        {
            Assert.Empty(await acme.SearchAllAsync($"user=u-{i}"));
            Assert.Empty(await acme.SearchAllAsync($"ip=203.0.113.{i}"));
        }
    }

    [Fact]
    public async Task OtherKinds_SendAnotherVersion_WhatIsStoredStands()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        var url = await HookAsync(app, "ocsf");

        foreach (var body in new[] { """{"class_uid":3002,"activity_id":1,"status_id":1,"time":1788240000000,"metadata":{"uid":"1"}}""", """{"class_uid":3002,"activity_id":1,"status_id":2,"time":1788240000000,"metadata":{"uid":"1"},"user":{"uid":"u"},"src_endpoint":{"ip":"203.0.113.1"}}""" })
        {
            using var answer = await SendAsync(app, HttpMethod.Post, url, Encoding.UTF8.GetBytes(body), ("Authorization", Secret));
        }

        Assert.Equal("success", Assert.Single(await acme.SearchAllAsync("")).GetProperty("result").GetString());
        Assert.Empty(await acme.SearchAllAsync("user=u"));
    }

    [Fact]
    public async Task Hook_OfNobodySuspendedOrDeleted_TakesNothing()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        var url = await HookAsync(app, "okta");
        var body = Fixture.Read("okta", "01-session-start").Body;

        using var unknown = await SendAsync(app, HttpMethod.Post, "/v1/webhooks/00000000000000000000000000000000", body, ("Authorization", Secret));
        using var noId = await SendAsync(app, HttpMethod.Post, "/v1/webhooks/acme", body, ("Authorization", Secret));
        using var asked = await SendAsync(app, HttpMethod.Get, url, []);
        using var suspended = await app.SendAsync(HttpMethod.Put, "/v1/tenants/acme", app.OperatorKey, new { suspended = true });
        using var whileSuspended = await SendAsync(app, HttpMethod.Post, url, body, ("Authorization", Secret));
        using var resumed = await app.SendAsync(HttpMethod.Put, "/v1/tenants/acme", app.OperatorKey, new { suspended = false });
        using var deleted = await app.SendAsync(HttpMethod.Delete, $"/v1/tenants/acme/sources/{url.Split('/')[^1]}", app.OperatorKey);
        using var afterwards = await SendAsync(app, HttpMethod.Post, url, body, ("Authorization", Secret));

        foreach (var none in new[] { unknown, noId, asked, afterwards })
        {
            Assert.Equal("There is no such hook.", (await none.ReadProblemAsync(404, "not_found")).GetProperty("title").GetString());
        }

        await whileSuspended.ReadProblemAsync(503, "tenant_suspended");
        Assert.Equal("3600", whileSuspended.Headers.GetValues("Retry-After").Single());
        Assert.Empty(await acme.SearchAllAsync(""));
    }

    [Fact]
    public async Task Hook_StorageFails_Answers5xxSoThatTheProviderRepeats()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        var url = await HookAsync(app, "okta");
        var body = Fixture.Read("okta", "01-session-start").Body;
        app.Requests.BeforeSend = message =>
        {
            if (message.Request.Uri.Path.EndsWith("$batch", StringComparison.Ordinal))
            {
                throw new IOException("Down.");
            }
        };

        using var failed = await SendAsync(app, HttpMethod.Post, url, body, ("Authorization", Secret));
        app.Requests.BeforeSend = null;
        using var again = await SendAsync(app, HttpMethod.Post, url, body, ("Authorization", Secret));

        await failed.ReadProblemAsync(503, "storage_unavailable");
        Assert.Equal(200, (int)again.StatusCode);
        Assert.Single(await acme.SearchAllAsync(""));
    }

    [Fact]
    public async Task Hook_WhatIsIgnoredUnknownOrRejected_IsCounted()
    {
        using var ignored = new CountedMetric("loginaudit.provider.ignored");
        using var unknown = new CountedMetric("loginaudit.provider.unknown");
        using var rejected = new CountedMetric("loginaudit.ingest.rejected");
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        await app.CreateTenantAsync("acme");
        var url = await HookAsync(app, "okta");

        foreach (var fixture in new[] { "03-locked-out-and-unknown-reason", "12-not-about-signing-in", "13-nearly-empty" })
        {
            using var answer = await SendAsync(app, HttpMethod.Post, url, Fixture.Read("okta", fixture).Body, ("Authorization", Secret));
        }

        Assert.Equal((2, 2, 4), (ignored.Of(app.Services), unknown.Of(app.Services), rejected.Of(app.Services)));
    }

    private static string Entra(string properties) =>
        "{\"records\":[{\"category\":\"SignInLogs\",\"properties\":{\"id\":\"sign-in-1\",\"createdDateTime\":\"2026-09-01T11:00:00Z\",\"status\":{\"errorCode\":0},"
        + properties[1..] + "}]}";

    private static string Sign(string secret, string id, DateTimeOffset at, byte[] body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{at.ToUnixTimeSeconds()}."), .. body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed));
    }

    /// <summary>Makes a source named hook, and gives its address.</summary>
    private static async Task<string> HookAsync(TestApp app, string kind, string secret = Secret)
    {
        using var made = await app.SendAsync(HttpMethod.Post, "/v1/tenants/acme/sources", app.OperatorKey, new { name = "hook", kind, secret });
        var json = await made.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True((int)made.StatusCode == 201, json.ToString());
        return json.GetProperty("url").GetString()!;
    }

    private static async Task<HttpResponseMessage> SendAsync(
        TestApp app, HttpMethod method, string url, byte[] body, params IEnumerable<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(method, url);
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(body);
        }

        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return await app.Client.SendAsync(request);
    }
}
