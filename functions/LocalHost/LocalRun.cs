using LoginAudit.LocalHost.Host;

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
        var app = WorkerApp.Read(options.App ?? WorkerApp.BuildFolder());
        await using var azurite = options.Storage is null
            ? await AzuriteProcess.StartAsync(options.Port + 1, Path.Combine(options.DataFolder, "azurite"), stop)
            : null;
        var keys = LocalKeys.LoadOrCreate(options.DataFolder);
        var storage = options.Storage ?? azurite!.ConnectionString;
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["AuditStorage"] = storage,
            ["Access__OperatorKeyHash"] = keys.OperatorHash,
            ["Retention__DeleteBlobs"] = "true",
        };
        settings.TryAdd("Access__ForwardedHops", "0");
        if (options.App is null)
        {
            await PortalBuild.EnsureAsync(stop);
            settings["Portal__Folder"] = PortalBuild.Folder;
        }

        Require(storage);
        await using var host = await FunctionsHost.StartAsync(
            new FunctionsHostOptions
            {
                App = app,
                Port = options.Port,
                Settings = settings,
                DataFolder = options.DataFolder,
                Configure = http => http.MapApiReference(),
            },
            stop);
        var demo = await DemoTenant.EnsureAsync(host.Address, keys, stop);
        demo.Save(options.DataFolder);

        Console.WriteLine(Welcome.Text(options, demo));
        await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Console.WriteLine("Stopping ...");
    }

    private static void Require(string connectionString)
    {
        try
        {
            _ = new Azure.Storage.Queues.QueueServiceClient(connectionString);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            // Without the SDK's words, which may quote the string with its key.
            throw new StartException("--storage got something else; it takes a storage account's connection string.");
        }
    }
}
