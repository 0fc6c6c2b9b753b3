using Azure.Core;
using LoginAudit.Log.Tables;
using LoginAudit.Storage;
using LoginAudit.Tenants;
using LoginAudit.Tests.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace LoginAudit.Tests.Storage;

/// <summary>What one process of the app has of hooks and their keys; several may share an account.</summary>
internal sealed class HookInstance
{
    public static readonly DateTimeOffset Now = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);

    private HookInstance(string connectionString)
    {
        Clients = new StorageClients(
            Options.Create(new AuditStorageOptions { ConnectionString = connectionString }),
            [options => options.AddPolicy(Requests, HttpPipelinePosition.PerRetry)]);
        Store = new HookStore(Clients);
        Secrets = new HookSecrets(new KeyRing(Clients, Time), Time, NullLogger<HookSecrets>.Instance);
    }

    public FakeTimeProvider Time { get; } = new(Now);

    public StorageRequests Requests { get; } = new();

    public StorageClients Clients { get; }

    public HookStore Store { get; }

    public HookSecrets Secrets { get; }

    public static async Task<HookInstance> StartAsync(string connectionString)
    {
        var instance = new HookInstance(connectionString);
        await instance.Clients.EnsureAsync(CancellationToken.None);
        instance.Requests.Clear();
        return instance;
    }

    /// <summary>The keys as an operator's tool would manage them, in a process of its own.</summary>
    public IKeyManager KeyManager()
    {
        var services = new ServiceCollection();
        services.AddDataProtection().SetApplicationName("LoginAudit");
        services.Configure<KeyManagementOptions>(options => options.XmlRepository = new KeyRingBlobs(Clients, TimeProvider.System));
        return services.BuildServiceProvider().GetRequiredService<IKeyManager>();
    }

    public List<string> KeyRingBlobNames() => [.. Clients.KeyRingContainer.GetBlobs().Select(blob => blob.Name)];
}
