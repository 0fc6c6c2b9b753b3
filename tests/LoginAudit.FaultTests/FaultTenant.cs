using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace LoginAudit.FaultTests;

/// <summary>A tenant, its key, and what a sender and an admin do with it.</summary>
internal sealed class FaultTenant : IDisposable
{
    private readonly HttpClient _client;

    private FaultTenant(Uri host, string id, string key)
    {
        (Id, Key) = (id, key);
        _client = Client(host, key);
    }

    public string Id { get; }

    public string Key { get; }

    /// <summary>What was answered 200, by source event id.</summary>
    public Dictionary<string, DateTimeOffset> Acknowledged { get; } = new(StringComparer.Ordinal);

    /// <summary>How many of them the answers called accepted.</summary>
    public long Accepted { get; private set; }

    public static async Task<FaultTenant> CreateAsync(Uri host, string id, int shards = 1)
    {
        using var client = Client(host, FaultApp.Operator.ToString());
        using var made = await client.PutAsJsonAsync($"/v1/tenants/{id}", new { shards });
        made.EnsureSuccessStatusCode();
        using var answer = await client.PostAsJsonAsync($"/v1/tenants/{id}/keys", new { roles = new[] { "ingest", "read", "export" } });
        answer.EnsureSuccessStatusCode();
        return new FaultTenant(host, id, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString()!);
    }

    /// <summary>The same at another host of the same storage.</summary>
    public FaultTenant At(Uri host) => new(host, Id, Key);

    public static HttpClient Client(Uri host, string key)
    {
        var client = new HttpClient { BaseAddress = host, Timeout = TimeSpan.FromSeconds(40) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    public object Event(int number, DateTimeOffset at) => new
    {
        sourceEventId = string.Create(CultureInfo.InvariantCulture, $"{Id}-{number}"),
        occurredAt = at.ToString("O", CultureInfo.InvariantCulture),
        eventType = "login",
        result = "success",
        userId = string.Create(CultureInfo.InvariantCulture, $"u-{number % 50}"),
        loginId = string.Create(CultureInfo.InvariantCulture, $"user{number % 50}@{Id}.example"),
        ip = string.Create(CultureInfo.InvariantCulture, $"203.0.113.{number % 250}"),
        application = Id,
    };

    /// <summary>Sends events once.</summary>
    /// <returns>The answer's status; null where there was none.</returns>
    public async Task<HttpStatusCode?> TrySendAsync(IReadOnlyList<(int Number, DateTimeOffset At)> events)
    {
        try
        {
            using var answer = await _client.PostAsJsonAsync($"/v1/tenants/{Id}/events", events.Select(e => Event(e.Number, e.At)));
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                var counts = await answer.Content.ReadFromJsonAsync<JsonElement>();
                lock (Acknowledged)
                {
                    Accepted += counts.GetProperty("accepted").GetInt32();
                    foreach (var (number, at) in events)
                    {
                        Acknowledged[string.Create(CultureInfo.InvariantCulture, $"{Id}-{number}")] = at;
                    }
                }

                Must.Hold(counts.GetProperty("rejected").GetArrayLength() == 0, $"Events were refused: {counts}");
            }

            return answer.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
        {
            return null;
        }
    }

    /// <summary>Sends events as a provider does: again until they are taken.</summary>
    public async Task SendAsync(IReadOnlyList<(int Number, DateTimeOffset At)> events)
    {
        for (var tries = 0; await TrySendAsync(events) is var status && status != HttpStatusCode.OK; tries++)
        {
            Must.Hold(
                status is null or HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError, $"Ingest answered {status}.");
            Must.Hold(status != HttpStatusCode.InternalServerError, "Ingest answered 500: a fault of storage that the app does not know.");
            Must.Hold(tries < 300, "Ingest did not come back.");
            await Task.Delay(200);
        }
    }

    /// <summary>An answer to an admin, asked again until storage lets it be 200 or 202.</summary>
    public async Task<JsonElement> CallAsync(HttpMethod method, string path, object? body = null, string? idempotencyKey = null)
    {
        for (var tries = 0; ; tries++)
        {
            HttpStatusCode? status = null;
            try
            {
                using var request = new HttpRequestMessage(method, $"/v1/tenants/{Id}/{path}") { Content = body is null ? null : JsonContent.Create(body) };
                if (idempotencyKey is not null)
                {
                    request.Headers.Add("Idempotency-Key", idempotencyKey);
                }

                using var answer = await _client.SendAsync(request);
                status = answer.StatusCode;
                if (answer.IsSuccessStatusCode)
                {
                    return await answer.Content.ReadFromJsonAsync<JsonElement>();
                }
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException or JsonException)
            {
                // The host was killed, or is about to come up again.
            }

            Must.Hold(status is null or HttpStatusCode.ServiceUnavailable, $"{method} {path.Split('?')[0]} answered {status}.");
            Must.Hold(tries < 300, $"{method} {path.Split('?')[0]} did not come back.");
            await Task.Delay(200);
        }
    }

    /// <summary>Searches page by page to the end.</summary>
    public async Task<List<string>> SearchAsync(string query)
    {
        var ids = new List<string>();
        string? cursor = null;
        do
        {
            var page = await CallAsync(HttpMethod.Get, $"events?{query}&limit=1000{(cursor is null ? "" : $"&cursor={cursor}")}");
            foreach (var e in page.GetProperty("events").EnumerateArray())
            {
                Must.Hold(e.GetProperty("application").GetString() == Id, "A search shows another tenant's event.");
                ids.Add(e.GetProperty("sourceEventId").GetString()!);
            }

            cursor = page.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);
        return ids;
    }

    public void Dispose() => _client.Dispose();
}
