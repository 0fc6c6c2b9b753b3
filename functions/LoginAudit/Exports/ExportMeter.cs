using LoginAudit.Log.Events;
using LoginAudit.Telemetry;

namespace LoginAudit.Exports;

internal static class ExportMeter
{
    /// <summary>Counts that an export came into its present state.</summary>
    public static void ExportStateChanged(this AuditMeter meter, ExportJob job) => meter.ExportStateChanged(
        Code<ExportState>.Text(job.State),
        Code<ExportFormat>.Text(job.Format),
        job.State == ExportState.Ready ? job.Rows : null);
}
