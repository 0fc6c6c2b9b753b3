using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Azure.Storage.Queues;
using LoginAudit.Tests.EndToEnd;
using LoginAudit.Tests.Hosting;

namespace LoginAudit.Tests.OverWorker;

/// <summary>What the Functions host does to a call before the app sees it, and what the app makes of it.</summary>
public sealed class HostTests(SharedWorkerApp shared, AzuriteFixture azurite)
{
    private const int Megabyte = 1024 * 1024;

    [Theory]
    [InlineData(31, false)]
    [InlineData(31, true)]
    [InlineData(99, false)]
    [InlineData(99, true)]
    public async Task Body_OverTheLimit_GetsOurProblem(int megabytes, bool isChunked)
    {
        var acme = await (await shared.AppAsync(azurite)).CreateTenantAsync($"large-{megabytes}{(isChunked ? "-chunked" : "")}");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/tenants/{acme.Id}/events");
        request.Headers.Authorization = new("Bearer", acme.Key);
        request.Headers.ExpectContinue = false;
        request.Headers.TransferEncodingChunked = isChunked;
        request.Content = new ByteArrayContent(new byte[megabytes * Megabyte]) { Headers = { ContentType = new("application/json") } };

        using var answer = await acme.App.Client.SendAsync(request);

        await answer.ReadProblemAsync(413, "body_too_large");
    }

    [Fact]
    public async Task Answer_HasTheHeadersOfHostJson_AndOfTheApp()
    {
        var app = await shared.AppAsync(azurite);

        using var answer = await app.Client.GetAsync("/health/live");
        using var missing = await app.Client.GetAsync("/none/such");

        Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("no-store", Assert.Single(answer.Headers.GetValues("Cache-Control")));
        Assert.Equal("DENY", Assert.Single(missing.Headers.GetValues("X-Frame-Options")));
        await missing.ReadProblemAsync(404, "not_found");
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/openapi/v1.json")]
    public async Task Head_IsAnsweredAsGet_WithoutABody(string path)
    {
        var app = await shared.AppAsync(azurite);
        using var get = await app.Client.GetAsync(path);

        using var head = await app.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal("", await head.Content.ReadAsStringAsync());
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Equal(get.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task Search_ByHead_IsAnsweredAsGet()
    {
        var acme = await (await shared.AppAsync(azurite)).CreateTenantAsync("by-head");

        using var head = await acme.App.SendAsync(HttpMethod.Head, "/v1/tenants/by-head/events?limit=1", acme.Key);

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal("application/json", head.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Caller_ThatGoesAway_IsNoFailedInvocation()
    {
        var app = await shared.AppAsync(azurite);
        var acme = await app.CreateTenantAsync("went-away");
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(IPAddress.Loopback, app.Client.BaseAddress!.Port);
            var head = $"POST /v1/tenants/went-away/exports HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {acme.Key}\r\n"
                + "Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n[";
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
            await socket.GetStream().FlushAsync();
            await Task.Delay(500); // until the body is being read
        }

        // The trail is told of the call, so the function ended by itself.
        var entries = await app.TrailAsync("went-away", 1, "action=export_request");
        Assert.Equal(499, entries[0].GetProperty("status").GetInt32());
        Assert.DoesNotContain(app.Logs.Lines, line => line.Contains("RequestExport failed", StringComparison.Ordinal));
        Assert.Single(app.Logs.Lines, line => line.Contains("A caller left", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Message_ThatCannotBeDecoded_GoesToThePoisonQueue_AndItsNeighbourIsWorkedOn()
    {
        var app = await shared.AppAsync(azurite);
        var acme = await app.CreateTenantAsync("neighbour");
        var raw = new QueueClient(app.ConnectionString, "exports", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None });
        var poison = new QueueClient(app.ConnectionString, "exports-poison", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None });

        await raw.SendMessageAsync("~ no base64 ~");
        using var requested = await acme.PostAsync("exports", new { format = "ndjson" });
        var id = (await requested.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();

        await UntilAsync(async () => (await acme.GetJsonAsync($"exports/{id}")).GetProperty("state").GetString() == "ready");
        await UntilAsync(async () => await poison.ExistsAsync()
            && (await poison.PeekMessagesAsync(32)).Value.Any(message => message.Body.ToString() == "~ no base64 ~"));
    }

    private static async Task UntilAsync(Func<Task<bool>> isReached)
    {
        while (!await isReached())
        {
            await Task.Delay(100);
        }
    }
}
