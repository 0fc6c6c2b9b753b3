using System.Globalization;
using System.Text;
using Azure.Storage.Blobs.Specialized;
using LoginAudit.Exports;
using LoginAudit.Tests.Exports;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using static LoginAudit.Tests.EndToEnd.ExportCalls;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>Jobs that more than one run of a worker writes: slices of time, lost leases, lost blocks, lost messages.</summary>
public sealed class ExportSliceTests(AzuriteFixture azurite)
{
    private const string Period = "\"query\":{\"to\":\"2026-09-01T12:00:00Z\"}";

    private static readonly (string Name, string Value)[] SmallBlocks = [("Exports__BlockBytes", "65536"), ("Exports__Slice", "00:00:01")];

    [Theory]
    [InlineData("csv", false)]
    [InlineData("csv", true)]
    [InlineData("ndjson", true)]
    [InlineData("ocsf", false)]
    public async Task Export_InSlices_IsTheSameFileAsInOne(string format, bool gzip)
    {
        await using var app = await TestApp.StartAsync(azurite, Clock(), settings: ("Exports__BlockBytes", "65536"));
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync(Enumerable.Range(0, 1000).Select(Event));
        var request = $$"""{"format":"{{format}}","gzip":{{(gzip ? "true" : "false")}},{{Period}}}""";
        var (whole, file) = await ExportAsync(app, acme, request);
        await using var sliced = await TestApp.StartAsync(azurite, SlowClock(0.01), connectionString: app.ConnectionString, settings: SmallBlocks);
        var id = await RequestAsync(acme, request);
        sliced.Requests.Clear();

        await RunQueueAsync(sliced);

        var job = await acme.GetJsonAsync($"exports/{id}");
        var slices = sliced.Requests.Sent.Count(sent => sent.StartsWith("POST ", StringComparison.Ordinal) && sent.EndsWith("/exports/messages", StringComparison.Ordinal));
        Assert.InRange(slices, 3, 20);
        Assert.Equal(whole.GetProperty("sha256").GetString(), job.GetProperty("sha256").GetString());
        Assert.Equal(1000, job.GetProperty("rows").GetInt32());
        Assert.Equal(file, await DownloadAsync(app, job));
    }

    [Fact]
    public async Task Export_ParquetInSlices_HoldsEachRowOnceInOrder()
    {
        await using var app = await TestApp.StartAsync(azurite, SlowClock(0.01), settings: SmallBlocks);
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync(Enumerable.Range(0, 2000).Select(Event));
        var shown = await acme.SearchAllAsync("limit=1000&from=2026-08-01T00:00:00Z&to=2026-09-01T12:00:00Z");
        app.Requests.Clear();

        var (job, file) = await ExportAsync(app, acme, """{"format":"parquet","query":{"from":"2026-08-01T00:00:00Z","to":"2026-09-01T12:00:00Z"}}""");

        Assert.InRange(app.Requests.Sent.Count(sent => sent.Contains("comp=blocklist", StringComparison.Ordinal) || sent.EndsWith(".parquet", StringComparison.Ordinal)), 3, 100);
        Assert.Equal(shown.Select(e => e.GetProperty("id").GetString()!), ParquetFile.Query(file, "SELECT event_id FROM FILE"));
        Assert.Equal([$"{shown.Count}"], ParquetFile.Query(file, "SELECT sum(num_rows) FROM parquet_file_metadata(PATH)"));
        Assert.Equal(shown.Count, job.GetProperty("rows").GetInt32());
        Assert.Equal(file.Length, job.GetProperty("bytes").GetInt64());
    }

    /// <summary>The SDK sends an update again whose answer it did not get, and meets its own row.</summary>
    [Fact]
    public async Task Export_AnswerOfEachUpdateOfTheJobLost_EndsReady()
    {
        await using var app = await TestApp.StartAsync(azurite, SlowClock(0.01), settings: SmallBlocks);
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync(Enumerable.Range(0, 1000).Select(Event));
        var lost = new HashSet<string>(StringComparer.Ordinal);
        app.Requests.AfterAnswer = message =>
        {
            if (message.Request.Uri.Path.Contains("/ExportJobs(", StringComparison.Ordinal)
                && message.Request.Headers.TryGetValue("If-Match", out var etag) && lost.Add(etag!))
            {
                throw new IOException("The answer is lost.");
            }
        };

        var id = await RequestAsync(acme, $$"""{"format":"ndjson",{{Period}}}""");
        await RunQueueAsync(app);

        var job = await acme.GetJsonAsync($"exports/{id}");
        Assert.Equal(("ready", 1000), (job.GetProperty("state").GetString(), job.GetProperty("rows").GetInt32()));
        Assert.True(lost.Count > 5, $"{lost.Count}");
    }

