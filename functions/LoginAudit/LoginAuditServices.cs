using LoginAudit.Auth;
using LoginAudit.Exports;
using LoginAudit.Health;
using LoginAudit.Http;
using LoginAudit.Ingest;
using LoginAudit.Log.Days;
using LoginAudit.Log.Read;
using LoginAudit.Log.Tables;
using LoginAudit.Log.Write;
using LoginAudit.Portal;
using LoginAudit.Providers;
using LoginAudit.Providers.Reading;
using LoginAudit.Retention;
using LoginAudit.Search;
using LoginAudit.Storage;
using LoginAudit.Telemetry;
using LoginAudit.Tenants;
using LoginAudit.Trail;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LoginAudit;

public static class LoginAuditServices
{
    /// <summary>All that the function classes need, for either host. A wrong setting stops the start with its name.</summary>
    public static IServiceCollection AddLoginAudit(this IServiceCollection services, IConfiguration configuration)
    {
        AddOptions<AccessOptions>(AccessOptions.Section);
        AddOptions<ExportOptions>(ExportOptions.Section);
        AddOptions<IngestOptions>(IngestOptions.Section);
        AddOptions<PortalOptions>(PortalOptions.Section);
        AddOptions<RetentionOptions>(RetentionOptions.Section);
        AddOptions<SearchOptions>(SearchOptions.Section);
        AddOptions<TelemetryOptions>(TelemetryOptions.Section);
        AddOptions<AuditStorageOptions>(AuditStorageOptions.Section);
        services.Configure<AuditStorageOptions>(options => options.ConnectionString ??= configuration[AuditStorageOptions.Section]);

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<TableAccounts>();
        services.AddSingleton<StorageClients>();
        services.AddSingleton(DayTableFamily.Events);
        services.AddSingleton(AccessTrail.Tables);
        services.AddSingleton<TenantStore>();
        services.AddSingleton<ApiKeyStore>();
        services.AddSingleton<HookStore>();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<HookSecrets>();
        services.AddSingleton<TenantData>();
        services.AddSingleton<DeletionQueue>();
        services.AddSingleton<AccessTrail>();
        services.AddSingleton<DayIndex>();
        services.AddSingleton<DayCounts>();
        services.AddSingleton<DayTables>();
        services.AddSingleton<EventWriter>();
        services.AddSingleton<EventReader>();
        services.AddSingleton<RejectedEvents>();
        services.AddSingleton<ExportJobStore>();
        services.AddSingleton<ExportQueue>();
        services.AddSingleton<ExportFiles>();
        services.AddSingleton<ExpiredBlobs>();
        services.AddSingleton<Heartbeats>();

        services.AddMetrics();
        services.AddSingleton<AuditMeter>();
        services.AddSingleton<StoragePipelineHook>(provider => StorageClients.Watch(provider.GetRequiredService<AuditMeter>()));
        services.AddSingleton<PoisonQueueMetrics>();
        AuditTelemetry.Add(services, configuration);
        HttpServices.Add(services);
        services.PostConfigure<LoggerFilterOptions>(LogFilters.Apply);
        services.AddSingleton<BackgroundWrites>();
        services.AddHostedService(provider => provider.GetRequiredService<BackgroundWrites>());
        services.AddSingleton<RequestPipeline>();
        services.AddSingleton<TokenValidator>();
        services.AddSingleton<Authenticator>();
        services.AddSingleton<CallLimits>();
        services.AddSingleton<KeyService>();
        services.AddSingleton<TenantService>();
        services.AddSingleton<TenantDeletion>();
        services.AddSingleton<SourceService>();
        services.AddSingleton<SourceIssuers>();
        services.AddSingleton<WebhookIngest>();
        services.AddSingleton<AccessReader>();
        services.AddSingleton<EventIngest>();
        services.AddSingleton<EventSearch>();
        services.AddSingleton<SummaryReader>();
        services.AddSingleton<ExportService>();
        services.AddSingleton<ExportRunner>();
        services.AddSingleton<ExportUpkeep>();
        services.AddSingleton<RetentionRunner>();
        services.AddSingleton(provider => new PortalFiles(provider.GetRequiredService<IOptions<PortalOptions>>()));
        services.AddSingleton<Readiness>();
        services.AddHostedService<StartPreparation>();
        return services;

        void AddOptions<T>(string section)
            where T : class => services.AddOptions<T>().Bind(configuration.GetSection(section)).ValidateDataAnnotations().ValidateOnStart();
    }
}
