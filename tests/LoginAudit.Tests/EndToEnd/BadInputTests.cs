using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using LoginAudit.Tests.Hosting;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>Bodies of ingest that are wrong as a whole.</summary>
public sealed class BadInputTests(BadInputApp shared) : IClassFixture<BadInputApp>
{
    private const string Good = """{"sourceEventId":"good","occurredAt":"2026-09-01T11:00:00Z","eventType":"login","result":"success"}""";
    private const int Cap = 1048576;

    [Theory]
    [InlineData("", "got an empty body")]
    [InlineData("   ", "got 3 bytes that are no JSON")]
    [InlineData("\uFEFF", "that are no JSON")]
    [InlineData("hello", "got 5 bytes that are no JSON (line 1, byte 1)")]
    [InlineData("hello\nworld", "got 11 bytes that are no JSON (line 1, byte 1)")]
    [InlineData("sourceEventId=1&eventType=login", "got 31 bytes that are no JSON (line 1, byte 1)")]
    [InlineData("<event/>", "got 8 bytes that are no JSON (line 1, byte 1)")]
    [InlineData("{", "got 1 bytes that are no JSON")]
    [InlineData("[" + Good, "that are no JSON")]
    [InlineData("[" + Good + ",", "that are no JSON")]
    [InlineData("[\n" + Good + ",\n" + Good + "\n", "that are no JSON")]
    [InlineData("[\n" + Good + ",\n{\"sourceEventId\":\"cut\",\"occurr", "that are no JSON")]
    [InlineData(Good + Good, "that are no JSON")]
    [InlineData("{'eventType':'login'}", "got 21 bytes that are no JSON (line 1, byte 2)")]
    public async Task Ingest_BodyThatIsNoJson_IsRefusedWhole(string body, string got)
    {
        var tenant = await shared.NewTenantAsync();

        using var answer = await tenant.PostEventsAsync(body);

        var problem = await answer.ReadProblemAsync(400, "not_json");
        problem.AssertError("body", got, "takes one JSON object, an array of them, or one on each line (NDJSON), in UTF-8");
        await shared.AssertNothingStoredAsync(tenant);
    }

    [Theory]
    [InlineData("", "", 1000)]
    [InlineData("[", "]", 1000)]
    [InlineData("""{"sourceEventId":"1","occurredAt":"2026-09-01T11:00:00Z","eventType":"login","result":"success","raw":""", "}", 1000)]
    [InlineData("", "", 100_000)]
    public async Task Ingest_DeepNesting_IsRefused(string before, string after, int depth)
    {
        var tenant = await shared.NewTenantAsync();
        var body = $"{before}{new string('[', depth)}{new string(']', depth)}{after}";

        using var answer = await tenant.PostEventsAsync(body);

        var problem = await answer.ReadProblemAsync(400, "not_json");
        problem.AssertError("body", "bytes that are no JSON", "takes one JSON object");
        await shared.AssertNothingStoredAsync(tenant);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(30)]
    [InlineData(-1)]
    [InlineData(-4)]
    [InlineData(-8)]
    [InlineData(-9)]
    [InlineData(-20)]
    public async Task Ingest_TruncatedGzip_IsRefused(int keep)
    {
        var tenant = await shared.NewTenantAsync();
        var whole = Gzip(Encoding.UTF8.GetBytes(Good));
        var cut = keep >= 0 ? whole[..keep] : whole[..^-keep];

        using var answer = await tenant.PostEventsAsync(cut, encoding: "gzip");

        var problem = await answer.ReadProblemAsync(400, "invalid_gzip");
        problem.AssertError("body", $"got {cut.Length} bytes", "takes whole gzip members");
        await shared.AssertNothingStoredAsync(tenant);
    }

