using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Storage.Queues;
using LoginAudit.Exports;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>What tests of exports share: events, requests, and a worker on the queue.</summary>
internal static class ExportCalls
{
    public static DateTimeOffset Now { get; } = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);

    public static FakeTimeProvider Clock() => new(Now) { AutoAdvanceAmount = TimeSpan.FromMicroseconds(1) };

    public static object Event(int number) => new
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

    public static QueueClient Queue(TestApp app, string name = "exports") => new(
        app.ConnectionString, name, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });

    /// <summary>Runs the messages of the queue until it is empty, each again when it fails, as a host does.</summary>
    public static async Task RunQueueAsync(TestApp app, int failuresExpected = 0)
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
                catch (Exception e) when (e is InvalidOperationException or LostBlocksException)
                {
                    failures++;
                }
            }

            await Queue(app).DeleteMessageAsync(message.MessageId, message.PopReceipt);
        }

        Assert.Equal(failuresExpected, failures);
    }

    /// <summary>Requests an export.</summary>
    /// <returns>The job's id.</returns>
    public static async Task<string> RequestAsync(TestTenant tenant, string request)
    {
        using var requested = await tenant.PostAsync("exports", JsonSerializer.Deserialize<JsonElement>(request));
        Assert.Equal(HttpStatusCode.Accepted, requested.StatusCode);
        return (await requested.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    public static async Task<(JsonElement Job, byte[] File)> ExportAsync(TestApp app, TestTenant tenant, string request, bool download = true)
    {
        var id = await RequestAsync(tenant, request);
        await RunQueueAsync(app);
        var job = await tenant.GetJsonAsync($"exports/{id}");
        Assert.Equal("ready", job.GetProperty("state").GetString());
        return (job, download ? await DownloadAsync(app, job) : []);
    }

    public static async Task<byte[]> DownloadAsync(TestApp app, JsonElement job)
    {
        var format = job.GetProperty("format").GetString();
        var extension = (format == "ocsf" ? "ocsf.ndjson" : format) + (job.GetProperty("gzip").GetBoolean() ? ".gz" : "");
        var blob = new Azure.Storage.Blobs.BlobClient(app.ConnectionString, "exports", $"acme/{job.GetProperty("id").GetString()}.{extension}");
        return (await blob.DownloadContentAsync()).Value.Content.ToArray();
    }
}
