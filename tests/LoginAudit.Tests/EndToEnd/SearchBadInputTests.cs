using LoginAudit.Tests.Hosting;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>Search parameters that are wrong, and such as try to be more than a value.</summary>
public sealed class SearchBadInputTests(BadInputApp shared) : IClassFixture<BadInputApp>
{
    private const string Time = "takes an ISO 8601 time with an offset, such as 2026-09-01T09:00:00+09:00";
    private const string Addresses = "takes addresses or CIDR blocks, such as 203.0.113.0/24";

    [Theory]
    [InlineData("foo=1", "foo", "unknown_parameter", "got 'foo'", "takes only user, ip, eventType, result, reason, method, service, source, q, from, to, tz, order, limit, cursor, explain")]
    [InlineData("From=2026-08-30T00:00:00Z", "From", "unknown_parameter", "got 'From'", "takes only user, ip")]
    [InlineData("event_type=login", "event_type", "unknown_parameter", "got 'event_type'", "takes only user, ip")]
    [InlineData("$filter=true", "$filter", "unknown_parameter", "got '$filter'", "takes only user, ip")]
    [InlineData("limit=0", "limit", "invalid_value", "got '0'", "takes a whole number from 1 to 1000")]
    [InlineData("limit=1001", "limit", "invalid_value", "got '1001'", "takes a whole number from 1 to 1000")]
    [InlineData("limit=x", "limit", "invalid_value", "got 'x'", "takes a whole number from 1 to 1000")]
    [InlineData("limit=-1", "limit", "invalid_value", "got '-1'", "takes a whole number from 1 to 1000")]
    [InlineData("limit=1.5", "limit", "invalid_value", "got '1.5'", "takes a whole number from 1 to 1000")]
    [InlineData("limit=", "limit", "invalid_value", "got ''", "takes a whole number from 1 to 1000")]
    [InlineData("limit=99999999999999999999", "limit", "invalid_value", "got '99999999999999999999'", "takes a whole number from 1 to 1000")]
    [InlineData("limit=1&limit=2", "limit", "too_many", "got '2 values'", "takes one value")]
    [InlineData("order=up", "order", "invalid_value", "got 'up'", "takes desc or asc")]
    [InlineData("order=DESC", "order", "invalid_value", "got 'DESC'", "takes desc or asc")]
    [InlineData("order=", "order", "invalid_value", "got ''", "takes desc or asc")]
    [InlineData("from=2026-08-30T00:00:00", "from", "time_without_offset", "got '2026-08-30T00:00:00'", Time)]
    [InlineData("to=2026-08-30T00:00:00", "to", "time_without_offset", "got '2026-08-30T00:00:00'", Time)]
    [InlineData("from=yesterday", "from", "invalid_value", "got 'yesterday'", Time)]
    [InlineData("to=2026-13-01T00:00:00Z", "to", "invalid_value", "got '2026-13-01T00:00:00Z'", Time)]
    [InlineData("from=", "from", "invalid_value", "got ''", Time)]
    [InlineData("from=2026-08-30", "from", "invalid_value", "got '2026-08-30'", Time)]
    [InlineData("from=1788264000", "from", "invalid_value", "got '1788264000'", Time)]
    [InlineData("to=0001-01-01T00:00:00%2B14:00", "to", "invalid_value", "got '0001-01-01T00:00:00+14:00'", Time)]
    [InlineData("from=2026-08-30T00:00:00Z&to=2026-08-29T00:00:00Z", "from", "invalid_value", "got '2026-08-30T00:00:00.0000000Z'", "takes a time before 'to' (2026-08-29T00:00:00.0000000Z)")]
    [InlineData("from=2026-08-30T00:00:00Z&to=2026-08-30T00:00:00Z", "from", "invalid_value", "got '2026-08-30T00:00:00.0000000Z'", "takes a time before 'to' (2026-08-30T00:00:00.0000000Z)")]
    [InlineData("from=2026-08-30T00:00:00Z&to=2026-08-30T09:00:00%2B09:00", "from", "invalid_value", "got '2026-08-30T00:00:00.0000000Z'", "takes a time before 'to' (2026-08-30T00:00:00.0000000Z)")]
    [InlineData("from=2026-03-01T00:00:00Z&to=2026-08-29T00:00:00Z", "from", "invalid_value", "got '2026-03-01T00:00:00.0000000Z'", "takes a time at most 180 days before 'to' (2026-08-29T00:00:00.0000000Z)")]
    [InlineData("from=0001-01-01T00:00:00Z", "from", "invalid_value", "got '0001-01-01T00:00:00Z'", "takes a time from the year 2000 on")]
    [InlineData("to=0001-01-01T00:00:00Z", "to", "invalid_value", "got '0001-01-01T00:00:00Z'", "takes a time from the year 2000 on")]
    [InlineData("from=2026-08-30T00:00:00Z&from=2026-08-29T00:00:00Z", "from", "too_many", "got '2 values'", "takes one value")]
    [InlineData("ip=999.1.1.1", "ip", "invalid_value", "got '999.1.1.1'", Addresses)]
    [InlineData("ip=10.0.0.0/33", "ip", "invalid_value", "got '10.0.0.0/33'", Addresses)]
    [InlineData("ip=10.0.0.0/", "ip", "invalid_value", "got '10.0.0.0/'", Addresses)]
    [InlineData("ip=10.0.0.0/-1", "ip", "invalid_value", "got '10.0.0.0/-1'", Addresses)]
    [InlineData("ip=::1/129", "ip", "invalid_value", "got '::1/129'", Addresses)]
    [InlineData("ip=fe80::1%25eth0", "ip", "invalid_value", "got 'fe80::1%eth0'", Addresses)]
    [InlineData("ip=1.2.3.4:80", "ip", "invalid_value", "got '1.2.3.4:80'", Addresses)]
    [InlineData("ip=127.1", "ip", "invalid_value", "got '127.1'", Addresses)]
    [InlineData("ip=1.2.3.4,!host", "ip", "invalid_value", "got '!host'", Addresses)]
    [InlineData("ip=", "ip", "invalid_value", "got ''", Addresses)]
    [InlineData("eventType=Login", "eventType", "invalid_value", "got 'Login'", "takes one of login, logout, logout_requested, id_changed")]
    [InlineData("eventType=login,,logout", "eventType", "invalid_value", "got ''", "takes one of login, logout, logout_requested, id_changed")]
    [InlineData("result=0", "result", "invalid_value", "got '0'", "takes one of success, failure, interrupted")]
    [InlineData("result=!", "result", "invalid_value", "got '!'", "takes one of success, failure, interrupted")]
    [InlineData("result=!!success", "result", "invalid_value", "got '!!success'", "takes one of success, failure, interrupted")]
    [InlineData("reason=x", "reason", "invalid_value", "got 'x'", "takes one of invalid_credentials, unknown_user")]
    [InlineData("method=x", "method", "invalid_value", "got 'x'", "takes one of password, sso, social")]
    [InlineData("service=pc-web", "service", "invalid_value", "got 'pc-web'", "takes one of pc_web, pc_app")]
    [InlineData("user=", "user", "invalid_value", "got ''", "takes user ids or login ids")]
    [InlineData("user=%20", "user", "invalid_value", "got ' '", "takes user ids or login ids")]
    [InlineData("user=a,,b", "user", "invalid_value", "got ''", "takes user ids or login ids")]
    [InlineData("user=!", "user", "invalid_value", "got '!'", "takes user ids or login ids")]
    [InlineData("source=", "source", "invalid_value", "got ''", "takes 1 to 63 of a-z, A-Z, 0-9, '.', '_' and '-', starting with a letter or digit")]
    [InlineData("source=a&source=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20", "source", "too_many", "got '21 values'", "takes at most 20")]
    [InlineData("q=1+2+3+4+5+6+7+8+9+10+11", "q", "too_many", "got '11 words'", "takes at most 10 words of at most 256 characters")]
    public async Task Search_BadParameter_IsNamed(string query, string field, string code, string got, string takes)
    {
        var tenant = await shared.NewTenantAsync();

        using var answer = await tenant.GetAsync("events?" + query);

        var problem = await answer.ReadProblemAsync(400, "invalid_request");
        problem.AssertError(field, got, takes);
        Assert.Equal(code, Assert.Single(problem.GetProperty("errors").EnumerateArray()).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("user", "takes user ids or login ids")]
    [InlineData("source", "takes 1 to 63 of a-z, A-Z, 0-9, '.', '_' and '-', starting with a letter or digit")]
    [InlineData("ip", Addresses)]
    [InlineData("eventType", "takes one of login")]
    [InlineData("q", "takes at most 10 words of at most 256 characters")]
    [InlineData("from", Time)]
    [InlineData("to", Time)]
    [InlineData("order", "takes desc or asc")]
    [InlineData("limit", "takes a whole number from 1 to 1000")]
    [InlineData("cursor", "takes a nextCursor of the same search")]
    [InlineData("unknown", "takes only user, ip")]
    public async Task Search_ParameterOfAThousandCharacters_IsNamed(string field, string takes)
    {
        var tenant = await shared.NewTenantAsync();

        using var answer = await tenant.GetAsync($"events?{field}={new string('a', 1000)}");

        (await answer.ReadProblemAsync(400, "invalid_request")).AssertError(field, takes);
    }

    [Fact]
    public async Task Search_SeveralFaults_AreAllReported()
    {
        var tenant = await shared.NewTenantAsync();

        using var answer = await tenant.GetAsync("events?foo=1&limit=0&order=up&from=x&to=2026-08-30T00:00:00&ip=h&result=a,b&method=m&user=");

        var problem = await answer.ReadProblemAsync(400, "invalid_request");
        Assert.Equal(
            ["foo", "from", "ip", "limit", "method", "order", "result", "result", "to", "user"],
            problem.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("field").GetString()).Order(StringComparer.Ordinal));
    }