    /// <summary>The lines before the cut are whole, so that only the stream's missing end tells.</summary>
    [Fact]
    public async Task Ingest_GzipOfNdjsonCutAfterWholeLines_IsRefused()
    {
        var tenant = await shared.NewTenantAsync();
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(Good + "\n"));
            await gzip.FlushAsync();
            packed.SetLength(packed.Position);
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(Good.Replace("good", "lost", StringComparison.Ordinal)));
            var cut = packed.ToArray();

            using var answer = await tenant.PostEventsAsync(cut, encoding: "gzip");

            var problem = await answer.ReadProblemAsync(400, "invalid_gzip");
            problem.AssertError("body", "takes whole gzip members");
        }

        await shared.AssertNothingStoredAsync(tenant);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20)]
    [InlineData(-8)]
    [InlineData(-5)]
    [InlineData(-1)]
    public async Task Ingest_BrokenGzip_IsRefused(int at)
    {
        var tenant = await shared.NewTenantAsync();
        var body = Gzip(Encoding.UTF8.GetBytes(Good));
        body[at >= 0 ? at : body.Length + at] ^= 0x55;

        using var answer = await tenant.PostEventsAsync(body, encoding: "gzip");

        var problem = await answer.ReadProblemAsync(400, "invalid_gzip");
        problem.AssertError("body", $"got {body.Length} bytes", "takes whole gzip members");
        await shared.AssertNothingStoredAsync(tenant);
    }

    [Fact]
    public async Task Ingest_PlainJsonCalledGzip_IsRefused()
    {
        var tenant = await shared.NewTenantAsync();

        using var answer = await tenant.PostEventsAsync(Encoding.UTF8.GetBytes(Good), encoding: "gzip");

        var problem = await answer.ReadProblemAsync(400, "invalid_gzip");
        problem.AssertError("body", "got 99 bytes that are no gzip", "takes whole gzip members");
        await shared.AssertNothingStoredAsync(tenant);
    }

    [Fact]
    public async Task Ingest_SecondGzipMemberTruncated_IsRefused()
    {
        var tenant = await shared.NewTenantAsync();
        var member = Gzip(Encoding.UTF8.GetBytes(Good + "\n"));

        using var answer = await tenant.PostEventsAsync([.. member, .. member[..^9]], encoding: "gzip");

        await answer.ReadProblemAsync(400, "invalid_gzip");
        await shared.AssertNothingStoredAsync(tenant);
    }

    [Fact]
    public async Task Ingest_GzipOfSeveralMembers_IsReadWhole()
    {
        var tenant = await shared.NewTenantAsync();
        var first = Gzip(Encoding.UTF8.GetBytes(Good + "\n"));
        var second = Gzip(Encoding.UTF8.GetBytes(Good.Replace("good", "two", StringComparison.Ordinal) + "\n"));

        using var answer = await tenant.PostEventsAsync([.. first, .. second], encoding: "GZIP");

        Assert.Equal(2, (await answer.ReadOkAsync()).GetProperty("accepted").GetInt32());
        Assert.Equal(2, (await tenant.SearchAllAsync(BadInputApp.WholePeriod)).Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public async Task Ingest_GzipBomb_IsRefused(int members)
    {
        var tenant = await shared.NewTenantAsync();
        var tenMegabytes = Gzip(new byte[10_000_000]);
        var bomb = Enumerable.Repeat(tenMegabytes, members).SelectMany(bytes => bytes).ToArray();
        Assert.True(bomb.Length < Cap);

        using var answer = await tenant.PostEventsAsync(bomb, encoding: "gzip");

        var problem = await answer.ReadProblemAsync(413, "body_too_large");
        problem.AssertError("body", "got more than 1048576 bytes", "takes at most 1048576 bytes after decompression");
        await shared.AssertNothingStoredAsync(tenant);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Ingest_BodyJustAtTheCap_IsTaken(bool gzip, bool chunked)
    {
        var tenant = await shared.NewTenantAsync();

        using var answer = await SendAsync(tenant, Encoding.UTF8.GetBytes(Good.PadRight(Cap)), gzip, chunked);

        Assert.Equal(1, (await answer.ReadOkAsync()).GetProperty("accepted").GetInt32());
    }

    [Theory]
    [InlineData(Cap + 1, false, false)]
    [InlineData(Cap + 1, false, true)]
    [InlineData(Cap + 1, true, false)]
    [InlineData(Cap + 1, true, true)]
    [InlineData(32_000_000, false, false)]
    [InlineData(32_000_000, false, true)]
    [InlineData(100_000_000, false, false)]
    [InlineData(100_000_000, false, true)]
    public async Task Ingest_BodyOverTheCap_IsRefused(int bytes, bool gzip, bool chunked)
    {
        var tenant = await shared.NewTenantAsync();

        using var answer = await SendAsync(tenant, Encoding.UTF8.GetBytes(Good.PadRight(bytes)), gzip, chunked);

        var problem = await answer.ReadProblemAsync(413, "body_too_large");
        problem.AssertError("body", "got more than 1048576 bytes", "takes at most 1048576 bytes");
        await shared.AssertNothingStoredAsync(tenant);
    }

    [Theory]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("gzip, gzip")]
    [InlineData("zstd")]
    public async Task Ingest_OtherEncoding_IsRefused(string encoding)
    {
        var tenant = await shared.NewTenantAsync();

        using var answer = await tenant.PostEventsAsync(Encoding.UTF8.GetBytes(Good), encoding: encoding);

        var problem = await answer.ReadProblemAsync(415, "unsupported_content_encoding");
        problem.AssertError("Content-Encoding", $"got '{encoding}'", "takes gzip or identity");
        await shared.AssertNothingStoredAsync(tenant);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    private static async Task<HttpResponseMessage> SendAsync(TestTenant tenant, byte[] body, bool gzip, bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/tenants/{tenant.Id}/events");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tenant.Key);
        request.Headers.ExpectContinue = true;
        request.Headers.TransferEncodingChunked = chunked;
        request.Content = new ByteArrayContent(gzip ? Gzip(body) : body);
        if (gzip)
        {
            request.Content.Headers.ContentEncoding.Add("gzip");
        }

        return await tenant.App.Client.SendAsync(request);
    }
}
