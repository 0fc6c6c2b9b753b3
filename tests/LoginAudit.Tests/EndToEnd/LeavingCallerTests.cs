using System.Net.Sockets;
using System.Text;
using LoginAudit.Log.Tables;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>A caller that goes away is no failure: one line in the log, 499 in the trail.</summary>
public sealed class LeavingCallerTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Search_CallerLeavesBeforeTheAnswer_Is499InTheTrail()
    {
        using var reached = new SemaphoreSlim(0);
        var held = false;
        await using var app = await TestApp.StartAsync(azurite, configure: services => services.AddSingleton<StoragePipelineHook>(options =>
            options.AddPolicy(new Hold(path => Volatile.Read(ref held) && path.Contains("LoginDays", StringComparison.Ordinal), reached), Azure.Core.HttpPipelinePosition.PerRetry)));
        var acme = await app.CreateTenantAsync("acme");
        await app.TrailAsync("acme", 2);
        Volatile.Write(ref held, true);
        using var leave = new CancellationTokenSource();

        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/tenants/acme/events");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {acme.Key}");
        var call = app.Client.SendAsync(request, leave.Token);
        Assert.True(await reached.WaitAsync(TimeSpan.FromSeconds(60)));
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);

        Volatile.Write(ref held, false);
        var search = (await app.TrailAsync("acme", 3)).Single(entry => entry.GetProperty("action").GetString() == "search");
        Assert.Equal(499, search.GetProperty("status").GetInt32());
        AssertOneLine(app);
    }

    [Theory]
    [InlineData("Content-Length: 1000000\r\n\r\n{", true)]
    [InlineData("Content-Length: 1000000\r\n\r\n{", false)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n", true)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n", false)]
    [InlineData("Content-Length: 90000000\r\n\r\n{", true)] // while it is read to its end, to be told 413
    public async Task Ingest_CallerLeavesInTheBody_FailsNothing(string rest, bool reset)
    {
        await using var app = await TestApp.StartAsync(azurite);
        var acme = await app.CreateTenantAsync("acme");
        using (var socket = new Socket(SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync("127.0.0.1", app.Client.BaseAddress!.Port);
            var head = $"POST /v1/tenants/acme/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {acme.Key}\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n";
            await socket.SendAsync(Encoding.ASCII.GetBytes(head + rest));
            // The app reads the body from here on.
            var answer = new byte[25];
            Assert.True(await socket.ReceiveAsync(answer) > 0);
            Assert.StartsWith("HTTP/1.1 100 ", Encoding.ASCII.GetString(answer), StringComparison.Ordinal);
            socket.LingerState = new LingerOption(reset, 0);
        }

        using var next = await acme.GetAsync("events");
        Assert.Equal(200, (int)next.StatusCode);
        await app.StopAsync(); // waits for what runs
        AssertNoError(app);
        if (reset)
        {
            AssertOneLine(app);
        }
    }

    private static void AssertOneLine(TestApp app)
    {
        Assert.Single(app.Logs.Lines, line => line.StartsWith("Information LoginAudit.Auth.RequestPipeline[3] A caller left before its answer.", StringComparison.Ordinal));
        AssertNoError(app);
    }

    /// <summary>Kestrel's own lines about its connections, when it stops, are no failure of a call.</summary>
    private static void AssertNoError(TestApp app) => Assert.DoesNotContain(
        app.Logs.Lines.Where(line => !line.StartsWith("Error Microsoft.AspNetCore.Server.Kestrel[", StringComparison.Ordinal)),
        line => line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal));

    /// <summary>Holds requests to storage until they are cancelled.</summary>
    private sealed class Hold(Func<string, bool> isHeld, SemaphoreSlim reached) : Azure.Core.Pipeline.HttpPipelinePolicy
    {
        public override void Process(Azure.Core.HttpMessage message, ReadOnlyMemory<Azure.Core.Pipeline.HttpPipelinePolicy> pipeline) =>
            ProcessNext(message, pipeline);

        public override async ValueTask ProcessAsync(Azure.Core.HttpMessage message, ReadOnlyMemory<Azure.Core.Pipeline.HttpPipelinePolicy> pipeline)
        {
            if (isHeld(message.Request.Uri.Path))
            {
                reached.Release();
                await Task.Delay(Timeout.Infinite, message.CancellationToken);
            }

            await ProcessNextAsync(message, pipeline);
        }
    }
}
