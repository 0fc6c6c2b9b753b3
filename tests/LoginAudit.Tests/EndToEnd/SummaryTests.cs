using System.Text.Json;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace LoginAudit.Tests.EndToEnd;

public sealed class SummaryTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Now = new(2026, 9, 10, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Summary_OfDaysOfAZone_CountsEachEventInItsLocalDay()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync(
        [
            Login("1", "2026-08-31T14:59:59Z"), // 31 August, 23:59 in Seoul
            Login("2", "2026-08-31T15:00:00Z"),
            Login("3", "2026-09-01T14:59:59Z", "failure", "invalid_credentials", "a@example.com"),
            Login("4", "2026-09-01T15:00:00Z", "failure", "unknown_user", "b@example.com"),
            Login("5", "2026-09-03T14:59:59.9999999Z", "interrupted", "mfa_required"),
            Login("6", "2026-09-03T15:00:00Z"),
        ]);

        var summary = await acme.GetJsonAsync("summary?tz=Asia/Seoul&from=2026-09-01&to=2026-09-03&bucket=day");

        Assert.Equal(
            """
            {"from":"2026-08-31T15:00:00.0000000Z","to":"2026-09-03T15:00:00.0000000Z","timeZone":"Asia/Seoul","bucket":"day","complete":true,"countedFrom":"2026-08-31T15:00:00.0000000Z","total":{"success":1,"failure":2,"interrupted":1},"buckets":[{"start":"2026-09-01T00:00:00+09:00","success":1,"failure":1,"interrupted":0},{"start":"2026-09-02T00:00:00+09:00","success":0,"failure":1,"interrupted":0},{"start":"2026-09-03T00:00:00+09:00","success":0,"failure":0,"interrupted":1}],"reasons":[{"reason":"invalid_credentials","count":1},{"reason":"unknown_user","count":1},{"reason":"mfa_required","count":1}],"users":[{"user":"a@example.com","failures":1},{"user":"b@example.com","failures":1}],"addresses":[{"ip":"203.0.113.1","usersTried":2,"failures":2}]}
            """.Trim(),
            summary.GetRawText());
    }

    [Fact]
    public async Task Summary_HoursWhereTheClockIsChanged_AreAsManyAsTheDayHas()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(new DateTimeOffset(2026, 11, 10, 0, 0, 0, TimeSpan.Zero)));
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync([Login("1", "2026-11-01T05:30:00Z"), Login("2", "2026-11-01T06:30:00Z"), Login("3", "2026-11-01T06:31:00Z")]);

        var back = await HoursAsync(acme, "tz=America/New_York&from=2026-11-01&to=2026-11-01");
        var forth = await HoursAsync(acme, "tz=Europe/Berlin&from=2026-10-25T00:00:00Z&to=2026-10-25T03:00:00Z");
        var spring = await HoursAsync(acme, "tz=America/New_York&from=2026-09-01&to=2026-09-01");

        Assert.Equal(25, back.Count);
        Assert.Equal([("2026-11-01T00:00:00-04:00", 0), ("2026-11-01T01:00:00-04:00", 1), ("2026-11-01T01:00:00-05:00", 2), ("2026-11-01T02:00:00-05:00", 0)], back[..4]);
        Assert.Equal(["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00", "2026-10-25T03:00:00+01:00"], forth.ConvertAll(hour => hour.Start));
        Assert.Equal(24, spring.Count);
    }

    [Fact]
    public async Task Summary_DaysThatAreOver_AreCountedOnceAndAgainAfterALateEvent()
    {
        var clock = new FakeTimeProvider(Now);
        await using var app = await TestApp.StartAsync(azurite, clock);
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync(Enumerable.Range(0, 90).Select(i => Login($"{i}", $"2026-09-0{1 + (i % 9)}T10:{i % 60:D2}:00Z", "failure", "other", $"user-{i % 7}")));
        const string query = "summary?from=2026-09-01T00:00:00Z&to=2026-09-10T00:00:00Z";

        var first = await CountAsync(app, acme, query);
        var second = await CountAsync(app, acme, query);
        await acme.IngestAsync([Login("late", "2026-09-03T23:00:00Z", "failure", "other", "late@example.com")]);
        var afterLate = await CountAsync(app, acme, query);
        var again = await CountAsync(app, acme, query);
        await acme.IngestAsync([Login("late", "2026-09-03T23:00:00Z", "failure", "other", "late@example.com")]);
        var afterDuplicate = await CountAsync(app, acme, query);

        Assert.Equal((9, 0, 1, 0, 1), (first.DaysRead, second.DaysRead, afterLate.DaysRead, again.DaysRead, afterDuplicate.DaysRead));
        Assert.Equal(first.Answer.GetRawText(), second.Answer.GetRawText());
        Assert.Equal((90, 91, 91), (Failures(first.Answer), Failures(afterLate.Answer), Failures(again.Answer)));
        Assert.Equal(afterLate.Answer.GetRawText(), again.Answer.GetRawText());
        Assert.Equal(7, first.Answer.GetProperty("addresses")[0].GetProperty("usersTried").GetInt32());
        Assert.Equal(8, again.Answer.GetProperty("addresses")[0].GetProperty("usersTried").GetInt32());
    }

    [Fact]
    public async Task Summary_EventStoredWhileTheDayIsCounted_IsNotForgotten()
    {
        var clock = new FakeTimeProvider(Now);
        await using var app = await TestApp.StartAsync(azurite, clock);
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync([Login("1", "2026-09-01T10:00:00Z")]);
        var between = 0;
        app.Requests.AfterAnswer = message =>
        {
            // Right after the day's rows were read, before what was counted is saved.
            if (message.Request.Uri.Path.Contains("LoginEvents20260901()", StringComparison.Ordinal) && Interlocked.Increment(ref between) == 1)
            {
                acme.IngestAsync([Login("2", "2026-09-01T11:00:00Z")]).GetAwaiter().GetResult();
            }
        };
        const string query = "summary?from=2026-09-01T00:00:00Z&to=2026-09-02T00:00:00Z";

        var first = await acme.GetJsonAsync(query);
        var second = await acme.GetJsonAsync(query);

        Assert.Equal((1, 2), (first.GetProperty("total").GetProperty("success").GetInt32(), second.GetProperty("total").GetProperty("success").GetInt32()));
    }

    [Fact]
    public async Task Summary_Today_IsReadEachTimeAndYesterdayWithinItsGraceToo()
    {
        var clock = new FakeTimeProvider(Now);
        await using var app = await TestApp.StartAsync(azurite, clock);
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync([Login("1", "2026-09-10T11:00:00Z")]);
        const string query = "summary?from=2026-09-10T00:00:00Z&to=2026-09-11T00:00:00Z";

        Assert.Equal((1, 1), ((await CountAsync(app, acme, query)).DaysRead, (await CountAsync(app, acme, query)).DaysRead));
        clock.SetUtcNow(new DateTimeOffset(2026, 9, 11, 0, 59, 59, TimeSpan.Zero));
        Assert.Equal((1, 1), ((await CountAsync(app, acme, query)).DaysRead, (await CountAsync(app, acme, query)).DaysRead));
        clock.SetUtcNow(new DateTimeOffset(2026, 9, 11, 1, 0, 0, TimeSpan.Zero));
        Assert.Equal((1, 0), ((await CountAsync(app, acme, query)).DaysRead, (await CountAsync(app, acme, query)).DaysRead));
    }

    [Fact]
    public async Task Summary_OverItsBudget_ComesFurtherWithEachCall()
    {
        var clock = new FakeTimeProvider(Now);
        await using var app = await TestApp.StartAsync(azurite, clock);
        var acme = await app.CreateTenantAsync("acme");
        for (var day = 1; day <= 3; day++)
        {
            await acme.IngestAsync(Enumerable.Range(0, 1200).Select(i => Login($"{day}-{i}", $"2026-09-0{day}T10:{i % 60:D2}:{i / 60:D2}Z", "failure", "other", $"user-{i % 300}")));
        }

        app.Requests.AfterAnswer = _ => clock.Advance(TimeSpan.FromSeconds(3));
        var calls = new List<JsonElement>();
        do
        {
            calls.Add(await acme.GetJsonAsync("summary?from=2026-09-01T00:00:00Z&to=2026-09-04T00:00:00Z"));
        }
        while (!calls[^1].GetProperty("complete").GetBoolean() && calls.Count < 20);

        Assert.InRange(calls.Count, 3, 10);
        Assert.Equal(3600, Failures(calls[^1]));
        Assert.Equal(calls.ConvertAll(Failures).Order(), calls.ConvertAll(Failures));
        var countedFrom = calls.ConvertAll(call => call.GetProperty("countedFrom").GetString());
        Assert.Equal(countedFrom.OrderDescending(StringComparer.Ordinal), countedFrom);
        Assert.Equal(12, calls[^1].GetProperty("users")[0].GetProperty("failures").GetInt32());
    }

    [Theory]
    [InlineData("bucket=week", "bucket", "got 'week'", "takes hour or day")]
    [InlineData("tz=Mars/Olympus", "tz", "got 'Mars/Olympus'", "takes an IANA time zone, such as Asia/Seoul")]
    [InlineData("top=0", "top", "got '0'", "takes a whole number from 1 to 100")]
    [InlineData("top=101", "top", "got '101'", "takes a whole number from 1 to 100")]
    [InlineData("user=mina", "user", "got 'user'", "takes only from, to, tz, bucket, top")]
    [InlineData("from=2026-09-01", "from", "got '2026-09-01'", "takes an ISO 8601 time with an offset, such as 2026-09-01T09:00:00+09:00")]
    [InlineData("tz=Asia/Seoul&from=9999-12-31", "from", "got '9999-12-31'", "takes an ISO 8601 time with an offset")]
    [InlineData("tz=Asia/Seoul&from=2026-02-30", "from", "got '2026-02-30'", "takes an ISO 8601 time with an offset")]
    [InlineData("tz=Asia/Seoul&from=2026-01-01&to=2026-09-01", "from", "got '2025-12-31T15:00:00.0000000Z'", "takes a time at most 180 days before 'to'")]
    public async Task Summary_BadParameter_IsNamed(string query, string field, string got, string takes)
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");

        using var answer = await acme.GetAsync($"summary?{query}");

        (await answer.ReadProblemAsync(400, "invalid_request")).AssertError(field, got, takes);
    }

    [Fact]
    public async Task Search_LocalDays_AreIncludedWholeAndTheCursorGoesOn()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync(
        [
            Login("1", "2026-08-31T14:59:59.9999999Z"), Login("2", "2026-08-31T15:00:00Z"), Login("3", "2026-09-02T14:59:59.9999999Z"),
            Login("4", "2026-09-02T15:00:00Z"),
        ]);

        var found = await acme.SearchAllAsync("tz=Asia/Seoul&from=2026-09-01&to=2026-09-02&limit=1&order=asc");
        var oneDay = await acme.SearchAllAsync("tz=Asia/Seoul&from=2026-09-02&to=2026-09-02");

        Assert.Equal(["2", "3"], found.ConvertAll(e => e.GetProperty("sourceEventId").GetString()));
        Assert.Equal(["3"], oneDay.ConvertAll(e => e.GetProperty("sourceEventId").GetString()));
    }

    private static int Failures(JsonElement summary) => summary.GetProperty("total").GetProperty("failure").GetInt32();

    private static async Task<List<(string Start, int Success)>> HoursAsync(TestTenant tenant, string query) =>
        [.. (await tenant.GetJsonAsync($"summary?{query}&bucket=hour")).GetProperty("buckets").EnumerateArray()
            .Select(bucket => (bucket.GetProperty("start").GetString()!, bucket.GetProperty("success").GetInt32()))];

    private static async Task<(JsonElement Answer, int DaysRead)> CountAsync(TestApp app, TestTenant tenant, string query)
    {
        app.Requests.Clear();
        var answer = await tenant.GetJsonAsync(query);
        return (answer, app.Requests.Sent.Count(sent => sent.Contains("/LoginEvents", StringComparison.Ordinal)));
    }

    private static object Login(string id, string at, string result = "success", string? reason = null, string? loginId = null) => new
    {
        sourceEventId = id, occurredAt = at, eventType = "login", result, reason, loginId, ip = "203.0.113.1",
    };
}
