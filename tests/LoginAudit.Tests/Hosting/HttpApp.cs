using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace LoginAudit.Tests.Hosting;

/// <summary>The app as its callers see it: over HTTP, in this process or in one of its own.</summary>
public abstract class HttpApp(HttpClient client, string operatorKey, string connectionString) : IAsyncDisposable
{
    public HttpClient Client { get; } = client;

    public string OperatorKey { get; } = operatorKey;

    public string ConnectionString { get; } = connectionString;

    /// <summary>By the app's clock.</summary>
    protected virtual DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>Makes a tenant and a key with all of a tenant's roles.</summary>
    public async Task<TestTenant> CreateTenantAsync(string id, int shards = 1, params string[] roles)
    {
        using var tenant = await SendAsync(HttpMethod.Put, $"/v1/tenants/{id}", OperatorKey, new { shards });
        Assert.Equal(HttpStatusCode.Created, tenant.StatusCode);
        string[] asked = roles.Length > 0 ? roles : ["ingest", "read", "export"];
        using var answer = await SendAsync(HttpMethod.Post, $"/v1/tenants/{id}/keys", OperatorKey, new { roles = asked });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var key = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return new TestTenant(this, id, key.GetProperty("key").GetString()!);
    }

    /// <summary>An operator's call that must be answered 200.</summary>
    public async Task<JsonElement> OperatorGetAsync(string path)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, OperatorKey);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, json.ToString());
        return json;
    }

    /// <summary>The trail of a tenant, newest first, once it has <paramref name="count"/> entries: they are written behind the answers.</summary>
    public async Task<List<JsonElement>> TrailAsync(string tenant, int count, string? query = null, bool atLeast = false)
    {
        // Past the clock, which may stand still: a period does not hold its end.
        var now = Now;
        query ??= string.Create(CultureInfo.InvariantCulture, $"limit=1000&from={now.AddDays(-7):yyyy-MM-ddTHH:mm:ssZ}&to={now.AddDays(1):yyyy-MM-ddTHH:mm:ssZ}");
        for (var i = 0; ; i++)
        {
            // By an operator, whose reading is an entry too, which is left out.
            var page = await OperatorGetAsync($"/v1/tenants/{tenant}/access?{query}");
            var entries = page.GetProperty("entries").EnumerateArray()
                .Where(entry => entry.GetProperty("action").GetString() != "access_read").ToList();
            if (entries.Count >= count || i == 600)
            {
                Assert.True(entries.Count == count || atLeast, $"{entries.Count} entries: {page}");
                return entries;
            }

            await Task.Delay(50);
        }
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? key, object? json = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        if (json is not null)
        {
            request.Content = JsonContent.Create(json);
        }

        return await Client.SendAsync(request);
    }

    public abstract ValueTask DisposeAsync();
}

/// <summary>A tenant of a test, and calls with its key.</summary>
public sealed record TestTenant(HttpApp App, string Id, string Key)
{
    public Task<HttpResponseMessage> GetAsync(string path) => App.SendAsync(HttpMethod.Get, $"/v1/tenants/{Id}/{path}", Key);

    /// <summary>An answer that must be 200.</summary>
    public async Task<JsonElement> GetJsonAsync(string path)
    {
        using var answer = await GetAsync(path);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, json.ToString());
        return json;
    }

    public Task<HttpResponseMessage> PostAsync(string path, object json) =>
        App.SendAsync(HttpMethod.Post, $"/v1/tenants/{Id}/{path}", Key, json);

    /// <summary>Posts a body as it is to the tenant's events.</summary>
    public async Task<HttpResponseMessage> PostEventsAsync(byte[] body, string? contentType = "application/json", string? encoding = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/tenants/{Id}/events");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        request.Content = new ByteArrayContent(body);
        if (contentType is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        if (encoding is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        }

        return await App.Client.SendAsync(request);
    }

    public Task<HttpResponseMessage> PostEventsAsync(string body, string? contentType = "application/json") =>
        PostEventsAsync(Encoding.UTF8.GetBytes(body), contentType);

    /// <summary>Posts events that must all be accepted or counted as duplicates.</summary>
    public async Task<(int Accepted, int Duplicates)> IngestAsync(IEnumerable<object> events)
    {
        using var answer = await PostAsync("events", events);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, json.ToString());
        Assert.Empty(json.GetProperty("rejected").EnumerateArray());
        return (json.GetProperty("accepted").GetInt32(), json.GetProperty("duplicates").GetInt32());
    }

    /// <summary>Searches page by page to the end.</summary>
    public async Task<List<JsonElement>> SearchAllAsync(string query)
    {
        var events = new List<JsonElement>();
        string? cursor = null;
        while (true)
        {
            using var answer = await GetAsync($"events?{query}{(cursor is null ? "" : $"&cursor={cursor}")}");
            var page = await answer.Content.ReadFromJsonAsync<JsonElement>();
            Assert.True(answer.StatusCode == HttpStatusCode.OK, page.ToString());
            events.AddRange(page.GetProperty("events").EnumerateArray());
            if (!page.TryGetProperty("nextCursor", out var next))
            {
                Assert.True(page.GetProperty("complete").GetBoolean());
                return events;
            }

            cursor = next.GetString();
        }
    }
}
