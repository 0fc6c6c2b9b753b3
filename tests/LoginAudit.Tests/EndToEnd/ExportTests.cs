using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure.Storage.Queues;
using LoginAudit.Exports;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LoginAudit.Tests.EndToEnd;

public sealed class ExportTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Now = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("""{}""", "")]
    [InlineData("""{"order":"asc"}""", "order=asc")]
    [InlineData("""{"result":"failure","ip":"203.0.113.0/24"}""", "result=failure&ip=203.0.113.0/24")]
    [InlineData("""{"user":["user-3","user-4"],"from":"2026-08-20T00:00:00+09:00"}""", "user=user-3,user-4&from=2026-08-20T00:00:00%2B09:00")]
    public async Task Export_Ndjson_HoldsExactlyWhatTheSearchShows(string query, string search)
    {
        await using var app = await TestApp.StartAsync(azurite, Clock(), settings: ("Exports__BlockBytes", "65536"));
        var acme = await app.CreateTenantAsync("acme");
        var other = await app.CreateTenantAsync("acme-2");
        await acme.IngestAsync(Enumerable.Range(0, 700).Select(Event));
        await other.IngestAsync(Enumerable.Range(0, 50).Select(Event));
        var shown = await acme.SearchAllAsync($"{search}&limit=1000&to=2026-09-01T12:00:00Z");

        var (job, file) = await ExportAsync(app, acme, $$"""{"format":"ndjson","query":{{query}}}""");

        Assert.Equal(shown.Select(e => e.GetRawText()), Encoding.UTF8.GetString(file).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(shown.Count, job.GetProperty("rows").GetInt32());
        Assert.Equal(file.Length, job.GetProperty("bytes").GetInt64());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file)), job.GetProperty("sha256").GetString());
    }

    [Fact]
    public async Task Export_Ocsf_HoldsEachEventOnceInGzippedBlocks()
    {
        await using var app = await TestApp.StartAsync(azurite, Clock(), settings: ("Exports__BlockBytes", "65536"));
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync(Enumerable.Range(0, 300).Select(Event));
        var shown = await acme.SearchAllAsync("limit=1000");

        var (job, file) = await ExportAsync(app, acme, """{"format":"ocsf","gzip":true}""");

        await using var gzip = new GZipStream(new MemoryStream(file), CompressionMode.Decompress);
        using var lines = new StreamReader(gzip);
        var events = (await lines.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line)).ToList();
        Assert.Equal(shown.Select(e => e.GetProperty("id").GetString()), events.Select(e => e.GetProperty("metadata").GetProperty("uid").GetString()));
        Assert.Equal("ocsf", job.GetProperty("format").GetString());
        Assert.All(events, e => Assert.Equal(3002, e.GetProperty("class_uid").GetInt32()));
    }

    [Fact]
    public async Task Export_GzippedCsv_HasAHeadAndARowForEachEvent()
    {
        await using var app = await TestApp.StartAsync(azurite, Clock(), settings: ("Exports__BlockBytes", "65536"));
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync(Enumerable.Range(0, 1000).Select(Event));
        var shown = await acme.SearchAllAsync("limit=1000");

        var (_, file) = await ExportAsync(app, acme, """{"format":"csv","gzip":true,"language":"ja","timeZone":"Asia/Tokyo"}""");

        await using var gzip = new GZipStream(new MemoryStream(file), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        await gzip.CopyToAsync(unpacked);
        var content = Encoding.UTF8.GetString(unpacked.ToArray());
        Assert.StartsWith("\uFEFF説明,メンバー,日時,IPアドレス,ログイン方法,サービスタイプ,event_id,occurred_at,", content, StringComparison.Ordinal);
        var rows = content.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(row => row.Split(',')).ToList();
        Assert.Equal(shown.Select(e => e.GetProperty("id").GetString()), rows.Select(row => row[6]));
        Assert.Equal("2026-09-01T20:59:59.0000000+09:00", rows[0][7]);
        Assert.Equal("2026-09-01 20:59:59", rows[0][2]);
    }

    [Fact]
    public async Task Export_EventsReceivedAfterTheRequest_AreNotInTheFile()
    {
        await using var app = await TestApp.StartAsync(azurite, Clock());
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync(Enumerable.Range(0, 20).Select(Event));
        using var requested = await acme.PostAsync("exports", new { format = "ndjson", query = new { to = "2026-09-02T00:00:00Z" } });
        var id = (await requested.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        await acme.IngestAsync(Enumerable.Range(20, 20).Select(Event));

        await RunQueueAsync(app);

        Assert.Equal(20, (await acme.GetJsonAsync($"exports/{id}")).GetProperty("rows").GetInt32());
    }

    [Fact]
    public async Task Export_WorkerDiesHalfway_GoesOnFromItsCheckpointToTheSameFile()
    {
        await using var app = await TestApp.StartAsync(azurite, Clock(), settings: ("Exports__BlockBytes", "65536"));
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync(Enumerable.Range(0, 1000).Select(Event));
        var (undisturbed, _) = await ExportAsync(app, acme, """{"format":"ndjson","gzip":true,"query":{"to":"2026-09-01T12:00:00Z"}}""");
        var staged = new List<string>();
        var blocks = 0;
        app.Requests.BeforeSend = message =>
        {
            if (message.Request.Uri.Query.Contains("comp=block&", StringComparison.Ordinal))
            {
                if (++blocks is 3 or 5)
                {
                    throw new InvalidOperationException("The worker dies.");
                }

                staged.Add(message.Request.Uri.Query);
            }
        };
        using var requested = await acme.PostAsync("exports", new { format = "ndjson", gzip = true, query = new { to = "2026-09-01T12:00:00Z" } });
        var id = (await requested.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;

        await RunQueueAsync(app, failuresExpected: 2);

        var job = await acme.GetJsonAsync($"exports/{id}");
        Assert.Equal("ready", job.GetProperty("state").GetString());
        Assert.Equal(undisturbed.GetProperty("sha256").GetString(), job.GetProperty("sha256").GetString());
        Assert.Equal(1000, job.GetProperty("rows").GetInt32());
        Assert.Equal(staged.Distinct().Count(), staged.Count);
    }

    [Fact]
    public async Task Export_SixFailures_EndsFailedWithAReason()
    {
        await using var app = await TestApp.StartAsync(azurite, Clock());
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync([Event(1)]);
        app.Requests.BeforeSend = message =>
        {
            if (message.Request.Uri.Query.Contains("comp=block", StringComparison.Ordinal))
            {
                throw new InvalidOperationException("Never.");
            }
        };
        using var requested = await acme.PostAsync("exports", new { format = "csv" });
        var id = (await requested.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;

        await RunQueueAsync(app, failuresExpected: 6);

        var job = await acme.GetJsonAsync($"exports/{id}");
        Assert.Equal("failed", job.GetProperty("state").GetString());
        Assert.Equal("The file could not be written. Request it again; if it fails again, tell the operator.", job.GetProperty("failure").GetString());
    }

    [Fact]
    public async Task Export_MoreRowsThanTheCap_FailsAndSaysWhich()
    {
        await using var app = await TestApp.StartAsync(azurite, Clock(), settings: ("Exports__MaxRows", "10"));
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync(Enumerable.Range(0, 11).Select(Event));
        using var requested = await acme.PostAsync("exports", new { format = "csv" });
        var id = (await requested.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;

        await RunQueueAsync(app);

        var job = await acme.GetJsonAsync($"exports/{id}");
        Assert.Equal("failed", job.GetProperty("state").GetString());
        Assert.StartsWith("The file would have more than 10 rows.", job.GetProperty("failure").GetString(), StringComparison.Ordinal);
        using var link = await acme.PostAsync($"exports/{id}/link", new { });
        Assert.Equal(HttpStatusCode.NotFound, link.StatusCode);
    }

    [Fact]
    public async Task Export_MessageHandedOutTwice_IsWrittenOnce()
    {
        await using var app = await TestApp.StartAsync(azurite, Clock());
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync(Enumerable.Range(0, 100).Select(Event));
        using var requested = await acme.PostAsync("exports", new { format = "ndjson" });
        var message = new BinaryData((await Queue(app).ReceiveMessageAsync()).Value.Body.ToString());
        var runner = app.Services.GetRequiredService<ExportRunner>();
        app.Requests.Clear();

        await Task.WhenAll(runner.RunAsync(message, 1, CancellationToken.None), runner.RunAsync(message, 1, CancellationToken.None));

        Assert.Equal(2, app.Requests.Sent.Count(sent => sent.StartsWith("PUT ", StringComparison.Ordinal) && sent.EndsWith(".ndjson", StringComparison.Ordinal)));
        var jobs = await acme.GetJsonAsync("exports");
        Assert.Equal("ready", Assert.Single(jobs.GetProperty("exports").EnumerateArray()).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Export_Cancelled_LeavesNoFileAndNoWork()
    {
        await using var app = await TestApp.StartAsync(azurite, Clock());
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync([Event(1)]);
        using var requested = await acme.PostAsync("exports", new { format = "csv" });
        var id = (await requested.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;

        using var cancelled = await app.SendAsync(HttpMethod.Delete, $"/v1/tenants/acme/exports/{id}", acme.Key);
        await RunQueueAsync(app);
        var state = (await acme.GetJsonAsync($"exports/{id}")).GetProperty("state").GetString();
        using var deleted = await app.SendAsync(HttpMethod.Delete, $"/v1/tenants/acme/exports/{id}", acme.Key);
        using var gone = await acme.GetAsync($"exports/{id}");

        Assert.Equal(HttpStatusCode.NoContent, cancelled.StatusCode);
        Assert.Equal("cancelled", state);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Link_OfAReadyFile_ReadsThisBlobForTenMinutesAsADownload()
    {
        // The signature is checked against the emulator's own clock, so the app's must run with it.
        await using var app = await TestApp.StartAsync(azurite);
        var acme = await app.CreateTenantAsync("acme");
        using var requested = await acme.PostAsync("exports", new { format = "csv", gzip = true, query = new { from = "2026-09-01T00:00:00Z", to = "2026-09-03T00:00:00Z" } });
        var id = (await requested.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        await RunQueueAsync(app);

        using var answer = await acme.PostAsync($"exports/{id}/link", new { });
        var link = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var url = new Uri(link.GetProperty("url").GetString()!);
        using var file = await app.Client.GetAsync(url);
        using var delete = await app.Client.DeleteAsync(url);

        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(url.Query);
        Assert.Equal("r", query["sp"].ToString());
        Assert.Equal("b", query["sr"].ToString());
        var lifetime = DateTimeOffset.Parse(query["se"].ToString(), CultureInfo.InvariantCulture) - TimeProvider.System.GetUtcNow();
        Assert.InRange(lifetime, TimeSpan.FromMinutes(8), TimeSpan.FromMinutes(10));
        Assert.Equal("login-audit_acme_20260901_20260902.csv.gz", link.GetProperty("fileName").GetString());
        Assert.Equal(HttpStatusCode.OK, file.StatusCode);
        Assert.Equal("application/gzip", file.Content.Headers.ContentType?.ToString());
        Assert.Equal("attachment; filename=\"login-audit_acme_20260901_20260902.csv.gz\"", file.Content.Headers.ContentDisposition?.ToString());
        Assert.Equal(HttpStatusCode.Forbidden, delete.StatusCode);
    }

    [Fact]
    public async Task Link_AfterTheFilesTime_IsNotFoundAndTheJobExpired()
    {
        var time = Clock();
        await using var app = await TestApp.StartAsync(azurite, time, settings: ("Exports__KeepDays", "3"));
        var acme = await app.CreateTenantAsync("acme");
        var (job, _) = await ExportAsync(app, acme, """{"format":"csv"}""", download: false);
        var id = job.GetProperty("id").GetString();
        time.Advance(TimeSpan.FromDays(3));

        using var link = await acme.PostAsync($"exports/{id}/link", new { });
        var expired = await acme.GetJsonAsync($"exports/{id}");

        Assert.Equal(HttpStatusCode.NotFound, link.StatusCode);
        Assert.Equal("expired", expired.GetProperty("state").GetString());
    }

    [Fact]
    public async Task List_ManyJobs_PagesNewestFirst()
    {
        await using var app = await TestApp.StartAsync(azurite, Clock());
        var acme = await app.CreateTenantAsync("acme");
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            using var requested = await acme.PostAsync("exports", new { format = "csv" });
            ids.Insert(0, (await requested.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!);
        }

        var first = await acme.GetJsonAsync("exports?limit=3");
        var second = await acme.GetJsonAsync($"exports?limit=3&cursor={first.GetProperty("nextCursor").GetString()}");

        Assert.Equal(ids[..3], first.GetProperty("exports").EnumerateArray().Select(job => job.GetProperty("id").GetString()!));
        Assert.Equal(ids[3..], second.GetProperty("exports").EnumerateArray().Select(job => job.GetProperty("id").GetString()!));
        Assert.False(second.TryGetProperty("nextCursor", out _));
    }

    private static FakeTimeProvider Clock() => new(Now) { AutoAdvanceAmount = TimeSpan.FromMicroseconds(1) };

    private static object Event(int number) => new
    {
        sourceEventId = $"event-{number}",
        occurredAt = Now.AddSeconds(-1 - (number * 600)).ToString("O", CultureInfo.InvariantCulture),
        eventType = "login",
        result = number % 3 == 0 ? "failure" : "success",
        reason = number % 3 == 0 ? "invalid_credentials" : null,
        userId = $"user-{number % 20}",
        ip = number % 2 == 0 ? "203.0.113.7" : "2001:db8::7",
        userAgent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
    };

    private static QueueClient Queue(TestApp app) => new(
        app.ConnectionString, "exports", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });

    /// <summary>Runs the messages of the queue until it is empty, each again when it fails, as a host does.</summary>
    private static async Task RunQueueAsync(TestApp app, int failuresExpected = 0)
    {
        var runner = app.Services.GetRequiredService<ExportRunner>();
        var failures = 0;
        while ((await Queue(app).ReceiveMessageAsync()).Value is { } message)
        {
            var done = false;
            for (var count = 1; !done && count <= ExportRunner.MaxDequeueCount; count++)
            {
                try
                {
                    await runner.RunAsync(message.Body, count, CancellationToken.None);
                    done = true;
                }
                catch (InvalidOperationException)
                {
                    failures++;
                }
            }

            await Queue(app).DeleteMessageAsync(message.MessageId, message.PopReceipt);
        }

        Assert.Equal(failuresExpected, failures);
    }

    private static async Task<(JsonElement Job, byte[] File)> ExportAsync(TestApp app, TestTenant tenant, string request, bool download = true)
    {
        using var requested = await tenant.PostAsync("exports", JsonSerializer.Deserialize<JsonElement>(request));
        Assert.Equal(HttpStatusCode.Accepted, requested.StatusCode);
        var id = (await requested.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
        await RunQueueAsync(app);
        var job = await tenant.GetJsonAsync($"exports/{id}");
        Assert.Equal("ready", job.GetProperty("state").GetString());
        return (job, download ? await DownloadAsync(app, job) : []);
    }

    private static async Task<byte[]> DownloadAsync(TestApp app, JsonElement job)
    {
        var format = job.GetProperty("format").GetString();
        var extension = (format == "ocsf" ? "ocsf.ndjson" : format) + (job.GetProperty("gzip").GetBoolean() ? ".gz" : "");
        var blob = new Azure.Storage.Blobs.BlobClient(app.ConnectionString, "exports", $"acme/{job.GetProperty("id").GetString()}.{extension}");
        return (await blob.DownloadContentAsync()).Value.Content.ToArray();
    }
}
