using LoginAudit.Auth;
using LoginAudit.InProcess;
using LoginAudit.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace LoginAudit.FaultTests;

/// <summary>The app on Kestrel, with its queue and timers, in this process.</summary>
internal sealed class FaultApp : IAsyncDisposable
{
    /// <summary>An operator's key that all hosts of a run know.</summary>
    public static readonly ApiKey Operator = ApiKey.Create(ApiKey.OperatorOwner);

    private readonly WebApplication _app;

    private FaultApp(WebApplication app) => _app = app;

    public IServiceProvider Services => _app.Services;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>The settings of every host of a run: exports start at once, and nobody is limited.</summary>
    public static (string Name, string Value)[] Settings { get; } =
    [
        ("Access__OperatorKeyHash", Operator.Hash()),
        ("Access__RateBurst", "1000000"),
        ("Access__RatePerPeriod", "1000000"),
        ("Exports__StartDelay", "00:00:00"),
        ("Exports__Lease", "00:00:04"),
        ("Exports__BlockBytes", "262144"),
    ];

    public static async Task<FaultApp> StartAsync(string storage, TimeProvider? time = null, params (string Name, string Value)[] settings)
    {
        var all = Settings.Concat(settings).GroupBy(setting => setting.Name, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => (string?)same.Last().Value, StringComparer.Ordinal);
        all["AuditStorage"] = storage;
        var app = InProcessApp.Build(0, all, services =>
        {
            services.AddLogging(logging => logging.ClearProviders());
            if (time is not null)
            {
                services.Replace(ServiceDescriptor.Singleton(time));
            }
        });
        await app.Services.GetRequiredService<StorageClients>().EnsureAsync(CancellationToken.None);
        await app.StartAsync();
        return new FaultApp(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
