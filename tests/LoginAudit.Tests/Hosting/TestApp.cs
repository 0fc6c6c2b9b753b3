using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Azure.Core;
using LoginAudit.Access;
using LoginAudit.InProcess;
using LoginAudit.LocalHost;
using LoginAudit.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LoginAudit.Tests.Hosting;

/// <summary>The app over HTTP on a free port, with a storage account of its own.</summary>
public sealed class TestApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _operatorKey;

    private readonly PlantedValues _planted;

    private TestApp(
        WebApplication app, string operatorKey, StorageRequests requests, LogCapture logs, string connectionString, HttpMessageHandler? handler)
    {
        Logs = logs;
        _app = app;
        _operatorKey = operatorKey;
        Requests = requests;
        ConnectionString = connectionString;
        _planted = new PlantedValues(handler ?? new SocketsHttpHandler());
        Client = new HttpClient(_planted) { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public StorageRequests Requests { get; }

    /// <summary>All that the app logs; none of it may hold what tests send as personal or secret.</summary>
    public LogCapture Logs { get; }

    public string ConnectionString { get; }

    public string OperatorKey => _operatorKey;

    /// <summary>Name of the storage account.</summary>
    public string Account => ConnectionString.Split(';').Single(part => part.StartsWith("AccountName=", StringComparison.Ordinal)).Split('=')[1];

    /// <param name="azurite">Gives the account.</param>
    /// <param name="time">The app's clock; the system's without it.</param>
    /// <param name="pumps">Runs the queue and the timers too; not with a clock that stands still.</param>
    /// <param name="connectionString">An account that another app of the same test has.</param>
    /// <param name="configure">Changes the services, last of all.</param>
    /// <param name="handler">What the client's calls pass through.</param>
    /// <param name="settings">App settings, <c>Section__Name</c>.</param>
    public static async Task<TestApp> StartAsync(
        AzuriteFixture azurite,
        TimeProvider? time = null,
        bool pumps = false,
        string? connectionString = null,
        Action<IServiceCollection>? configure = null,
        HttpMessageHandler? handler = null,
        params (string Name, string Value)[] settings)
    {
        var operatorKey = ApiKey.Create(ApiKey.OperatorOwner);
        var requests = new StorageRequests();
        var logs = new LogCapture();
        connectionString ??= azurite.TakeAccount();
        var all = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["AuditStorage"] = connectionString,
            ["Access__OperatorKeyHash"] = operatorKey.Hash(),
            ["Retention__DeleteBlobs"] = "true",
            ["Exports__StartDelay"] = "00:00:00",
            ["Access__RateBurst"] = "1000000",
            ["Access__ForwardedHops"] = "0",
        };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        var app = InProcessApp.Build(0, all, services =>
        {
            services.AddLogging(logging => logging.ClearProviders().AddProvider(logs).SetMinimumLevel(LogLevel.Trace).AddFilter("LoginAudit", LogLevel.Trace));
            services.AddSingleton<StoragePipelineHook>(options => options.AddPolicy(requests, HttpPipelinePosition.PerRetry));
            if (time is not null)
            {
                services.Replace(ServiceDescriptor.Singleton(time));
            }

            if (!pumps)
            {
                foreach (var pump in services.Where(s => s.ServiceType == typeof(IHostedService)
                    && (s.ImplementationType == typeof(QueuePump) || s.ImplementationType == typeof(TimerPump))).ToList())
                {
                    services.Remove(pump);
                }
            }

            configure?.Invoke(services);
        });
        await app.Services.GetRequiredService<StorageClients>().EnsureAsync(CancellationToken.None);
        await app.StartAsync();
        return new TestApp(app, operatorKey.ToString(), requests, logs, connectionString, handler);
    }

    /// <summary>Makes a tenant and a key with all of a tenant's roles.</summary>
    public async Task<TestTenant> CreateTenantAsync(string id, int shards = 1, params string[] roles)
    {
        using var tenant = await SendAsync(HttpMethod.Put, $"/v1/tenants/{id}", _operatorKey, new { shards });
        Assert.Equal(HttpStatusCode.Created, tenant.StatusCode);
        string[] asked = roles.Length > 0 ? roles : ["ingest", "read", "export"];
        using var answer = await SendAsync(HttpMethod.Post, $"/v1/tenants/{id}/keys", _operatorKey, new { roles = asked });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var key = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return new TestTenant(this, id, key.GetProperty("key").GetString()!);
    }

    /// <summary>An operator's call that must be answered 200.</summary>
    public async Task<JsonElement> OperatorGetAsync(string path)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, _operatorKey);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, json.ToString());
        return json;
    }

    /// <summary>The trail of a tenant, newest first, once it has <paramref name="count"/> entries: they are written behind the answers.</summary>
    public async Task<List<JsonElement>> TrailAsync(string tenant, int count, string? query = null, bool atLeast = false)
    {
        // Past the clock, which may stand still: a period does not hold its end.
        var now = Services.GetRequiredService<TimeProvider>().GetUtcNow();
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

    public Task StopAsync() => _app.StopAsync();

    /// <summary>Writes no more entries of the trail, nor last uses, from here on.</summary>
    public Task StopTrailAsync() => Services.GetRequiredService<BackgroundWrites>().StopAsync(CancellationToken.None);

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

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Assert.Empty(_planted.FindIn(Logs.Lines));
    }
}

/// <summary>A tenant of a test, and calls with its key.</summary>
public sealed record TestTenant(TestApp App, string Id, string Key)
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
