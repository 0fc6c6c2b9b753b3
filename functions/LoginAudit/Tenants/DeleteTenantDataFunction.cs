using Azure.Storage.Queues.Models;
using LoginAudit.Log.Tables;
using LoginAudit.Storage;
using LoginAudit.Telemetry;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Tenants;

/// <summary>Removes all data of a deleted tenant.</summary>
public sealed class DeleteTenantDataFunction(TenantDeletion deletion)
{
    [Function("DeleteTenantData")]
    public Task RunAsync(
        [QueueTrigger(StoreKeys.DeletionsQueue, Connection = AuditStorageOptions.Section)] QueueMessage message,
        CancellationToken cancellationToken) =>
        BackgroundFailureException.GuardAsync(token => deletion.RunAsync(message.Body, token), cancellationToken);
}
