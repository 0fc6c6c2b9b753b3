using Azure;
using Azure.Core;
using Azure.Storage.Queues.Models;
using LoginAudit.Exports;
using LoginAudit.Log.Events;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using static LoginAudit.Tests.EndToEnd.ExportCalls;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>
/// Workers that die or stop while they write a file. Their own message is hidden for 10 minutes, as by the Functions host;
/// the guard brings the job to the next worker when the lease ends.
/// </summary>
public sealed class ExportGuardTests(AzuriteFixture azurite)
{
    private const string Request =
        """{"format":"ndjson","query":{"from":"2026-08-01T00:00:00Z","to":"2026-09-01T12:00:00Z"}}""";

    private static readonly TimeSpan HiddenByTheHost = TimeSpan.FromMinutes(10);

    private static readonly (string Name, string Value)[] Settings =
        [("Exports__BlockBytes", "65536"), ("Exports__Lease", "00:00:04")];

    [Theory]
    [InlineData("ndjson")]
    [InlineData("csv")]
    public async Task WorkerDies_TheGuardAloneIsSeen_EndsWithTheSameFile(string format)
    {
        var request = Request.Replace("ndjson", format, StringComparison.Ordinal);
        var clock = SlowClock();
        await using var app = await TestApp.StartAsync(azurite, clock, settings: Settings);
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync(Enumerable.Range(0, 1000).Select(Event));
        var (undisturbed, file) = await ExportAsync(app, acme, request);
        var id = await RequestAsync(acme, request);

        await DieAsync(app, await ReceiveAsync(app), afterBlocks: 2);
        var abandoned = await JobAsync(app, id);
        clock.Advance(TimeSpan.FromSeconds(4));
        var guard = await ReceiveAsync(app);
        await Runner(app).RunAsync(guard.Body, guard.DequeueCount, CancellationToken.None);

        Assert.Equal(ExportState.Running, abandoned.State);
        Assert.NotNull(abandoned.LeaseOwner);
        Assert.NotNull(abandoned.Checkpoint);
        var job = await acme.GetJsonAsync($"exports/{id}");
        Assert.Equal("ready", job.GetProperty("state").GetString());
        Assert.Equal(undisturbed.GetProperty("sha256").GetString(), job.GetProperty("sha256").GetString());
        Assert.Equal(file, await DownloadAsync(app, job));
        await DeleteAsync(app, guard);
        Assert.Equal(1, await MessagesAsync(app)); // of the dead worker, which finds the job done
    }

    [Fact]
    public async Task WorkerDies_WhileItWritesParquet_TheNextOneStartsItsFileAgain()
    {
        var request = Request.Replace("ndjson", "parquet", StringComparison.Ordinal);
        var clock = SlowClock();
        await using var app = await TestApp.StartAsync(azurite, clock, settings: Settings);
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync(Enumerable.Range(0, 2000).Select(Event));
        var id = await RequestAsync(acme, request);

        await DieAsync(app, await ReceiveAsync(app), afterBlocks: 1);
        clock.Advance(TimeSpan.FromSeconds(4));
        var guard = await ReceiveAsync(app);
        await Runner(app).RunAsync(guard.Body, guard.DequeueCount, CancellationToken.None);

        var job = await acme.GetJsonAsync($"exports/{id}");
        Assert.Equal(("ready", 2000), (job.GetProperty("state").GetString(), job.GetProperty("rows").GetInt32()));
    }

    [Fact]
    public async Task Messages_OfAJobInManySlices_AreTwoAtMost()
    {
        await using var app = await TestApp.StartAsync(
            azurite, SlowClock(), settings: [.. Settings, ("Exports__Slice", "00:00:01")]);
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync(Enumerable.Range(0, 1000).Select(Event));
        await RequestAsync(acme, Request);
        var counts = new List<int>();
        var (renewals, sent) = (0, 0);
        app.Requests.BeforeSend = message =>
        {
            var path = message.Request.Uri.Path;
            if (path.Contains("/ExportJobs(", StringComparison.Ordinal))
            {
                counts.Add(Queue(app).GetProperties().Value.ApproximateMessagesCount);
            }

            var method = message.Request.Method;
            if (path.Contains("/exports/messages", StringComparison.Ordinal))
            {
                renewals += method == RequestMethod.Put ? 1 : 0;
                sent += method == RequestMethod.Post ? 1 : 0;
            }
        };

        await RunQueueAsync(app);

        Assert.True(sent >= 3, $"{sent} slices");
        Assert.True(renewals > sent, $"{renewals} renewals");
        Assert.Equal(2, counts.Max()); // the one in work, and the guard
        Assert.Equal(0, await MessagesAsync(app));
    }

