using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace LoginAudit.LocalHost;

/// <summary>The tenant <c>demo</c> with its sign-ins and its key, made over the API as an operator would.</summary>
internal static class DemoTenant
{
    private const string Name = "demo";

    /// <summary>Events in a call; the app takes 5,000.</summary>
    private const int EventsACall = 500;

    /// <summary>A busy machine's storage may be slower than ingest waits; then the same events are sent again.</summary>
    private const int Tries = 20;

    /// <summary>Storage may still be starting, on a machine that may be busy.</summary>
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromMinutes(3);

    /// <summary>Makes what is not there yet.</summary>
    /// <returns>The keys, with one of the tenant that is valid.</returns>
    /// <exception cref="StartException">The app is not ready, or refuses a call.</exception>
    public static async Task<LocalKeys> EnsureAsync(Uri address, LocalKeys keys, CancellationToken stop)
    {
        using var client = new HttpClient { BaseAddress = address };
        await WaitUntilReadyAsync(client, stop);
        if (keys.Demo is not null && await SendAsync(client, HttpMethod.Get, $"/v1/tenants/{Name}/exports?limit=1", keys.Demo, null, stop) is not null)
        {
            return keys;
        }

        var isNew = await SendAsync(client, HttpMethod.Get, $"/v1/tenants/{Name}", keys.Operator, null, stop) is null;
        await RequireAsync(client, HttpMethod.Put, $"/v1/tenants/{Name}", keys.Operator, new { displayName = "Demo" }, stop);
        var key = await RequireAsync(
            client,
            HttpMethod.Post,
            $"/v1/tenants/{Name}/keys",
            keys.Operator,
            new { name = "Demo", roles = new[] { "ingest", "read", "export", "audit" } },
            stop);
        keys = keys with { Demo = key.GetProperty("key").GetString() };
        if (isNew)
        {
            Console.WriteLine("Making the tenant 'demo' with 30 days of sign-ins ...");
            foreach (var events in DemoData.Generate(TimeProvider.System.GetUtcNow()).Chunk(EventsACall))
            {
                await RequireAsync(client, HttpMethod.Post, $"/v1/tenants/{Name}/events", keys.Demo!, events, stop);
            }
        }

        return keys;
    }

    private static async Task WaitUntilReadyAsync(HttpClient client, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(ReadyLimit);
        var problem = "no answer";
        try
        {
            while (true)
            {
                using var answer = await client.GetAsync("/health/ready", limit.Token);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }

                problem = await answer.Content.ReadAsStringAsync(limit.Token);
                await Task.Delay(TimeSpan.FromMilliseconds(200), limit.Token);
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new StartException($"The app was not ready within {ReadyLimit.TotalSeconds:0} s: {problem}");
        }
    }

    private static async Task<JsonElement> RequireAsync(
        HttpClient client, HttpMethod method, string path, string key, object body, CancellationToken stop) =>
        await SendAsync(client, method, path, key, body, stop)
            ?? throw new StartException($"The demo tenant could not be made: {method} {path} was refused.");

    /// <summary>The answer, or null if the call was refused with 401, 403 or 404.</summary>
    private static async Task<JsonElement?> SendAsync(
        HttpClient client, HttpMethod method, string path, string key, object? body, CancellationToken stop)
    {
        for (var i = 1; ; i++)
        {
            using var answer = await SendOnceAsync(client, method, path, key, body, stop);
            if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
            {
                return null;
            }

            if (answer.IsSuccessStatusCode)
            {
                return await answer.Content.ReadFromJsonAsync<JsonElement>(stop);
            }

            if (i == Tries || answer.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests))
            {
                var problem = await answer.Content.ReadAsStringAsync(stop);
                throw new StartException(
                    $"The demo tenant could not be made: {method} {path} was answered {(int)answer.StatusCode}: {problem}");
            }

            await Task.Delay(TimeSpan.FromSeconds(1), stop);
        }
    }

    private static async Task<HttpResponseMessage> SendOnceAsync(
        HttpClient client, HttpMethod method, string path, string key, object? body, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Content = body is null ? null : JsonContent.Create(body, options: DemoData.Json);
        return await client.SendAsync(request, stop);
    }
}
