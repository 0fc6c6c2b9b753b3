using LoginAudit.LocalHost.Old;
using LoginAudit.Access;
using LoginAudit.Events;
using LoginAudit.Storage;

namespace LoginAudit.LocalHost;

/// <summary>One run of LocalHost: storage, demo data, the app, and what to try.</summary>
internal static class LocalRun
{
    /// <exception cref="StartException">Something that it needs is missing or taken.</exception>
    public static async Task RunAsync(LocalOptions options)
    {
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            stop.Cancel();
        };
        using var terminated = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGTERM,
            context =>
            {
                context.Cancel = true;
                stop.Cancel();
            });

        try
        {
            await RunAsync(options, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped before it was up.
        }
    }

    private static async Task RunAsync(LocalOptions options, CancellationToken stop)
    {
        Ports.RequireFree(options.Port, "LocalHost");
        await using var azurite = options.Storage is null
            ? await AzuriteProcess.StartAsync(options.Port + 1, Path.Combine(options.DataFolder, "azurite"), stop)
            : null;
        await PortalBuild.EnsureAsync(stop);
        var keys = LocalKeys.LoadOrCreate(options.DataFolder);
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["AuditStorage"] = options.Storage ?? azurite!.ConnectionString,
            ["Access__OperatorKeyHash"] = LocalKeys.HashOf(keys.Operator),
            ["Access__ForwardedHops"] = "0",
            ["Retention__DeleteBlobs"] = "true",
        };
        await using var app = LocalApp.Build(options.Port, settings);
        try
        {
            await app.Services.GetRequiredService<StorageClients>().EnsureAsync(stop);
            await EnsureDemoAsync(app.Services, keys, stop);
            await app.StartAsync(stop);
        }
        catch (Exception e) when (e.IsStorageFailure() || e is FormatException or IOException or Microsoft.Extensions.Options.OptionsValidationException)
        {
            throw new StartException($"LocalHost could not start: {e.Message.Split('\n')[0].Trim()}");
        }

        Console.WriteLine(Welcome.Text(options, keys));
        await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Console.WriteLine("Stopping ...");
        await app.StopAsync(CancellationToken.None);
    }

    private static async Task EnsureDemoAsync(IServiceProvider services, LocalKeys keys, CancellationToken stop)
    {
        var tenants = services.GetRequiredService<TenantStore>();
        var apiKeys = services.GetRequiredService<ApiKeyStore>();
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        if (await tenants.FindAsync(LocalKeys.DemoTenant, stop) is null)
        {
            Console.WriteLine("Making the tenant 'demo' with 30 days of sign-ins ...");
            var writer = services.GetRequiredService<EventWriter>();
            var demo = new Tenant(LocalKeys.DemoTenant, "Demo", 1, now);
            foreach (var day in DemoData.Generate(LocalKeys.DemoTenant, now).GroupBy(e => UtcDay.Of(e.OccurredAt)))
            {
                await writer.WriteAsync(demo, [.. day], mayComplete: false, stop);
            }

            await tenants.TrySaveAsync(demo, stop);
        }

        if (ApiKey.TryParse(keys.Demo, out var key) && (await apiKeys.FindAsync(LocalKeys.DemoTenant, key.Id, stop)).Key is null)
        {
            await apiKeys.AddAsync(LocalKeys.DemoTenant, new StoredKey(key.Id, key.Hash(), ["ingest", "read", "export", "audit"], now, null) { Name = "Demo" }, stop);
        }
    }
}
