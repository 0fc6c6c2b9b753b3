using System.Reflection;
using Azure.Monitor.OpenTelemetry.Exporter;
using LoginAudit.Log.Tables;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace LoginAudit.Telemetry;

/// <summary>
/// Sends traces, metrics and logs by OpenTelemetry: to Azure Monitor where <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c> is set, by OTLP
/// where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is. Without either, nothing is collected.
/// </summary>
public static class AuditTelemetry
{
    private const string AzureMonitor = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string Otlp = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Also the spans of the worker, which carry the host's trace on, and of requests to storage and token issuers.</summary>
    private static readonly string[] Sources = [AuditMeter.Name, "Microsoft.Azure.Functions.Worker", "Microsoft.AspNetCore", "System.Net.Http"];

    private static readonly string[] Meters = [AuditMeter.Name, "System.Net.Http", "System.Runtime"];

    /// <summary>The release and the commit, such as <c>0.2.0+6b922fb</c>.</summary>
    private static readonly string? Version = typeof(AuditTelemetry).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    /// <summary>Whether telemetry goes anywhere.</summary>
    public static bool IsConfigured(IConfiguration configuration) =>
        !string.IsNullOrEmpty(configuration[AzureMonitor]) || !string.IsNullOrEmpty(configuration[Otlp]);

    internal static void Add(IServiceCollection services, IConfiguration configuration)
    {
        if (!IsConfigured(configuration))
        {
            return;
        }

        // By the trace's id, so that a trace is kept whole; not by its parent, for the Functions host samples all of its own.
        var share = (configuration.GetSection(TelemetryOptions.Section).Get<TelemetryOptions>() ?? new()).TracePercent / 100.0;
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(AuditMeter.Name, serviceVersion: Version))
            .WithTracing(traces => traces.AddSource(Sources).SetSampler(new TraceIdRatioBasedSampler(share)))
            .WithMetrics(metrics => metrics.AddMeter(Meters))
            .WithLogging();
        if (!string.IsNullOrEmpty(configuration[Otlp]))
        {
            telemetry.UseOtlpExporter();
        }

        if (configuration[AzureMonitor] is { Length: > 0 } connectionString)
        {
            var clientId = configuration[$"{AuditStorageOptions.Section}:ClientId"];
            telemetry.WithTracing(traces => traces.AddAzureMonitorTraceExporter(Set))
                .WithMetrics(metrics => metrics.AddAzureMonitorMetricExporter(Set))
                .WithLogging(logs => logs.AddAzureMonitorLogExporter(Set));

            void Set(AzureMonitorExporterOptions options)
            {
                options.ConnectionString = connectionString;
                options.Credential = string.IsNullOrEmpty(clientId) ? null : AuditCredential.Of(clientId);
            }
        }
    }
}
