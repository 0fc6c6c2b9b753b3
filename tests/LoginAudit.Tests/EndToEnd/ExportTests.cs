using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LoginAudit.Exports;
using LoginAudit.Tests.Exports;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

using static LoginAudit.Tests.EndToEnd.ExportCalls;

namespace LoginAudit.Tests.EndToEnd;

public sealed class ExportTests(AzuriteFixture azurite)
{
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
    public async Task Export_SomeColumns_HoldsThoseOnly()
    {
        await using var app = await TestApp.StartAsync(azurite, Clock());
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync([Event(1)]);

        var (_, csv) = await ExportAsync(app, acme, """{"columns":["result","event_id","result"]}""");
        var (job, parquet) = await ExportAsync(app, acme, """{"format":"parquet","columns":["ip","occurred_at"]}""");

        Assert.StartsWith("\uFEFFDescription,User,Date,IP address,Login method,Service type,event_id,result\r\n", Encoding.UTF8.GetString(csv), StringComparison.Ordinal);
        Assert.Equal(["occurred_at", "ip"], ParquetFile.Query(parquet, "SELECT column_name FROM (DESCRIBE SELECT * FROM FILE)"));
        Assert.Equal(["ip", "occurred_at"], job.GetProperty("columns").EnumerateArray().Select(name => name.GetString()!));
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
        var id = await RequestAsync(acme, """{"format":"csv"}""");

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
        var id = await RequestAsync(acme, """{"format":"csv"}""");

        await RunQueueAsync(app);

        var job = await acme.GetJsonAsync($"exports/{id}");
        Assert.Equal("failed", job.GetProperty("state").GetString());
        Assert.StartsWith("The file would have more than 10 rows.", job.GetProperty("failure").GetString(), StringComparison.Ordinal);
        using var link = await acme.PostAsync($"exports/{id}/link", new { });
        Assert.Equal(HttpStatusCode.NotFound, link.StatusCode);
    }

    [Fact]
    public async Task Export_MoreBytesThanTheCap_FailsAndSaysWhich()
    {
        await using var app = await TestApp.StartAsync(azurite, Clock(), settings: [("Exports__MaxBytes", "3000"), ("Exports__BlockBytes", "65536")]);
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync(Enumerable.Range(0, 11).Select(Event));
        var id = await RequestAsync(acme, """{"format":"ndjson","gzip":true}""");

        await RunQueueAsync(app);

        var job = await acme.GetJsonAsync($"exports/{id}");
        Assert.Equal("failed", job.GetProperty("state").GetString());
        Assert.Equal("The file would have more than 3000 bytes. Ask for a shorter period or more conditions.", job.GetProperty("failure").GetString());
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
        var id = await RequestAsync(acme, """{"format":"csv"}""");

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

    [Fact]
    public async Task List_ByStateFormatAndCaller_ShowsThoseAndTheirNames()
    {
        var time = Clock();
        await using var app = await TestApp.StartAsync(azurite, time, settings: ("Exports__KeepDays", "3"));
        var acme = await app.CreateTenantAsync("acme");
        var (expired, _) = await ExportAsync(app, acme, """{"format":"csv"}""", download: false);
        time.Advance(TimeSpan.FromDays(3));
        var (ready, _) = await ExportAsync(app, acme, """{"format":"parquet"}""", download: false);
        using var made = await app.SendAsync(HttpMethod.Post, "/v1/tenants/acme/keys", app.OperatorKey, new { roles = new[] { "export" }, name = "Monday report" });
        var key = await made.Content.ReadFromJsonAsync<JsonElement>();
        using var requested = await app.SendAsync(
            HttpMethod.Post,
            "/v1/tenants/acme/exports",
            key.GetProperty("key").GetString()!,
            new { language = "ja", query = new { tz = "Asia/Tokyo", from = "2026-09-01", to = "2026-09-03", user = "mina", service = "!api", result = new[] { "failure", "interrupted" }, q = "chrome linux" } });
        var queued = await requested.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal([Id(queued), Id(ready), Id(expired)], await ListAsync(""));
        Assert.Equal([Id(ready)], await ListAsync("?state=ready"));
        Assert.Equal([Id(queued), Id(expired)], await ListAsync("?state=queued,expired"));
        Assert.Equal([Id(ready)], await ListAsync("?format=parquet&format=ocsf"));
        Assert.Equal([Id(queued)], await ListAsync($"?requestedBy={key.GetProperty("id").GetString()}"));
        Assert.Empty(await ListAsync("?state=failed&limit=1"));
        var first = await acme.GetJsonAsync("exports?state=queued,expired&limit=1");
        Assert.Equal([Id(expired)], await ListAsync($"?state=queued,expired&limit=1&cursor={first.GetProperty("nextCursor").GetString()}"));
        Assert.Equal("Monday report", queued.GetProperty("requestedByName").GetString());
        Assert.Equal(
            "2026-09-01 – 2026-09-03 (Asia/Tokyo) · メンバー: mina · 結果: 失敗, 中断 · サービスタイプ: API以外 · 検索語: chrome linux",
            queued.GetProperty("description").GetString());

        static string Id(JsonElement job) => job.GetProperty("id").GetString()!;
        async Task<List<string>> ListAsync(string query) =>
            [.. (await acme.GetJsonAsync($"exports{query}")).GetProperty("exports").EnumerateArray().Select(Id)];
    }
}