    [Fact]
    public async Task Export_FewRowsInALongTime_GoesOnFromWhereItIs()
    {
        // No block fills: a slice must end all the same, half a minute late.
        await using var app = await TestApp.StartAsync(azurite, SlowClock(0.1), settings: SmallBlocks);
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync(Enumerable.Range(0, 1000).Select(number => new
        {
            sourceEventId = $"e-{number}",
            occurredAt = Now.AddSeconds(-1 - (number * 60)).ToString("O", CultureInfo.InvariantCulture),
            eventType = "login",
            result = "success",
            userName = number % 100 == 7 ? "Anna Zebrowski" : "Kim",
        }));
        var id = await RequestAsync(acme, """{"format":"ndjson","query":{"q":"zebrowski"}}""");
        app.Requests.Clear();

        await RunQueueAsync(app);

        var job = await acme.GetJsonAsync($"exports/{id}");
        Assert.Equal("ready", job.GetProperty("state").GetString());
        Assert.Equal(10, job.GetProperty("rows").GetInt32());
        Assert.Equal(10, Encoding.UTF8.GetString(await DownloadAsync(app, job)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Count());
        Assert.InRange(app.Requests.Sent.Count(sent => sent.EndsWith("/exports/messages", StringComparison.Ordinal)), 2, 10);
    }

    [Fact]
    public async Task Export_OldWorkerWakesUp_DoesNotTouchTheFileOfTheNext()
    {
        // The old one stalls before its third block for longer than its lease; meanwhile another one writes the file to its end.
        var clock = Clock();
        await using var app = await TestApp.StartAsync(azurite, clock, settings: ("Exports__BlockBytes", "65536"));
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync(Enumerable.Range(0, 1000).Select(Event));
        var (undisturbed, file) = await ExportAsync(app, acme, $$"""{"format":"ndjson",{{Period}}}""");
        var id = await RequestAsync(acme, $$"""{"format":"ndjson",{{Period}}}""");
        var message = new BinaryData((await Queue(app).ReceiveMessageAsync()).Value.Body.ToString());
        var runner = app.Services.GetRequiredService<ExportRunner>();
        using var stalled = new SemaphoreSlim(0);
        using var wake = new SemaphoreSlim(0);
        var staged = 0;
        app.Requests.BeforeSend = sent =>
        {
            if (sent.Request.Uri.Query.Contains("comp=block&", StringComparison.Ordinal) && Interlocked.Increment(ref staged) == 3)
            {
                stalled.Release();
                wake.Wait(TimeSpan.FromMinutes(1));
            }
        };
        var old = Task.Run(() => runner.RunAsync(message, 1, CancellationToken.None));
        await stalled.WaitAsync(TimeSpan.FromMinutes(1));
        clock.Advance(TimeSpan.FromMinutes(2));

        await runner.RunAsync(message, 2, CancellationToken.None);
        wake.Release();
        await old;

        var job = await acme.GetJsonAsync($"exports/{id}");
        Assert.Equal("ready", job.GetProperty("state").GetString());
        Assert.Equal(undisturbed.GetProperty("sha256").GetString(), job.GetProperty("sha256").GetString());
        Assert.Equal(file, await DownloadAsync(app, job));
    }

    [Fact]
    public async Task Export_BlocksOfTheServiceLost_StartsAgain()
    {
        await using var app = await TestApp.StartAsync(azurite, SlowClock(0.01), settings: SmallBlocks);
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync(Enumerable.Range(0, 1000).Select(Event));
        var id = await RequestAsync(acme, """{"format":"ndjson","query":{"to":"2026-09-01T12:00:00Z"}}""");
        var message = (await Queue(app).ReceiveMessageAsync()).Value;
        await app.Services.GetRequiredService<ExportRunner>().RunAsync(message.Body, 1, CancellationToken.None);
        var between = await acme.GetJsonAsync($"exports/{id}");
        Assert.Equal("running", between.GetProperty("state").GetString());
        Assert.InRange(between.GetProperty("rows").GetInt32(), 100, 900);
        Assert.InRange(between.GetProperty("progress").GetDouble(), 0.05, 0.95);
        var blob = new BlockBlobClient(app.ConnectionString, "exports", $"acme/{id}.ndjson");
        await blob.CommitBlockListAsync([]);

        await RunQueueAsync(app, failuresExpected: 1);

        var job = await acme.GetJsonAsync($"exports/{id}");
        Assert.Equal("ready", job.GetProperty("state").GetString());
        Assert.Equal(1000, job.GetProperty("rows").GetInt32());
        Assert.Equal(1000, Encoding.UTF8.GetString(await DownloadAsync(app, job)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Count());
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("{}")]
    [InlineData("{\"version\":2,\"tenant\":\"acme\",\"jobId\":\"22eb20b5c2f823f80a1b2c3d\"}")]
    public async Task Queue_MessageThatIsNoJob_GoesToThePoisonQueueAtOnce(string text)
    {
        await using var app = await TestApp.StartAsync(azurite, Clock());
        await Queue(app).SendMessageAsync(text);

        await RunQueueAsync(app);

        var poison = (await Queue(app, "exports-poison").ReceiveMessagesAsync(10)).Value;
        Assert.Equal(text, Assert.Single(poison).Body.ToString());
        Assert.Equal(0, (await Queue(app).GetPropertiesAsync()).Value.ApproximateMessagesCount);
        Assert.Contains(app.Logs.Lines, line => line.Contains("is no job that this version knows", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Upkeep_JobThatNobodyWorksOn_IsSentAgainAndFailsAfterADay()
    {
        var clock = Clock();
        await using var app = await TestApp.StartAsync(azurite, clock);
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync([Event(1)]);
        var lost = await RequestAsync(acme, """{"format":"csv"}""");
        await Queue(app).ClearMessagesAsync();
        var upkeep = app.Services.GetRequiredService<ExportUpkeep>();

        await upkeep.RunAsync(180, CancellationToken.None);
        Assert.Equal(0, (await Queue(app).GetPropertiesAsync()).Value.ApproximateMessagesCount);
        clock.Advance(TimeSpan.FromHours(1));
        await upkeep.RunAsync(180, CancellationToken.None);
        Assert.Equal(1, (await Queue(app).GetPropertiesAsync()).Value.ApproximateMessagesCount);
        clock.Advance(TimeSpan.FromHours(23));
        await upkeep.RunAsync(180, CancellationToken.None);

        var job = await acme.GetJsonAsync($"exports/{lost}");
        Assert.Equal("failed", job.GetProperty("state").GetString());
        Assert.Equal("The file could not be written. Request it again; if it fails again, tell the operator.", job.GetProperty("failure").GetString());
    }

    [Fact]
    public async Task Upkeep_JobsAndKeysPastTheirTime_AreGone()
    {
        var clock = Clock();
        await using var app = await TestApp.StartAsync(azurite, clock);
        var acme = await app.CreateTenantAsync("acme");
        await ExportAsync(app, acme, """{"format":"csv"}""", download: false);
        var store = app.Services.GetRequiredService<ExportJobStore>();
        await store.TryAddAsync((await store.FindAsync(LoginAudit.Log.Events.TenantId.Parse("acme"), await OnlyIdAsync(acme), CancellationToken.None))! with { Id = new string('0', 24) }, "key", "hash", CancellationToken.None);
        clock.Advance(TimeSpan.FromDays(100));
        var kept = await RequestAsync(acme, """{"format":"csv"}""");
        clock.Advance(TimeSpan.FromDays(81));

        await app.Services.GetRequiredService<ExportUpkeep>().RunAsync(180, CancellationToken.None);

        Assert.Equal(kept, await OnlyIdAsync(acme));
        Assert.Null(await store.FindByKeyAsync(LoginAudit.Log.Events.TenantId.Parse("acme"), "key", CancellationToken.None));
    }

    private static async Task<string> OnlyIdAsync(TestTenant tenant) =>
        Assert.Single((await tenant.GetJsonAsync("exports")).GetProperty("exports").EnumerateArray()).GetProperty("id").GetString()!;

    /// <summary>Each look at it takes so many seconds.</summary>
    private static FakeTimeProvider SlowClock(double seconds) => new(Now) { AutoAdvanceAmount = TimeSpan.FromSeconds(seconds) };
}
