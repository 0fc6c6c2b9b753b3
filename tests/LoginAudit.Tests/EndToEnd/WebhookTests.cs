using System.Globalization;
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
    private const string Secret = WebhookCalls.Secret;

    private static readonly DateTimeOffset Now = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Okta_VerifiesThenSends_EventsAreFoundOnce()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        var url = await app.HookAsync("okta");
        var body = Fixture.Read("okta", "06-mfa").Body;

        using var verified = await app.CallAsync(HttpMethod.Get, url, [], ("x-okta-verification-challenge", "chal\"lenge"));
        using var first = await app.CallAsync(HttpMethod.Post, url, body, ("Authorization", Secret));
        using var again = await app.CallAsync(HttpMethod.Post, url, body, ("Authorization", Secret));
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
        var url = await app.HookAsync("okta");

        using var answer = await app.CallAsync(HttpMethod.Post, url, Fixture.Read("okta", "13-nearly-empty").Body, ("Authorization", Secret));
        var found = await acme.SearchAllAsync("");

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal("1f6a7c2e-0000-4000-8000-000000000025", Assert.Single(found).GetProperty("sourceEventId").GetString());
        var rejected = new Azure.Storage.Blobs.BlobContainerClient(app.ConnectionString, "rejected-events");
        Assert.Single(rejected.GetBlobs());
    }

    [Theory]
    [InlineData("okta", "01-session-start", "data.events", "1f6a7c2e-0000-4000-8000-000000000001")]
    [InlineData("auth0", "01-array", "", "9002026090100000000000000000000000000001")]
    [InlineData("keycloak", "05-raw-array", "", "6d1b0000-0000-4000-8000-000000000005")]
    [InlineData("entra", "01-event-hub", "records", "e0000000-0000-4000-8000-000000000001")]
    [InlineData("google", "06-list-of-the-api", "items", "\"uniqueQualifier\": \"6\"")]
    [InlineData("cloudevents", "02-batch", "", "\"id\": \"2\"")]
    [InlineData("standard-webhooks", "03-array", "", "\"sourceEventId\": \"3\"")]
    [InlineData("ocsf", "01-logon", null, "oc-1")]
    public async Task Batch_OfAMegabyte_IsStoredWhole(string kind, string fixture, string? array, string id)
    {
        const int most = 5000;
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        var secret = kind == "standard-webhooks" ? "whsec_" + Convert.ToBase64String(new byte[32]) : Secret;
        var url = await app.HookAsync(kind, secret);
        var root = JsonElement.Parse(Fixture.Read(kind, fixture).Body);
        var one = array is null ? root : array.Split('.', StringSplitOptions.RemoveEmptyEntries).Aggregate(root, (at, name) => at.GetProperty(name))[0];
        Assert.Contains(id, one.GetRawText(), StringComparison.Ordinal);
        var events = new List<string>();
        for (var bytes = 0; bytes < 1_000_000 && events.Count < most; bytes += events[^1].Length)
        {
            var number = string.Create(CultureInfo.InvariantCulture, $"{events.Count:D6}");
            events.Add(one.GetRawText().Replace(id, id.EndsWith('"') ? $"{id[..^1]}{number}\"" : id[..^1] + number, StringComparison.Ordinal).ReplaceLineEndings(" "));
        }

        var text = array is null ? string.Join('\n', events) : $"[{string.Join(',', events)}]";
        foreach (var name in (array ?? "").Split('.', StringSplitOptions.RemoveEmptyEntries).Reverse())
        {
            text = $$"""{"{{name}}":{{text}}}""";
        }

        var body = Encoding.UTF8.GetBytes(text);
        using var answer = await app.CallAsync(
            HttpMethod.Post, url, body, Headers(kind, secret, body));

        Assert.True(body.Length > 900_000, $"{body.Length}");
        Assert.Equal(kind == "cloudevents" ? 202 : 200, (int)answer.StatusCode);
        Assert.Equal(events.Count, (await acme.SearchAllAsync("limit=1000")).Count);
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
        var url = await app.HookAsync(kind);
        var (body, type) = (Fixture.Read(kind, fixture).Body, kind == "cloudevents" ? "application/cloudevents-batch+json" : "application/json");

        foreach (var wrong in new[] { null, "", "Bearer", "Bearer ", Secret + "x", Secret[..^1], $"Basic {Secret}", $"Bearer {Secret}x", $"{Secret} {Secret}" })
        {
            using var refused = await app.CallAsync(HttpMethod.Post, url, body, ("Content-Type", type), ("Authorization", wrong ?? ""));
            await refused.ReadProblemAsync(401, "unauthenticated");
        }

        Assert.Empty(await acme.SearchAllAsync(""));
        using var bare = await app.CallAsync(HttpMethod.Post, url, body, ("Content-Type", type), ("Authorization", Secret));
        using var bearer = await app.CallAsync(HttpMethod.Post, url, body, ("Content-Type", type), ("Authorization", $"Bearer {Secret}"));

        var expected = kind == "cloudevents" ? 202 : 200;
        Assert.Equal((expected, expected), ((int)bare.StatusCode, (int)bearer.StatusCode));
        Assert.Equal(events, (await acme.SearchAllAsync("source=hook")).Count);
    }

    [Fact]
    public async Task Keycloak_SignatureOverTheRawBody_IsNeeded()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        var url = await app.HookAsync("keycloak");
        var body = Fixture.Read("keycloak", "02-login-error").Body;
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), body));

        using var unsigned = await app.CallAsync(HttpMethod.Post, url, body);
        using var changed = await app.CallAsync(HttpMethod.Post, url, [.. body, (byte)' '], ("X-Keycloak-Signature", signature));
        using var signed = await app.CallAsync(HttpMethod.Post, url, body, ("X-Keycloak-Signature", signature));

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
        var url = await app.HookAsync("standard-webhooks", first);
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
            using var answer = await app.CallAsync(
                HttpMethod.Post, url, body,
                ("webhook-id", "msg_1"), ("webhook-timestamp", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)), ("webhook-signature", signature));
            statuses.Add((int)answer.StatusCode);
        }

        clock.SetUtcNow(Now.AddHours(25));
        using var afterItsEnd = await app.CallAsync(
            HttpMethod.Post, url, body, ("webhook-id", "msg_1"),
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
        var url = await app.HookAsync("cloudevents");

        using var permitted = await app.CallAsync(HttpMethod.Options, url, [], ("WebHook-Request-Origin", "eventemitter.example.com"), ("WebHook-Request-Rate", "120"));
        using var binary = await app.CallAsync(
            HttpMethod.Post, url, Fixture.Read("cloudevents", "03-binary").Body, [.. Fixture.Read("cloudevents", "03-binary").Headers.Select(pair => (pair.Key, pair.Value)), ("Authorization", Secret)]);
        using var unknown = await app.CallAsync(HttpMethod.Post, url, "<a/>"u8.ToArray(), ("Content-Type", "application/cloudevents+xml"), ("Authorization", Secret));
        using var none = await app.CallAsync(HttpMethod.Post, url, "{}"u8.ToArray(), ("Content-Type", "application/json"), ("Authorization", Secret));

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
    public async Task Permit_OriginThatNoHeaderTakes_IsRefused()
    {
        await using var app = await TestApp.StartAsync(azurite);
        await app.CreateTenantAsync("acme");
        var url = new Uri(app.Client.BaseAddress!, await app.HookAsync("cloudevents"));
        using var utf8 = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 });
        using var request = new HttpRequestMessage(HttpMethod.Options, url);
        request.Headers.TryAddWithoutValidation("WebHook-Request-Origin", "caf\u00e9.example.com");

        using var answer = await utf8.SendAsync(request);

        (await answer.ReadProblemAsync(400, "invalid_request"))
            .AssertError("WebHook-Request-Origin", "got 'caf\u00e9.example.com'", "takes a DNS name in ASCII");
    }

    [Fact]
    public async Task Entra_CompletesASignInLater_TheFullerOneStandsAndTheOldIndexRowsGo()
    {
        var clock = new FakeTimeProvider(Now);
        await using var app = await TestApp.StartAsync(azurite, clock);
        var acme = await app.CreateTenantAsync("acme", shards: 4);
        var url = await app.HookAsync("entra");
        string Incomplete(string user) => Entra($$"""{"userPrincipalName":"{{user}}","ipAddress":"203.0.113.1"}""");
        var complete = Entra("""{"userPrincipalName":"mina@example.com","userId":"u-1","ipAddress":"203.0.113.2","appDisplayName":"Portal","userDisplayName":"Mina"}""");

        foreach (var (minutes, body) in new[] { (0, Incomplete("early@example.com")), (1, complete), (2, Incomplete("late@example.com")), (3, complete) })
        {
            clock.SetUtcNow(Now.AddMinutes(minutes));
            using var answer = await app.CallAsync(HttpMethod.Post, url, Encoding.UTF8.GetBytes(body), ("Authorization", Secret));
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
        var url = await app.HookAsync("entra");
        var versions = Enumerable.Range(0, 8).Select(i => Entra(
            $$"""{"userId":"u-{{i}}","ipAddress":"203.0.113.{{i}}" """ + string.Concat(new[] { ",\"appDisplayName\":\"A\"", ",\"sessionId\":\"s\"", ",\"userAgent\":\"a\"", ",\"correlationId\":\"c\"", ",\"userDisplayName\":\"n\"", ",\"autonomousSystemNumber\":1", ",\"riskLevelDuringSignIn\":\"low\"" }.Take(i)) + "}"));

        var answers = await Task.WhenAll(versions.Reverse().Select(body => app.CallAsync(HttpMethod.Post, url, Encoding.UTF8.GetBytes(body), ("Authorization", Secret))));
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
        var url = await app.HookAsync("ocsf");

        foreach (var body in new[] { """{"class_uid":3002,"activity_id":1,"status_id":1,"time":1788240000000,"metadata":{"uid":"1"}}""", """{"class_uid":3002,"activity_id":1,"status_id":2,"time":1788240000000,"metadata":{"uid":"1"},"user":{"uid":"u"},"src_endpoint":{"ip":"203.0.113.1"}}""" })
        {
            using var answer = await app.CallAsync(HttpMethod.Post, url, Encoding.UTF8.GetBytes(body), ("Authorization", Secret));
        }

        Assert.Equal("success", Assert.Single(await acme.SearchAllAsync("")).GetProperty("result").GetString());
        Assert.Empty(await acme.SearchAllAsync("user=u"));
    }

    [Fact]
    public async Task Entra_SourceAsksForMoreCategories_TheyAreStoredToo()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        var body = Fixture.Read("entra", "13-categories-that-the-source-asked-for").Body;
        var url = await app.HookAsync("entra", name: "all", categories: ["NonInteractiveUserSignInLogs", "ServicePrincipalSignInLogs"]);
        var people = await app.HookAsync("entra", name: "people");

        using var made = await app.SendAsync(HttpMethod.Get, $"/v1/tenants/acme/sources/{url.Split('/')[^1]}", app.OperatorKey);
        using var all = await app.CallAsync(HttpMethod.Post, url, body, ("Authorization", Secret));
        using var few = await app.CallAsync(HttpMethod.Post, people, body, ("Authorization", Secret));

        Assert.Contains("\"categories\":[\"NonInteractiveUserSignInLogs\",\"ServicePrincipalSignInLogs\"]", await made.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal([200, 200], [(int)all.StatusCode, (int)few.StatusCode]);
        Assert.Equal(3, (await acme.SearchAllAsync("source=all")).Count);
        Assert.Single(await acme.SearchAllAsync("source=people"));
    }

    [Fact]
    public async Task CloudEvents_TooManyCalls_Are429WithRetryAfter()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now), settings: [("Access__RateBurst", "3"), ("Access__RatePerPeriod", "1")]);
        await app.CreateTenantAsync("acme");
        var url = await app.HookAsync("cloudevents");
        var statuses = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            using var answer = await app.CallAsync(HttpMethod.Post, url, "[]"u8.ToArray(), ("Content-Type", "application/cloudevents-batch+json"), ("Authorization", Secret));
            statuses.Add((int)answer.StatusCode);
            Assert.Equal(i == 3, answer.Headers.RetryAfter is not null);
        }

        Assert.Equal([202, 202, 202, 429], statuses);
    }

    [Fact]
    public async Task Hook_OfNobodySuspendedOrDeleted_TakesNothing()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        var url = await app.HookAsync("okta");
        var body = Fixture.Read("okta", "01-session-start").Body;

        using var unknown = await app.CallAsync(HttpMethod.Post, "/v1/webhooks/00000000000000000000000000000000", body, ("Authorization", Secret));
        using var noId = await app.CallAsync(HttpMethod.Post, "/v1/webhooks/acme", body, ("Authorization", Secret));
        using var asked = await app.CallAsync(HttpMethod.Get, url, []);
        using var suspended = await app.SendAsync(HttpMethod.Put, "/v1/tenants/acme", app.OperatorKey, new { suspended = true });
        using var whileSuspended = await app.CallAsync(HttpMethod.Post, url, body, ("Authorization", Secret));
        using var resumed = await app.SendAsync(HttpMethod.Put, "/v1/tenants/acme", app.OperatorKey, new { suspended = false });
        using var deleted = await app.SendAsync(HttpMethod.Delete, $"/v1/tenants/acme/sources/{url.Split('/')[^1]}", app.OperatorKey);
        using var afterwards = await app.CallAsync(HttpMethod.Post, url, body, ("Authorization", Secret));

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
        var url = await app.HookAsync("okta");
        var body = Fixture.Read("okta", "01-session-start").Body;
        app.Requests.BeforeSend = message =>
        {
            if (message.Request.Uri.Path.EndsWith("$batch", StringComparison.Ordinal))
            {
                throw new IOException("Down.");
            }
        };

        using var failed = await app.CallAsync(HttpMethod.Post, url, body, ("Authorization", Secret));
        app.Requests.BeforeSend = null;
        using var again = await app.CallAsync(HttpMethod.Post, url, body, ("Authorization", Secret));

        await failed.ReadProblemAsync(503, "storage_unavailable");
        Assert.Equal(200, (int)again.StatusCode);
        Assert.Single(await acme.SearchAllAsync(""));
    }

    [Fact]
    public async Task Hook_WhatIsIgnoredUnknownOrRejected_IsCounted()
    {
        using var ignored = new CountedMetric("loginaudit.provider.ignored");
        using var unknown = new CountedMetric("loginaudit.provider.unknown");
        using var rejected = new CountedMetric("loginaudit.events.rejected");
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        await app.CreateTenantAsync("acme");
        var url = await app.HookAsync("okta");

        foreach (var fixture in new[] { "03-locked-out-and-unknown-reason", "12-not-about-signing-in", "13-nearly-empty" })
        {
            using var answer = await app.CallAsync(HttpMethod.Post, url, Fixture.Read("okta", fixture).Body, ("Authorization", Secret));
        }

        Assert.Equal((2, 2, 4), (ignored.Of(app.Services), unknown.Of(app.Services), rejected.Of(app.Services)));
    }

    private static string Entra(string properties) =>
        "{\"records\":[{\"category\":\"SignInLogs\",\"properties\":{\"id\":\"sign-in-1\",\"createdDateTime\":\"2026-09-01T11:00:00Z\",\"status\":{\"errorCode\":0},"
        + properties[1..] + "}]}";

    private static IEnumerable<(string Name, string Value)> Headers(string kind, string secret, byte[] body) => kind switch
    {
        "keycloak" => [("X-Keycloak-Signature", Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body)))],
        "standard-webhooks" =>
        [
            ("webhook-id", "msg_1"), ("webhook-timestamp", Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            ("webhook-signature", Sign(secret, "msg_1", Now, body)),
        ],
        "cloudevents" => [("Content-Type", "application/cloudevents-batch+json"), ("Authorization", secret)],
        _ => [("Authorization", secret)],
    };

    private static string Sign(string secret, string id, DateTimeOffset at, byte[] body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{at.ToUnixTimeSeconds()}."), .. body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed));
    }
}
