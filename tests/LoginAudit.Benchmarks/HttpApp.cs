using System.Net.Http.Headers;
using System.Net.Http.Json;
using Azure.Core;
using LoginAudit.Auth;
using LoginAudit.Ingest;
using LoginAudit.InProcess;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace LoginAudit.Benchmarks;

/// <summary>The functions over Kestrel, as LocalHost runs them, with a tenant, a key, and a client that has it.</summary>
internal sealed class HttpApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client;

    private HttpApp(WebApplication app, RequestCount requests, string key)
    {
        (_app, Requests) = (app, requests);
        _client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public static TenantId Tenant { get; } = TenantId.Parse("acme");

    public RequestCount Requests { get; }

    /// <param name="connectionString">Of an account that has its tables.</param>
    /// <param name="time">The app's clock.</param>
    public static async Task<HttpApp> StartAsync(string connectionString, TimeProvider time)
    {
        var requests = new RequestCount();
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["AuditStorage"] = connectionString,
            ["Access__RateBurst"] = "1000000",
            ["Access__RatePerPeriod"] = "1000000",
            ["Ingest__TimeLimit"] = "00:00:14", // the emulator is slower than the service
        };
        var app = InProcessApp.Build(0, settings, services =>
        {
            services.AddSingleton<StoragePipelineHook>(options => options.AddPolicy(requests, HttpPipelinePosition.PerRetry));
            services.Replace(ServiceDescriptor.Singleton(time));
            var pumps = services.Where(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType == typeof(QueuePump));
            foreach (var pump in pumps.ToList())
            {
                services.Remove(pump);
            }
        });
        var key = ApiKey.Create(Tenant.Value);
        var now = time.GetUtcNow();
        await app.Services.GetRequiredService<TenantStore>().TrySaveAsync(new Tenant(Tenant, "Acme", 1, now), CancellationToken.None);
        await app.Services.GetRequiredService<ApiKeyStore>().AddAsync(
            Tenant, new StoredKey(key.Id, key.Hash(), ["ingest", "read"], now, null) { LastUsedAt = now }, CancellationToken.None);
        await app.StartAsync();
        return new HttpApp(app, requests, key.ToString());
    }

    /// <summary>Sends events that must all be accepted.</summary>
    public async Task IngestAsync(byte[] body, int events, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var answer = await _client.PostAsync($"/v1/tenants/{Tenant}/events", content, cancellationToken);
        var accepted = (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<IngestAnswer>(cancellationToken))!.Accepted;
        if (accepted != events)
        {
            throw new InvalidOperationException($"{accepted} of {events} events were accepted.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
