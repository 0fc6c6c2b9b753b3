using System.ComponentModel.DataAnnotations;

namespace LoginAudit.Telemetry;

/// <summary>What is told of the app's work, where an exporter is configured.</summary>
public sealed class TelemetryOptions
{
    public const string Section = "Telemetry";

    /// <summary>Share of traces that are kept, 1 to 100 %. Metrics count all. Spans of storage requests are most of what telemetry costs.</summary>
    [Range(1, 100)]
    public int TracePercent { get; set; } = 20;
}
