using System.IO.Compression;
using System.Net.Http.Headers;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace LoginAudit.Tests.EndToEnd;

public sealed class CompressionTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Now = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("br", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("gzip, deflate, br", "br")]
    [InlineData("br;q=0.1, gzip", "gzip")]
    [InlineData("br;q=0, gzip;q=0.5", "gzip")]
    [InlineData("*", "br")]
    [InlineData("", null)]
    [InlineData("zstd", null)]
    [InlineData("identity", null)]
    [InlineData("br;q=0", null)]
    [InlineData("identity;q=0, *;q=0", null)]
    [InlineData(";;;=,q", null)]
    public async Task Page_ByWhatTheCallerTakes_IsPackedOrNotAndTheSame(string accepts, string? encoding)
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync(Enumerable.Range(0, 50).Select(i => new
        {
            sourceEventId = $"{i}", occurredAt = "2026-09-01T10:00:00Z", eventType = "login", result = "success", userName = $"김민아 {i}",
        }));
        using var plain = await acme.GetAsync("events?limit=50");

        using var answer = await GetAsync(acme, "events?limit=50", accepts);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal(encoding is null ? [] : [encoding], answer.Content.Headers.ContentEncoding);
        Assert.Contains("Accept-Encoding", answer.Headers.Vary);
        Assert.Equal("application/json; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        var sent = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal(await plain.Content.ReadAsByteArrayAsync(), Unpack(sent, encoding));
        Assert.True(encoding is null || sent.Length < 4000, $"{sent.Length} bytes");
    }

    [Fact]
    public async Task SmallAnswersAndProblems_AreNotPacked()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");

        using var small = await GetAsync(acme, "events", "br");
        using var problem = await GetAsync(acme, $"events?user={string.Join(',', Enumerable.Range(0, 60))}", "br");

        Assert.Empty(small.Content.Headers.ContentEncoding);
        Assert.Empty(problem.Content.Headers.ContentEncoding);
        await problem.ReadProblemAsync(400, "invalid_request");
    }

    private static async Task<HttpResponseMessage> GetAsync(TestTenant tenant, string path, string accepts)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/tenants/{tenant.Id}/{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tenant.Key);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", accepts);
        return await tenant.App.Client.SendAsync(request);
    }

    private static byte[] Unpack(byte[] sent, string? encoding)
    {
        using var packed = new MemoryStream(sent);
        using Stream stream = encoding switch
        {
            "br" => new BrotliStream(packed, CompressionMode.Decompress),
            "gzip" => new GZipStream(packed, CompressionMode.Decompress),
            _ => packed,
        };
        using var plain = new MemoryStream();
        stream.CopyTo(plain);
        return plain.ToArray();
    }
}
