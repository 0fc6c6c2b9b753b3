using Azure.Storage.Queues.Models;
using LoginAudit.Storage;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Access;

/// <summary>Removes all data of a deleted tenant.</summary>
public sealed class DeleteTenantDataFunction(TenantDeletion deletion)
{
    [Function("DeleteTenantData")]
    public Task RunAsync(
        [QueueTrigger(Keys.DeletionsQueue, Connection = AuditStorageOptions.Section)] QueueMessage message,
        CancellationToken cancellationToken) =>
        BackgroundFailureException.GuardAsync(token => deletion.RunAsync(message.Body, token), cancellationToken);
}