    public static TheoryData<string, string> Hostile()
    {
        var rows = new TheoryData<string, string>();
        foreach (var value in new[]
        {
            "'%20or%201%20eq%201%20or%20'", "')%20or%20(PartitionKey%20ne%20'", "'%20or%20true%20or%20'", "%27", "%2527", "''", "%22", "*", "%25",
            "%00", "a%00b", "%0A'", "%F0%9F%98%80", "%ED%A0%80", "%FF%FE", "%EF%BF%BE", "%EF%BF%BF", "%C2%85'", "%5C", "%2F", "%3C%3E", "%7B0%7D",
            "'%20or%20PartitionKey%20ge%20'", "datetime'2026-01-01'", "e_%27%20or%20RowKey%20gt%20%27e_", "%E2%80%AE", "..%2F..%2F",
        })
        {
            foreach (var field in new[] { "user", "source", "q", "ip", "eventType", "result", "reason", "method", "service", "from", "to", "order", "limit", "cursor" })
            {
                rows.Add(field, value);
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Search_HostileValue_FindsNothing(string field, string value)
    {
        var tenant = await TenantWithNeighbourAsync();

        using var answer = await tenant.GetAsync($"events?{field}={value}");

        if (field is "user" or "source" or "q" && (int)answer.StatusCode == 200)
        {
            Assert.Empty((await answer.ReadOkAsync()).GetProperty("events").EnumerateArray());
        }
        else
        {
            (await answer.ReadProblemAsync(400, "invalid_request")).AssertError(field, "got ", "takes ");
        }
    }

    [Theory]
    [InlineData("user", "!'%20or%201%20eq%201%20or%20'")]
    [InlineData("user", "!%EF%BF%BE")]
    [InlineData("user", "!%00")]
    [InlineData("source", "!')%20or%20(PartitionKey%20ne%20'")]
    [InlineData("source", "!%00")]
    public async Task Search_HostileExclusion_FindsTheTenantsOwnOnly(string field, string value)
    {
        var tenant = await TenantWithNeighbourAsync();

        using var answer = await tenant.GetAsync($"events?{field}={value}");

        if ((int)answer.StatusCode == 200)
        {
            var found = Assert.Single((await answer.ReadOkAsync()).GetProperty("events").EnumerateArray());
            Assert.Equal(tenant.Id, found.GetProperty("tenantId").GetString());
        }
        else
        {
            (await answer.ReadProblemAsync(400, "invalid_request")).AssertError(field, "takes ");
        }
    }

    [Theory]
    [InlineData("x")]
    [InlineData("'")]
    [InlineData("%27%20or%20%27")]
    [InlineData("..%2Fkeys")]
    [InlineData("%F0%9F%98%80")]
    [InlineData("0000000000000000000000000000000000000000000")]
    [InlineData("00000000000000000000000000000000000000000000")]
    [InlineData("000000000000000000aaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("08df0000000000000aaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("7fffffffffffffff00aaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("ffffffffffffffff00aaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("2bca2875f4373fff00aaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("2bca2875f437400000aaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task GetEvent_InvalidId_IsNotFound(string id)
    {
        var tenant = await TenantWithNeighbourAsync();

        using var answer = await tenant.GetAsync("events/" + id);

        await answer.ReadProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task GetEvent_IdChangedOrOfAnotherTenant_IsNotFound()
    {
        var tenant = await TenantWithNeighbourAsync();
        var neighbour = await TenantWithNeighbourAsync();
        var id = (await tenant.SearchAllAsync(BadInputApp.WholePeriod))[0].GetProperty("id").GetString()!;

        var foreign = (await neighbour.SearchAllAsync(BadInputApp.WholePeriod))[0].GetProperty("id").GetString()!;
        string[] changed = [id.ToUpperInvariant(), id + "a", id[..^1], " " + id, id + "%0A", id[..^1] + (id[^1] == 'a' ? 'b' : 'a'), "1" + id[1..]];

        foreach (var other in changed)
        {
            using var answer = await tenant.GetAsync("events/" + other);
            await answer.ReadProblemAsync(404, "not_found");
        }

        // The same event in both tenants has the same id; each sees its own.
        Assert.Equal(id, foreign);
        var own = await tenant.GetJsonAsync("events/" + id);
        Assert.Equal(tenant.Id, own.GetProperty("tenantId").GetString());
    }

    /// <summary>A tenant with one event, beside another with the same event.</summary>
    private async Task<TestTenant> TenantWithNeighbourAsync()
    {
        var tenant = await shared.NewTenantAsync();
        var neighbour = await shared.App.CreateTenantAsync(tenant.Id + "-0");
        object[] events =
        [
            new { sourceEventId = "1", occurredAt = "2026-09-01T11:00:00Z", eventType = "login", result = "success", userId = "mina", ip = "203.0.113.9" },
        ];
        await tenant.IngestAsync(events);
        await neighbour.IngestAsync(events);
        return tenant;
    }
}
