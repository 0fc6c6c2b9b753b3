using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace LoginAudit.Tests.EndToEnd;

public sealed class IngestTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Now = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Ingest_OneEvent_WritesItsRowsInOneTransaction()
    {
        await using var app = await TestApp.StartAsync(azurite, Clock());
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync([Event(0)]);
        app.Requests.Clear();

        await acme.IngestAsync([Event(1)]);

        var batch = Assert.Single(app.Requests.Sent, sent => sent.EndsWith("$batch", StringComparison.Ordinal));
        Assert.StartsWith("POST ", batch, StringComparison.Ordinal);
        Assert.Equal(
            [
                "e_2516140368009999999_44u5jijduzmet3dgroguehpuee",
                "i_00000000000000000000ffffcb007101_2516140368009999999_44u5jijduzmet3dgroguehpuee",
                "u_ujfh6vpspdout6y7thcva6aazm_2516140368009999999_44u5jijduzmet3dgroguehpuee",
                "u_wnvig4a7dqyzdymxellpsatuxq_2516140368009999999_44u5jijduzmet3dgroguehpuee",
            ],
            (await RowsAsync(app, "20260901")).Keys.Select(key => key["acme_20260901|".Length..])
                .Where(key => key.EndsWith("44u5jijduzmet3dgroguehpuee", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Ingest_SameBatchThreeTimesReorderedAndOverlapping_LeavesTheSameRows()
    {
        await using var app = await TestApp.StartAsync(azurite, Clock());
        var acme = await app.CreateTenantAsync("acme");
        var events = Enumerable.Range(0, 250).Select(Event).ToList();
        var first = await acme.IngestAsync(events.Take(150));
        var rowsOfFirst = await RowsAsync(app, "20260901");

        var second = await acme.IngestAsync(events.Take(150));
        var third = await acme.IngestAsync(events.Take(150).Reverse());
        var overlapping = await acme.IngestAsync(events.Skip(100));
        var twiceInOne = await acme.IngestAsync([.. events.Take(3), .. events.Take(3)]);

        Assert.Equal((150, 0), first);
        Assert.Equal((0, 150), second);
        Assert.Equal((0, 150), third);
        Assert.Equal((100, 50), overlapping);
        Assert.Equal((0, 6), twiceInOne);
        var rows = await RowsAsync(app, "20260901");
        Assert.Equal(250 * 4, rows.Count);
        Assert.All(rowsOfFirst, row => Assert.Equal(row.Value, rows[row.Key]));
    }

    [Fact]
    public async Task Ingest_AnswerOfStorageLost_CountsTheEventsAsAccepted()
    {
        await using var app = await TestApp.StartAsync(azurite, Clock());
        var acme = await app.CreateTenantAsync("acme");
        var lost = 0;
        app.Requests.AfterAnswer = message =>
        {
            if (message.Request.Uri.Path.EndsWith("$batch", StringComparison.Ordinal) && message.Response.Status == 202 && lost++ == 0)
            {
                throw new IOException("The answer is lost.");
            }
        };

        var counts = await acme.IngestAsync(Enumerable.Range(0, 20).Select(Event));

        Assert.True(lost > 0);
        Assert.Equal((20, 0), counts);
        Assert.Equal(80, (await RowsAsync(app, "20260901")).Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    public async Task Ingest_SecondVersionOfAnEvent_ChangesNothing(int shards)
    {
        await using var app = await TestApp.StartAsync(azurite, Clock());
        var acme = await app.CreateTenantAsync("acme", shards);
        await acme.IngestAsync([new { sourceEventId = "1", occurredAt = "2026-09-01T10:00:00Z", eventType = "login", result = "failure", userId = "u1" }]);
        var before = await RowsAsync(app, "20260901");

        var second = await acme.IngestAsync([new { sourceEventId = "1", occurredAt = "2026-09-01T10:00:00Z", eventType = "login", result = "success", userId = "u2", ip = "192.0.2.1" }]);

        Assert.Equal((0, 1), second);
        Assert.Equal(before, await RowsAsync(app, "20260901"));
        Assert.Empty(await acme.SearchAllAsync("user=u2"));
    }

    [Fact]
    public async Task Ingest_BatchOverDays_PutsEachEventIntoItsOwnDay()
    {
        await using var app = await TestApp.StartAsync(azurite, Clock());
        var acme = await app.CreateTenantAsync("acme");
        string[] times = ["2026-08-31T23:59:59.9999999Z", "2026-09-01T00:00:00Z", "2026-09-01T08:59:59.9999999+09:00", "2026-03-05T12:00:01Z"];

        var counts = await acme.IngestAsync(times.Select((occurredAt, i) => new { sourceEventId = $"{i}", occurredAt, eventType = "logout", result = "success" }));

        Assert.Equal((4, 0), counts);
        Assert.Equal(["acme_20260831", "acme_20260831"], (await RowsAsync(app, "20260831")).Keys.Select(key => key.Split('|')[0]));
        Assert.Equal(["acme_20260901"], (await RowsAsync(app, "20260901")).Keys.Select(key => key.Split('|')[0]));
        Assert.Equal(["acme_20260305"], (await RowsAsync(app, "20260305")).Keys.Select(key => key.Split('|')[0]));
    }

    [Fact]
    public async Task Ingest_TransactionLimits_SendsAsFewTransactionsAsTheyAllow()
    {
        await using var app = await TestApp.StartAsync(azurite, Clock());
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync([Event(5000)]);
        app.Requests.Clear();

        await acme.IngestAsync(Enumerable.Range(0, 1000).Select(Event));

        // Four rows an event, 100 rows a transaction.
        Assert.Equal(40, app.Requests.Sent.Count(sent => sent.EndsWith("$batch", StringComparison.Ordinal)));
        Assert.Equal(41, app.Requests.Sent.Count); // and the key of the caller
    }

    [Fact]
    public async Task Ingest_LargeRawPayloads_KeepsTransactionsBelowFourMebibytes()
    {
        await using var app = await TestApp.StartAsync(azurite, Clock(), settings: ("Ingest__MaxBodyBytes", "16777216"));
        var acme = await app.CreateTenantAsync("acme");
        var random = new Random(7);
        var events = Enumerable.Range(0, 80).Select(i => new
        {
            sourceEventId = $"{i}",
            occurredAt = "2026-09-01T10:00:00Z",
            eventType = "login",
            result = "success",
            raw = new { noise = Convert.ToBase64String(Bytes(random, 60_000)) },
        }).ToList();
        var largest = 0L;
        app.Requests.BeforeSend = message =>
        {
            if (message.Request.Content is { } content && content.TryComputeLength(out var length))
            {
                largest = Math.Max(largest, length);
            }
        };

        var counts = await acme.IngestAsync(events);

        Assert.Equal((80, 0), counts);
        Assert.InRange(largest, 1_000_000, 4 * 1024 * 1024);
        var id = (await acme.SearchAllAsync("limit=1000"))[0].GetProperty("id").GetString();
        using var answer = await acme.GetAsync($"events/{id}");
        var noise = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("raw").GetProperty("noise").GetString();
        Assert.Contains(events, e => e.raw.noise == noise);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-ndjson")]
    [InlineData("text/plain")]
    [InlineData(null)]
    public async Task Ingest_NdjsonWithGzip_IsReadWhateverItsContentType(string? contentType)
    {
        await using var app = await TestApp.StartAsync(azurite, Clock());
        var acme = await app.CreateTenantAsync("acme");
        var lines = string.Join("\r\n", Enumerable.Range(0, 30).Select(i => JsonSerializer.Serialize(Event(i))));

        using var answer = await acme.PostEventsAsync(Gzip(lines), contentType, "gzip");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("""{"accepted":30,"duplicates":0,"rejected":[]}""", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Ingest_WithoutId_TheSameContentIsOneEvent()
    {
        await using var app = await TestApp.StartAsync(azurite, Clock());
        var acme = await app.CreateTenantAsync("acme");
        using var first = await acme.PostEventsAsync("""{"occurredAt":"2026-09-01T10:00:00Z","eventType":"login","result":"success","userId":"u1"}""");
        using var other = await acme.PostEventsAsync("""{"occurredAt":"2026-09-01T10:00:00Z","eventType":"login","result":"success","userId":"u2"}""");

        using var again = await acme.PostEventsAsync(""" { "userId":"u1", "result":"success", "eventType":"login", "occurredAt":"2026-09-01T19:00:00+09:00" } """);

        Assert.Equal("""{"accepted":1,"duplicates":0,"rejected":[]}""", await first.Content.ReadAsStringAsync());
        Assert.Equal("""{"accepted":1,"duplicates":0,"rejected":[]}""", await other.Content.ReadAsStringAsync());
        Assert.Equal("""{"accepted":0,"duplicates":1,"rejected":[]}""", await again.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Ingest_StorageTooSlow_Answers503AndStoresOnTheRetry()
    {
        var time = new FakeTimeProvider(Now);
        await using var app = await TestApp.StartAsync(azurite, time);
        var acme = await app.CreateTenantAsync("acme");
        var slow = true;
        app.Requests.BeforeSend = message =>
        {
            if (slow && message.Request.Uri.Path.EndsWith("$batch", StringComparison.Ordinal))
            {
                time.Advance(TimeSpan.FromSeconds(11));
            }
        };

        using var refused = await acme.PostAsync("events", new[] { Event(1) });
        slow = false;
        var retried = await acme.IngestAsync([Event(1)]);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal("5", refused.Headers.GetValues("Retry-After").Single());
        Assert.Contains("\"code\":\"ingest_timeout\"", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(1, retried.Accepted + retried.Duplicates);
    }

    [Fact]
    public async Task Ingest_StorageFails_Answers503AndNeverHalfAnEvent()
    {
        await using var app = await TestApp.StartAsync(azurite, Clock());
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync([Event(5000)]);
        var batches = 0;
        app.Requests.BeforeSend = message =>
        {
            if (message.Request.Uri.Path.EndsWith("$batch", StringComparison.Ordinal) && Interlocked.Increment(ref batches) > 2)
            {
                throw new IOException("No route to storage.");
            }
        };

        using var refused = await acme.PostAsync("events", Enumerable.Range(0, 200).Select(Event));
        var halfway = await RowsAsync(app, "20260901");
        app.Requests.BeforeSend = null;
        var (accepted, duplicates) = await acme.IngestAsync(Enumerable.Range(0, 200).Select(Event));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(4 + 200, halfway.Count); // two whole transactions of 25 events
        Assert.Equal((150, 50), (accepted, duplicates));
        Assert.Equal(4 + 800, (await RowsAsync(app, "20260901")).Count);
    }

    /// <summary>Goes on by a little with each look, so that no two requests are received at the same instant.</summary>
    private static FakeTimeProvider Clock() => new(Now) { AutoAdvanceAmount = TimeSpan.FromMicroseconds(1) };

    private static object Event(int number) => new
    {
        source = "okta",
        sourceEventId = $"event-{number}",
        occurredAt = Now.AddSeconds(-number).ToString("O", CultureInfo.InvariantCulture),
        eventType = "login",
        result = "success",
        userId = $"u-{number % 20}",
        loginId = $"user{number % 20}@example.com",
        ip = $"203.0.113.{number % 50}",
    };

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }

    /// <summary>All rows of a day's table, as <c>partition|row</c> and the rest of the columns.</summary>
    private static async Task<SortedDictionary<string, string>> RowsAsync(TestApp app, string day)
    {
        var table = new TableClient(app.ConnectionString, $"LoginEvents{day}");
        var rows = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await foreach (var row in table.QueryAsync<TableEntity>())
        {
            var columns = row.Where(column => column.Key is not ("odata.etag" or "Timestamp"))
                .OrderBy(column => column.Key, StringComparer.Ordinal);
            rows.Add($"{row.PartitionKey}|{row.RowKey}", string.Join(';', columns.Select(column => $"{column.Key}={column.Value}")));
        }

        return rows;
    }
}