    [Fact]
    public async Task Messages_OfAJobThatFails_AreOneBetweenTheTries()
    {
        await using var app = await TestApp.StartAsync(azurite, Clock(), settings: Settings);
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync([Event(1)]);
        var id = await RequestAsync(acme, Request);
        app.Requests.BeforeSend = sent =>
            ThrowIf(sent.Request.Uri.Query.Contains("comp=block", StringComparison.Ordinal));
        var message = await ReceiveAsync(app);

        for (var count = 1; count <= 6; count++)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(
                () => Runner(app).RunAsync(message.Body, count, CancellationToken.None));
            Assert.Equal(1, await MessagesAsync(app));
            Assert.Equal(count < 6 ? ExportState.Running : ExportState.Failed, (await JobAsync(app, id)).State);
        }
    }

    [Fact]
    public async Task WorkersDie_WithoutAStepForward_TheSeventhSaysFailed()
    {
        var clock = Clock();
        await using var app = await TestApp.StartAsync(azurite, clock, settings: Settings);
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync([Event(1)]);
        var id = await RequestAsync(acme, Request);
        await DieAsync(app, (await ReceiveAsync(app)).Body, 5, afterBlocks: 0); // handed out for the fifth time
        clock.Advance(TimeSpan.FromSeconds(4));
        await DieAsync(app, await ReceiveAsync(app), afterBlocks: 0);
        Assert.Equal(ExportState.Running, (await JobAsync(app, id)).State);
        clock.Advance(TimeSpan.FromSeconds(4));

        var last = await ReceiveAsync(app);
        await Runner(app).RunAsync(last.Body, last.DequeueCount, CancellationToken.None);

        var job = await JobAsync(app, id);
        Assert.Equal(ExportState.Failed, job.State);
        Assert.Equal(
            "The file could not be written. Request it again; if it fails again, tell the operator.", job.Failure);
        Assert.Single((await Queue(app, "exports-poison").ReceiveMessagesAsync(10)).Value);
        Assert.Contains(app.Logs.Lines, line => line.Contains("6 workers in a row stopped", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WorkersDie_EachAStepFurther_TheJobGoesOn()
    {
        var clock = SlowClock();
        await using var app = await TestApp.StartAsync(azurite, clock, settings: Settings);
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync(Enumerable.Range(0, 2000).Select(Event));
        var id = await RequestAsync(acme, Request);

        await DieAsync(app, (await ReceiveAsync(app)).Body, 6, afterBlocks: 2); // a last try that came further
        clock.Advance(TimeSpan.FromSeconds(4));
        await DieAsync(app, await ReceiveAsync(app), afterBlocks: 0);
        clock.Advance(TimeSpan.FromSeconds(4));

        var guard = await ReceiveAsync(app);
        await Runner(app).RunAsync(guard.Body, guard.DequeueCount, CancellationToken.None);

        var job = await JobAsync(app, id);
        Assert.Equal((ExportState.Ready, 2000L), (job.State, job.Rows));
    }

    [Fact]
    public async Task WorkerStops_InTheMiddle_AnotherTakesTheJobAtOnce()
    {
        await using var app = await TestApp.StartAsync(
            azurite, SlowClock(), settings: ("Exports__BlockBytes", "65536"));
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync(Enumerable.Range(0, 1000).Select(Event));
        var (undisturbed, _) = await ExportAsync(app, acme, Request);
        var id = await RequestAsync(acme, Request);
        var message = await ReceiveAsync(app);
        using var stop = new CancellationTokenSource();
        var blocks = 0;
        app.Requests.BeforeSend = sent =>
        {
            if (sent.Request.Uri.Query.Contains("comp=block&", StringComparison.Ordinal) && ++blocks == 2)
            {
                stop.Cancel();
            }
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Runner(app).RunAsync(message.Body, 1, stop.Token));
        app.Requests.BeforeSend = null;
        var released = await JobAsync(app, id);
        var next = (await Queue(app).ReceiveMessageAsync(HiddenByTheHost)).Value;
        await Runner(app).RunAsync(next.Body, next.DequeueCount, CancellationToken.None);

        Assert.Equal((ExportState.Running, null), (released.State, released.LeaseOwner));
        var job = await JobAsync(app, id);
        Assert.Equal(ExportState.Ready, job.State);
        Assert.Equal(undisturbed.GetProperty("sha256").GetString(), job.Sha256);
        await DeleteAsync(app, next);
        Assert.Equal(1, await MessagesAsync(app)); // the first, which the host hands out once more
    }

    [Fact]
    public async Task Guard_SeenWhileItsWorkerLives_WaitsOnAndIsStillOne()
    {
        await using var app = await TestApp.StartAsync(azurite, Clock(), settings: Settings);
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync([Event(1)]);
        var id = await RequestAsync(acme, Request);
        await DieAsync(app, await ReceiveAsync(app), afterBlocks: 0);

        for (var seen = 0; seen < 2; seen++)
        {
            var guard = await ReceiveAsync(app);
            await Runner(app).RunAsync(guard.Body, guard.DequeueCount, CancellationToken.None);
            await DeleteAsync(app, guard);
            Assert.Equal(2, await MessagesAsync(app)); // the one in work, and the guard
        }

        Assert.Equal(ExportState.Running, (await JobAsync(app, id)).State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Message_BesideAClaimOfAnother_IsDropped(bool isAGuard)
    {
        await using var app = await TestApp.StartAsync(azurite, Clock(), settings: Settings);
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync([Event(1)]);
        var id = await RequestAsync(acme, Request);
        await DieAsync(app, await ReceiveAsync(app), afterBlocks: 0);
        var owner = isAGuard ? ",\"owner\":\"0a1b2c3d\",\"tries\":1" : "";
        app.Requests.Clear();

        await Runner(app).RunAsync(
            BinaryData.FromString($$"""{"version":1,"tenant":"acme","jobId":"{{id}}"{{owner}}}"""),
            1,
            CancellationToken.None);

        Assert.DoesNotContain(app.Requests.Sent, sent => sent.Contains("/messages", StringComparison.Ordinal));
        Assert.Equal(2, await MessagesAsync(app));
    }

    [Theory]
    [InlineData("ready")]
    [InlineData("cancelled")]
    public async Task Guard_OfAJobThatHasEnded_IsDropped(string state)
    {
        await using var app = await TestApp.StartAsync(azurite, Clock(), settings: Settings);
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync([Event(1)]);
        var id = await RequestAsync(acme, Request);
        if (state == "ready")
        {
            await RunQueueAsync(app);
        }
        else
        {
            await DieAsync(app, await ReceiveAsync(app), afterBlocks: 0);
            using var cancelled = await app.SendAsync(HttpMethod.Delete, $"/v1/tenants/acme/exports/{id}", acme.Key);
            Assert.Equal(204, (int)cancelled.StatusCode);
        }

        app.Requests.Clear();
        await Runner(app).RunAsync(
            BinaryData.FromString($$"""{"version":1,"tenant":"acme","jobId":"{{id}}","owner":"0a1b2c3d","tries":6}"""),
            1,
            CancellationToken.None);

        var sent = Assert.Single(app.Requests.Sent, sent => !sent.Contains("AccessTrail", StringComparison.Ordinal));
        Assert.StartsWith("GET ", sent, StringComparison.Ordinal);
    }

    /// <summary>Runs a message until so many blocks are staged; from then on not a request gets through.</summary>
    private static Task DieAsync(TestApp app, QueueMessage message, int afterBlocks) =>
        DieAsync(app, message.Body, message.DequeueCount, afterBlocks);

    private static async Task DieAsync(TestApp app, BinaryData message, long dequeueCount, int afterBlocks)
    {
        var blocks = 0;
        var isDead = false;
        app.Requests.BeforeSend = sent =>
        {
            isDead |= sent.Request.Uri.Query.Contains("comp=block", StringComparison.Ordinal) && ++blocks > afterBlocks;
            ThrowIf(isDead);
        };
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => Runner(app).RunAsync(message, dequeueCount, CancellationToken.None));
        app.Requests.BeforeSend = null;
    }

    private static void ThrowIf(bool isDead)
    {
        if (isDead)
        {
            throw new InvalidOperationException("The worker is dead.");
        }
    }

    /// <summary>The next message that is seen, hidden from then on as the Functions host does.</summary>
    private static async Task<QueueMessage> ReceiveAsync(TestApp app)
    {
        for (var i = 0; ; i++)
        {
            if ((await Queue(app).ReceiveMessageAsync(HiddenByTheHost)).Value is { } message)
            {
                return message;
            }

            Assert.True(i < 600, "No message is seen.");
            await Task.Delay(100);
        }
    }

    private static Task<Response> DeleteAsync(TestApp app, QueueMessage message) =>
        Queue(app).DeleteMessageAsync(message.MessageId, message.PopReceipt);

    private static async Task<int> MessagesAsync(TestApp app) =>
        (await Queue(app).GetPropertiesAsync()).Value.ApproximateMessagesCount;

    private static ExportRunner Runner(TestApp app) => app.Services.GetRequiredService<ExportRunner>();

    private static async Task<ExportJob> JobAsync(TestApp app, string id) =>
        (await app.Services.GetRequiredService<ExportJobStore>()
            .FindAsync(TenantId.Parse("acme"), id, CancellationToken.None))!;

    /// <summary>Each look at it takes 10 ms, so that the lease is renewed after some 100 rows.</summary>
    private static FakeTimeProvider SlowClock() => new(Now) { AutoAdvanceAmount = TimeSpan.FromSeconds(0.01) };
}
