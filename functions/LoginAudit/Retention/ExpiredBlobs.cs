using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using LoginAudit.Storage;

namespace LoginAudit.Retention;

/// <summary>Deletes old blobs where an account has no lifecycle rules (Azurite); in Azure the rules do it.</summary>
public sealed class ExpiredBlobs(StorageClients storage)
{
    /// <returns>How many blobs were deleted.</returns>
    public async Task<int> DeleteAsync(
        DateTimeOffset exportsBefore, DateTimeOffset rejectedBefore, CancellationToken cancellationToken)
    {
        var deleted = 0;
        foreach (var account in storage.Accounts)
        {
            deleted += await DeleteAsync(account.ExportsContainer, exportsBefore, cancellationToken)
                + await DeleteAsync(account.RejectedContainer, rejectedBefore, cancellationToken);
        }

        return deleted;
    }

    private static async Task<int> DeleteAsync(
        BlobContainerClient container, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var deleted = 0;
        await foreach (var blob in container.GetBlobsAsync(new GetBlobsOptions(), cancellationToken))
        {
            if (blob.Properties.LastModified < before)
            {
                await container.DeleteBlobIfExistsAsync(blob.Name, cancellationToken: cancellationToken);
                deleted++;
            }
        }

        return deleted;
    }
}
