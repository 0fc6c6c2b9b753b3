using System.Net;
using LoginAudit.Tests.Hosting;

namespace LoginAudit.Tests.OverWorker;

/// <summary>A worker process that dies is replaced, and what it was at goes on.</summary>
public sealed class WorkerDeathTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Worker_Killed_IsReplaced_AndCallsAreAnsweredAgain()
    {
        await using var app = await WorkerApp.StartAsync(azurite);
        var acme = await app.CreateTenantAsync("acme");
        var first = await app.Host.WorkerProcessIdAsync();

        await app.KillWorkerAsync();
        await AnsweredAsync(acme);

        Assert.NotEqual(first, await app.Host.WorkerProcessIdAsync());
    }

    [Fact]
    public async Task Host_OverItsConcurrency_Answers429()
    {
        await using var app = await WorkerApp.StartAsync(
            azurite, hostJson: read => read with { MaxConcurrentRequests = 1, MaxOutstandingRequests = 1 });
        var acme = await app.CreateTenantAsync("acme");
        var slow = new HoldingContent();
        using var held = new HttpRequestMessage(HttpMethod.Post, "/v1/tenants/acme/exports") { Content = slow };
        held.Headers.Authorization = new("Bearer", acme.Key);
        var holding = app.Client.SendAsync(held);
        await slow.Started;

        using var refused = await app.Client.GetAsync("/health/live");
        slow.Release();
        using var done = await holding;
        using var answered = await app.Client.GetAsync("/health/live");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, done.StatusCode);
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
    }

    private static async Task AnsweredAsync(TestTenant tenant)
    {
        // The call that comes while the worker dies may fail; the next ones wait for the new one.
        for (var i = 0; ; i++)
        {
            using var answer = await tenant.GetAsync("events");
            if (answer.IsSuccessStatusCode)
            {
                return;
            }

            Assert.True(i < 20, $"{answer.StatusCode}");
        }
    }

    /// <summary>A body whose end is sent when the test says so.</summary>
    private sealed class HoldingContent : HttpContent
    {
        private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public HoldingContent() => Headers.ContentType = new("application/json");

        public Task Started => _started.Task;

        public void Release() => _released.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("""{"format":"""u8.ToArray());
            await stream.FlushAsync();
            _started.TrySetResult();
            await _released.Task;
            await stream.WriteAsync(" \"csv\"}"u8.ToArray());
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
