using Azure.Storage.Queues.Models;
using LoginAudit.Log.Tables;
using LoginAudit.Storage;
using LoginAudit.Telemetry;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Exports;

/// <summary>Writes an export's file.</summary>
public sealed class RunExportFunction(ExportRunner runner)
{
    [Function("RunExport")]
    public Task RunAsync(
        [QueueTrigger(StoreKeys.ExportsQueue, Connection = AuditStorageOptions.Section)] QueueMessage message,
        CancellationToken cancellationToken) => BackgroundFailureException.GuardAsync(
            token => runner.RunAsync(message.Body, message.DequeueCount, token), cancellationToken);
}
