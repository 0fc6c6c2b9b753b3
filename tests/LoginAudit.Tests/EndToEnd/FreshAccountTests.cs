using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Azure;
using LoginAudit.Auth;
using LoginAudit.Exports;
using LoginAudit.Health;
using LoginAudit.Retention;
using LoginAudit.Tenants;
using LoginAudit.Tests.Hosting;
using LoginAudit.Tests.OpenApi;
using Microsoft.Extensions.DependencyInjection;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>An account in which nobody has made a table, a queue or a container.</summary>
public sealed class FreshAccountTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task EveryCall_OnAnEmptyAccount_IsAnsweredAndNeverWith500()
    {
        var operations = new DocumentedAnswers(await ApiOperation.ServedDocumentAsync()).Operations;
        var failures = new List<string>();
        foreach (var operation in operations)
        {
            await using var app = await TestApp.StartAsync(azurite, storage: StorageAtStart.Empty);
            string[] keys = [ApiKey.Create("acme").ToString(), ApiKey.Create("operator").ToString(), app.OperatorKey];
            foreach (var key in keys)
            {
                using var answer = await SendAsync(app, operation, key);
                var status = (int)answer.StatusCode;
                if (status >= 500 && status != 503)
                {
                    failures.Add($"{operation}: {status} {await answer.Content.ReadAsStringAsync()}");
                }
            }
        }

        Assert.True(operations.Count > 25, $"{operations.Count} calls");
        Assert.Empty(failures);
    }

    [Fact]
    public async Task FirstTenant_OnAnEmptyAccount_DoesAllThatTenantsDo()
    {
        await using var app = await TestApp.StartAsync(azurite, storage: StorageAtStart.Empty);

        var acme = await app.CreateTenantAsync("acme");
        var at = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        using var mixed = await acme.PostAsync("events", new object[]
        {
            new { sourceEventId = "1", occurredAt = at, eventType = "login", result = "success" },
            new { sourceEventId = "2", occurredAt = at, eventType = "dance" },
        });
        using var source = await app.SendAsync(
            HttpMethod.Post, "/v1/tenants/acme/sources", app.OperatorKey, new { name = "okta-main", kind = "okta" });
        var (job, file) = await ExportCalls.ExportAsync(app, acme, """{"format":"ndjson"}""");
        using var deleted = await app.SendAsync(HttpMethod.Delete, "/v1/tenants/acme", app.OperatorKey);
        var message = (await ExportCalls.Queue(app, "tenant-deletions").PeekMessagesAsync()).Value;

        Assert.Equal(1, (await mixed.ReadOkAsync()).GetProperty("accepted").GetInt32());
        Assert.Equal(201, (int)source.StatusCode);
        Assert.Equal(1, job.GetProperty("rows").GetInt32());
        Assert.NotEmpty(file);
        Assert.Equal(202, (int)deleted.StatusCode);
        Assert.Empty(message); // hidden for half a minute, in a queue that was made for it
    }

    [Fact]
    public async Task Call_OfAKeyWhoseTableIsMissing_IsToldToComeBack()
    {
        await using var app = await TestApp.StartAsync(azurite, storage: StorageAtStart.Empty);
        var acme = new TestTenant(app, "acme", ApiKey.Create("acme").ToString());

        using var events = await acme.PostEventsAsync("""{"eventType":"login"}""");
        using var hook = await app.Client.PostAsync(
            new Uri($"/v1/webhooks/{HookId.Create()}", UriKind.Relative), new StringContent("{}"));

        await events.ReadProblemAsync(503, "storage_unavailable");
        await hook.ReadProblemAsync(503, "storage_unavailable");
        Assert.Equal(5, hook.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
    }

    [Fact]
    public async Task Deletion_WithoutContainers_Ends()
    {
        await using var app = await TestApp.StartAsync(azurite, storage: StorageAtStart.Empty);
        var acme = await app.CreateTenantAsync("acme");
        var at = TimeProvider.System.GetUtcNow();
        await acme.IngestAsync([new { sourceEventId = "1", occurredAt = at, eventType = "login", result = "success" }]);
        using var deleted = await app.SendAsync(HttpMethod.Delete, "/v1/tenants/acme", app.OperatorKey);
        var createdAt = (await deleted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("createdAt").GetString();

        await app.Services.GetRequiredService<TenantDeletion>().RunAsync(
            BinaryData.FromString($$"""{"version":1,"tenant":"acme","createdAt":"{{createdAt}}"}"""),
            CancellationToken.None);

        using var gone = await app.SendAsync(HttpMethod.Get, "/v1/tenants/acme", app.OperatorKey);
        Assert.Equal(404, (int)gone.StatusCode);
    }

    [Fact]
    public async Task Messages_WhoseTableIsMissing_AreNotDropped()
    {
        await using var app = await TestApp.StartAsync(azurite, storage: StorageAtStart.Empty);
        var export = BinaryData.FromString("""{"version":1,"tenant":"acme","jobId":"22eb20b5c2f823f80a1b2c3d"}""");
        var deletion = BinaryData.FromString("""{"version":1,"tenant":"acme","createdAt":"2026-09-01T00:00:00Z"}""");

        await Assert.ThrowsAsync<RequestFailedException>(
            () => app.Services.GetRequiredService<ExportRunner>().RunAsync(export, 1, CancellationToken.None));
        await Assert.ThrowsAsync<RequestFailedException>(
            () => app.Services.GetRequiredService<TenantDeletion>().RunAsync(deletion, CancellationToken.None));
    }

    [Fact]
    public async Task Timers_OnAnEmptyAccount_Run()
    {
        await using var app = await TestApp.StartAsync(azurite, storage: StorageAtStart.Empty);

        await app.Services.GetRequiredService<PoisonQueueMetrics>().MeasureAsync(CancellationToken.None);
        await app.Services.GetRequiredService<RetentionRunner>().RunAsync(CancellationToken.None);

        using var ready = await app.Client.GetAsync(new Uri("/health/ready", UriKind.Relative));
        Assert.Equal(200, (int)ready.StatusCode);
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("{}")]
    [InlineData("{\"version\":2,\"tenant\":\"acme\",\"createdAt\":\"2026-09-01T00:00:00Z\"}")]
    public async Task Deletion_MessageThatIsNone_GoesToThePoisonQueueAtOnce(string text)
    {
        await using var app = await TestApp.StartAsync(azurite);

        await app.Services.GetRequiredService<TenantDeletion>()
            .RunAsync(BinaryData.FromString(text), CancellationToken.None);

        var poison = (await ExportCalls.Queue(app, "tenant-deletions-poison").ReceiveMessagesAsync(10)).Value;
        Assert.Equal(text, Assert.Single(poison).Body.ToString());
    }

    private static async Task<HttpResponseMessage> SendAsync(TestApp app, ApiOperation operation, string key)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(operation.Method), ApiOperation.PathOf(operation.Path, "acme"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (operation.Method is "POST" or "PUT")
        {
            request.Content = JsonContent.Create(new
            {
                name = operation.Path.EndsWith("/sources", StringComparison.Ordinal) ? "okta-main" : null,
                kind = operation.Path.EndsWith("/sources", StringComparison.Ordinal) ? "okta" : null,
                roles = operation.Path.EndsWith("/keys", StringComparison.Ordinal) ? new[] { "read" } : null,
                format = operation.Path.EndsWith("/exports", StringComparison.Ordinal) ? "csv" : null,
            });
        }

        return await app.Client.SendAsync(request);
    }
}
