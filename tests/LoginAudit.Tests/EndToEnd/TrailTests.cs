using System.Text.Json;
using LoginAudit.Retention;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>Who looked: what each call leaves in the access trail.</summary>
public sealed class TrailTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Now = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Trail_OfEachKindOfCall_SaysWhoDidWhatWhenAndFromWhere()
    {
        var clock = new FakeTimeProvider(Now);
        await using var app = await TestApp.StartAsync(azurite, clock);
        var acme = await app.CreateTenantAsync("acme", roles: ["ingest", "read", "export", "audit"]);
        var keyId = acme.Key.Split('_')[2];
        await acme.IngestAsync([new { sourceEventId = "1", occurredAt = "2026-09-01T10:00:00Z", eventType = "login", result = "failure", loginId = "mina@example.com" }]);
        await app.TrailAsync("acme", 2);

        clock.SetUtcNow(Now.AddMinutes(1));
        var eventId = (await acme.GetJsonAsync("events?user=mina@example.com&result=failure&limit=5")).GetProperty("events")[0].GetProperty("id").GetString();
        clock.SetUtcNow(Now.AddMinutes(2));
        await acme.GetJsonAsync($"events/{eventId}");
        clock.SetUtcNow(Now.AddMinutes(3));
        using var requested = await acme.PostAsync("exports", new { format = "ndjson", query = new { q = "mina" } });
        var exportId = (await JsonOf(requested)).GetProperty("id").GetString();
        clock.SetUtcNow(Now.AddMinutes(4));
        using var linked = await acme.PostAsync($"exports/{exportId}/link", new { });
        clock.SetUtcNow(Now.AddMinutes(5));
        using var deleted = await app.SendAsync(HttpMethod.Delete, $"/v1/tenants/acme/exports/{exportId}", acme.Key);
        clock.SetUtcNow(Now.AddMinutes(6));
        using var rotated = await app.SendAsync(HttpMethod.Post, $"/v1/tenants/acme/keys/{keyId}/rotate", app.OperatorKey, new { });
        var nextId = (await JsonOf(rotated)).GetProperty("id").GetString();
        clock.SetUtcNow(Now.AddMinutes(7));
        using var revoked = await app.SendAsync(HttpMethod.Delete, $"/v1/tenants/acme/keys/{nextId}", app.OperatorKey);
        clock.SetUtcNow(Now.AddMinutes(8));
        using var changed = await app.SendAsync(HttpMethod.Put, "/v1/tenants/acme", app.OperatorKey, new { displayName = "Acme", shards = 4 });
        clock.SetUtcNow(Now.AddMinutes(9));
        var trail = await app.TrailAsync("acme", 10);

        var operatorId = app.OperatorKey.Split('_')[2];
        Assert.Equal(
            [
                $"2026-09-01T12:08:00.0000000Z tenant_put 200 operator {operatorId} 127.0.0.1 - {{\"displayName\":\"Acme\",\"shards\":4,\"state\":\"active\"}}",
                $"2026-09-01T12:07:00.0000000Z key_revoke 204 operator {operatorId} 127.0.0.1 {nextId} -",
                $"2026-09-01T12:06:00.0000000Z key_rotate 201 operator {operatorId} 127.0.0.1 {keyId} {{\"newKey\":\"{nextId}\",\"oldExpiresAt\":\"2026-09-02T12:06:00.0000000Z\"}}",
                $"2026-09-01T12:05:00.0000000Z export_delete 204 key {keyId} 127.0.0.1 {exportId} -",
                $"2026-09-01T12:04:00.0000000Z export_link 409 key {keyId} 127.0.0.1 {exportId} -",
                $"2026-09-01T12:03:00.0000000Z export_request 202 key {keyId} 127.0.0.1 {exportId} {{\"q\":[\"mina\"],\"from\":[\"2026-08-25T12:03:00.0000000Z\"],\"to\":[\"2026-09-01T12:03:00.0000000Z\"]}}",
                $"2026-09-01T12:02:00.0000000Z event_read 200 key {keyId} 127.0.0.1 {eventId} -",
                $"2026-09-01T12:01:00.0000000Z search 200 key {keyId} 127.0.0.1 - {{\"user\":[\"mina@example.com\"],\"result\":[\"failure\"],\"from\":[\"2026-08-25T12:01:00.0000000Z\"],\"to\":[\"2026-09-01T12:01:00.0000000Z\"]}}",
            ],
            trail.Take(8).Select(Line));
        Assert.Equal(["key_create", "tenant_put"], trail.Skip(8).Select(entry => entry.GetProperty("action").GetString()!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Trail_OfRefusedAndBadCalls_HasThemWithTheirStatus()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var acme = await app.CreateTenantAsync("acme", roles: "read");
        var other = await app.CreateTenantAsync("other", roles: "read");

        using var refused = await acme.PostAsync("exports", new { });
        using var bad = await acme.GetAsync("events?limit=none");
        using var none = await acme.GetAsync("events/08df07c0313f1c078fbinuoyokza47eihvbof5gbdcx4");
        using var foreign = await app.SendAsync(HttpMethod.Get, "/v1/tenants/acme/events", other.Key);
        var trail = await app.TrailAsync("acme", 5);
        var others = await app.TrailAsync("other", 2);

        Assert.Equal(
            ["event_read 404", "export_request 403", "search 400"],
            trail.Select(e => $"{e.GetProperty("action").GetString()} {e.GetProperty("status").GetInt32()}").Where(e => !e.EndsWith("201", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(404, (int)foreign.StatusCode);
        Assert.Equal(["key_create", "tenant_put"], others.Select(e => e.GetProperty("action").GetString()!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Trail_CannotBeWritten_CallsAreAnsweredAndTheLossIsCountedAndLogged()
    {
        using var lost = new CountedMetric("loginaudit.background_writes.lost");
        await using var app = await TestApp.StartAsync(azurite);
        var acme = await app.CreateTenantAsync("acme");
        await app.TrailAsync("acme", 2);
        app.Requests.BeforeSend = message =>
        {
            if (message.Request.Uri.Path.Contains("/AccessTrail", StringComparison.Ordinal))
            {
                throw new IOException("The trail's table does not answer.");
            }
        };

        using var searched = await acme.GetAsync("events?user=mina@example.com");
        await lost.WaitForAsync(app.Services, 1);

        Assert.Equal(200, (int)searched.StatusCode);
        var line = Assert.Single(app.Logs.Lines, line => line.Contains("An entry of the access trail, or the last use of a key, is lost", StringComparison.Ordinal));
        Assert.Contains("System.IO.IOException", line, StringComparison.Ordinal);
        Assert.DoesNotContain("mina", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trail_AnswersOfStorageAreLost_HasEachEntryOnce()
    {
        using var lost = new CountedMetric("loginaudit.background_writes.lost");
        var clock = new FakeTimeProvider(Now);
        await using var app = await TestApp.StartAsync(azurite, clock);
        var acme = await app.CreateTenantAsync("acme");
        await app.TrailAsync("acme", 2);
        clock.SetUtcNow(Now.AddDays(1)); // a day whose table is not there yet

        var lostAnswers = 0;
        app.Requests.AfterAnswer = message =>
        {
            if (message.Response.Status == 204 && message.Request.Uri.Path.Contains("/AccessTrail", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref lostAnswers);
                throw new IOException("The connection broke before the answer.");
            }
        };
        await acme.GetJsonAsync("events?q=first");
        await app.TrailAsync("acme", 3);
        await acme.GetJsonAsync("events?q=later");
        var trail = await app.TrailAsync("acme", 4);
        await app.StopTrailAsync();

        Assert.Equal(2, trail.Count(entry => entry.GetProperty("action").GetString() == "search"));
        Assert.InRange(lostAnswers, 2, int.MaxValue);
        Assert.Equal(0, lost.Of(app.Services));
    }

    [Fact]
    public async Task Trail_SlowToWrite_NoCallWaitsForIt()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var acme = await app.CreateTenantAsync("acme");
        await app.TrailAsync("acme", 2);
        using var held = new ManualResetEventSlim();
        app.Requests.BeforeSend = message =>
        {
            if (message.Request.Method == Azure.Core.RequestMethod.Post && message.Request.Uri.Path.Contains("/AccessTrail", StringComparison.Ordinal))
            {
                held.Wait();
            }
        };

        // All of them are answered while not one entry can be written.
        for (var i = 0; i < 20; i++)
        {
            await acme.GetJsonAsync($"events?q=word{i}");
        }

        held.Set();
        var trail = await app.TrailAsync("acme", 22);
        Assert.Equal(20, trail.Count(entry => entry.GetProperty("action").GetString() == "search"));
    }

    [Fact]
    public async Task Trail_OfAnAppThatStops_IsWrittenFirst()
    {
        var account = await azurite.TakeAccountAsync();
        string key;
        await using (var app = await TestApp.StartAsync(azurite, connectionString: account))
        {
            var acme = await app.CreateTenantAsync("acme");
            key = acme.Key.Split('_')[2];
            for (var i = 0; i < 50; i++)
            {
                await acme.GetJsonAsync("events");
            }
        }

        await using var again = await TestApp.StartAsync(azurite, connectionString: account);
        var trail = await again.TrailAsync("acme", 52);

        Assert.Equal(50, trail.Count(entry => entry.GetProperty("callerId").GetString() == key));
    }

    [Fact]
    public async Task Trail_OfALongUserAgent_IsCut()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var acme = await app.CreateTenantAsync("acme");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/tenants/acme/events");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {acme.Key}");
        request.Headers.TryAddWithoutValidation("User-Agent", new string('a', 1000));

        using var answer = await app.Client.SendAsync(request);
        var trail = await app.TrailAsync("acme", 3);

        Assert.Equal(new string('a', 256), trail[0].GetProperty("userAgent").GetString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Trail_PagedAtAnySize_HasEachEntryOnceNewestFirst(int limit)
    {
        var clock = new FakeTimeProvider(Now.AddDays(-20));
        await using var app = await TestApp.StartAsync(azurite, clock);
        var acme = await app.CreateTenantAsync("acme", roles: ["read", "audit"]);
        var expected = new List<string>();
        foreach (var hours in new[] { 0, 0, 1, 36, 36, 72, 72, 72, 300, 479 })
        {
            clock.SetUtcNow(Now.AddDays(-20).AddHours(hours));
            await acme.GetJsonAsync($"events?q=word{expected.Count}");
            expected.Insert(0, $"word{expected.Count}");
            await app.TrailAsync("acme", expected.Count, "limit=1000&action=search&from=2026-08-01T00:00:00Z&to=2026-09-02T00:00:00Z");
        }

        clock.SetUtcNow(Now);
        var found = new List<string>();
        var cursor = "";
        do
        {
            var page = await acme.GetJsonAsync($"access?from=2026-08-01T00:00:00Z&action=search,tenant_put&caller={acme.Key.Split('_')[2]}&limit={limit}{cursor}");
            Assert.True(page.GetProperty("entries").GetArrayLength() <= limit);
            found.AddRange(page.GetProperty("entries").EnumerateArray().Select(e => e.GetProperty("details").GetProperty("q")[0].GetString()!));
            cursor = page.TryGetProperty("nextCursor", out var next) ? $"&cursor={next.GetString()}" : "";
            Assert.Equal(cursor.Length == 0, page.GetProperty("complete").GetBoolean());
        }
        while (cursor.Length > 0);

        // Entries of one instant have no order among themselves.
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        Assert.Equal(["word9", "word8"], found.Take(2));
        Assert.Equal("word2", found[^3]);
    }

    [Theory]
    [InlineData("limit=0", "limit", "got '0'; takes a whole number from 1 to 1000")]
    [InlineData("from=yesterday", "from", "got 'yesterday'")]
    [InlineData("from=2026-09-01T12:00:00Z&to=2026-09-01T12:00:00Z", "from", "a time before 'to'")]
    [InlineData("action=look", "action", "got 'look'; takes one of search, summary, event_read")]
    [InlineData("action=", "action", "got ''; takes one of search, summary, event_read")]
    [InlineData("cursor=nonsense", "cursor", "got 'nonsense'; takes a nextCursor of the same trail")]
    [InlineData("caller=a&caller=b", "caller", "got '2 values'; takes one value")]
    [InlineData("user=mina", "user", "got 'user'; takes only from, to, action, caller, limit, cursor")]
    public async Task Trail_BadParameter_NamesIt(string query, string parameter, string says)
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme", roles: "audit");

        using var answer = await acme.GetAsync($"access?{query}");

        (await answer.ReadProblemAsync(400, "invalid_request")).AssertError(parameter, says);
    }

    [Fact]
    public async Task Trail_CursorOfAnotherTrail_IsRefused()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var acme = await app.CreateTenantAsync("acme", roles: ["audit", "read"]);
        var other = await app.CreateTenantAsync("other", roles: "audit");
        await app.TrailAsync("acme", 2);
        var cursor = (await acme.GetJsonAsync("access?limit=1")).GetProperty("nextCursor").GetString();

        using var ofOther = await other.GetAsync($"access?limit=1&cursor={cursor}");
        using var ofOtherAction = await acme.GetAsync($"access?limit=1&action=search&cursor={cursor}");
        using var ofASearch = await acme.GetAsync($"events?limit=1&cursor={cursor}");
        var same = await acme.GetJsonAsync($"access?limit=1&cursor={cursor}");

        (await ofOther.ReadProblemAsync(400, "invalid_request")).AssertError("cursor");
        (await ofOtherAction.ReadProblemAsync(400, "invalid_request")).AssertError("cursor");
        (await ofASearch.ReadProblemAsync(400, "invalid_request")).AssertError("cursor");
        Assert.Equal(1, same.GetProperty("entries").GetArrayLength());
    }

    [Fact]
    public async Task Trail_PastItsTime_IsGoneWithItsTable()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 15, 12, 0, 0, TimeSpan.Zero));
        await using var app = await TestApp.StartAsync(azurite, clock);
        var acme = await app.CreateTenantAsync("acme");
        await acme.GetJsonAsync("events");
        await app.TrailAsync("acme", 3);

        clock.SetUtcNow(new DateTimeOffset(2026, 7, 14, 12, 0, 0, TimeSpan.Zero).AddTicks(1));
        var notShown = await app.TrailAsync("acme", 0, "limit=1000&from=2026-01-15T12:00:00Z&to=2026-07-14T12:00:00Z");
        clock.SetUtcNow(new DateTimeOffset(2026, 7, 15, 0, 30, 0, TimeSpan.Zero));
        app.Requests.Clear();
        await app.Services.GetRequiredService<RetentionRunner>().RunAsync(CancellationToken.None);

        Assert.Empty(notShown);
        Assert.Contains(app.Requests.Sent, sent => sent.EndsWith("/Tables('AccessTrail20260115')", StringComparison.Ordinal));
    }

    private static string Line(JsonElement entry)
    {
        return string.Join(' ', new[] { "at", "action", "status", "callerKind", "callerId", "address", "target", "details" }
            .Select(field => entry.TryGetProperty(field, out var value) ? value.ToString() : "-"));
    }

    private static async Task<JsonElement> JsonOf(HttpResponseMessage answer) => JsonElement.Parse(await answer.Content.ReadAsStringAsync());
}
