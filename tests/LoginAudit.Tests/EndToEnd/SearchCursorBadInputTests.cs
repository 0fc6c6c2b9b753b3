using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LoginAudit.Tests.Hosting;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>Cursors that are none, or of another search.</summary>
public sealed class SearchCursorBadInputTests(BadInputApp shared) : IClassFixture<BadInputApp>
{
    private const string Takes = "takes a nextCursor of the same search: tenant, conditions, period and order";
    private const string Query = "events?from=2026-08-30T00:00:00Z&to=2026-09-02T00:00:00Z&limit=1";

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AAAA")]
    [InlineData("not%20a%20cursor")]
    [InlineData("'%20or%20'")]
    [InlineData("%00")]
    [InlineData("%F0%9F%98%80")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Search_ForgedCursor_IsRefused(string cursor)
    {
        var tenant = await shared.NewTenantAsync();

        using var answer = await tenant.GetAsync($"{Query}&cursor={cursor}");

        (await answer.ReadProblemAsync(400, "invalid_request")).AssertError("cursor", "got '", Takes);
    }

    [Fact]
    public async Task Search_CursorWithACharacterChanged_IsRefused()
    {
        var tenant = await TenantAsync();
        var cursor = await CursorAsync(tenant, Query);

        for (var i = 0; i < cursor.Length; i++)
        {
            var changed = $"{cursor[..i]}{(cursor[i] == 'B' ? 'C' : 'B')}{cursor[(i + 1)..]}";
            using var answer = await tenant.GetAsync($"{Query}&cursor={changed}");
            (await answer.ReadProblemAsync(400, "invalid_request")).AssertError("cursor", Takes);
        }
    }

    [Fact]
    public async Task Search_CursorCutOrPadded_IsRefused()
    {
        var tenant = await TenantAsync();
        var cursor = await CursorAsync(tenant, Query);
        var all = Enumerable.Range(0, cursor.Length).Select(length => cursor[..length])
            .Concat([cursor + "A", "A" + cursor, cursor + cursor, cursor + "%20", cursor + "%0A", cursor + "=="]);

        foreach (var other in all)
        {
            using var answer = await tenant.GetAsync($"{Query}&cursor={other}");
            (await answer.ReadProblemAsync(400, "invalid_request")).AssertError("cursor", Takes);
        }
    }

    [Theory]
    [InlineData("events?from=2026-08-30T00:00:00Z&to=2026-09-02T00:00:00Z&limit=1&result=success")]
    [InlineData("events?from=2026-08-30T00:00:00Z&to=2026-09-02T00:00:00Z&limit=1&user=mina")]
    [InlineData("events?from=2026-08-30T00:00:00Z&to=2026-09-02T00:00:00Z&limit=1&q=mina")]
    [InlineData("events?from=2026-08-30T00:00:00Z&to=2026-09-02T00:00:00Z&limit=1&ip=!10.0.0.0/8")]
    [InlineData("events?from=2026-08-30T00:00:00Z&to=2026-09-02T00:00:00Z&limit=1&order=asc")]
    [InlineData("events?from=2026-08-31T00:00:00Z&to=2026-09-02T00:00:00Z&limit=1")]
    [InlineData("events?from=2026-08-30T00:00:00Z&to=2026-09-01T23:00:00Z&limit=1")]
    public async Task Search_CursorOfAnotherSearch_IsRefused(string other)
    {
        var tenant = await TenantAsync();
        var cursor = await CursorAsync(tenant, Query);

        using var there = await tenant.GetAsync($"{other}&cursor={cursor}");
        using var back = await tenant.GetAsync($"{Query}&cursor={await CursorAsync(tenant, other)}");

        (await there.ReadProblemAsync(400, "invalid_request")).AssertError("cursor", $"got '{cursor[..80]}", Takes);
        (await back.ReadProblemAsync(400, "invalid_request")).AssertError("cursor", Takes);
    }

    [Fact]
    public async Task Search_CursorOfAnotherTenant_IsRefused()
    {
        var tenant = await TenantAsync();
        var other = await TenantAsync();
        var cursor = await CursorAsync(other, Query);

        using var answer = await tenant.GetAsync($"{Query}&cursor={cursor}");

        (await answer.ReadProblemAsync(400, "invalid_request")).AssertError("cursor", Takes);
    }

    [Theory]
    [InlineData("cursor={0}&cursor={0}", "too_many", "got '2 values'")]
    [InlineData("cursor={0}&from=x", "invalid_value", "got 'x'")]
    public async Task Search_CursorBesideAnotherFault_IsRefused(string query, string code, string got)
    {
        var tenant = await TenantAsync();
        var cursor = await CursorAsync(tenant, Query);

        using var answer = await tenant.GetAsync("events?limit=1&" + string.Format(CultureInfo.InvariantCulture, query, cursor));

        var errors = (await answer.ReadProblemAsync(400, "invalid_request")).GetProperty("errors").EnumerateArray();
        Assert.Contains(errors, e => e.GetProperty("code").GetString() == code
            && e.GetProperty("detail").GetString()!.Contains(got, StringComparison.Ordinal));
    }

    /// <summary>The digest is no secret: whoever can compute it reaches nothing more, and breaks nothing.</summary>
    [Theory]
    [InlineData(0L, 0L, 0L, "' or PartitionKey ne '")]
    [InlineData(0L, long.MaxValue, 0L, "")]
    [InlineData(-1L, -1L, -1L, "")]
    [InlineData(0L, 3155378975999999999L, 0L, "")]
    [InlineData(0L, 3155378975999999999L, 3155378975999999999L, "")]
    [InlineData(0L, 3155378975999999999L, 639_238_608_000_000_000L, "zzzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData(0L, 3155378975999999999L, 639_238_608_000_000_000L, "\0\u007f\u00ff")]
    [InlineData(3155378975999999999L, 0L, 639_238_608_000_000_000L, "")]
    public async Task Search_CursorForgedWithItsDigest_ReachesOnlyTheTenantsOwn(long from, long to, long place, string key)
    {
        var tenant = await TenantAsync();
        await TenantAsync();
        var bytes = new byte[25];
        bytes[0] = 1;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(1), from);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(9), to);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(17), place);
        byte[] placed = [.. bytes, .. Encoding.Latin1.GetBytes(key)];
        var digest = SHA256.HashData([.. placed, .. Encoding.UTF8.GetBytes($"{tenant.Id}\ndesc\n")])[..16];

        using var answer = await tenant.GetAsync($"events?cursor={Base64Url.EncodeToString([.. placed, .. digest])}");

        if ((int)answer.StatusCode == 200)
        {
            var events = (await answer.ReadOkAsync()).GetProperty("events").EnumerateArray();
            Assert.All(events, e => Assert.Equal(tenant.Id, e.GetProperty("tenantId").GetString()));
        }
        else
        {
            (await answer.ReadProblemAsync(400, "invalid_request")).AssertError("cursor", Takes);
        }
    }

    private static async Task<string> CursorAsync(TestTenant tenant, string query) =>
        (await tenant.GetJsonAsync(query)).GetProperty("nextCursor").GetString()!;

    private async Task<TestTenant> TenantAsync()
    {
        var tenant = await shared.NewTenantAsync();
        await tenant.IngestAsync(Enumerable.Range(0, 3).Select(i => new
        {
            sourceEventId = $"{i}", occurredAt = $"2026-09-01T11:0{i}:00Z", eventType = "login", result = "success", loginId = "mina",
        }));
        return tenant;
    }
}
