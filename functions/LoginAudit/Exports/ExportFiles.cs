using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Sas;
using LoginAudit.Storage;

namespace LoginAudit.Exports;

/// <summary>Container <c>exports</c>: one block blob a job, and the links to it.</summary>
public sealed class ExportFiles(StorageClients storage, TimeProvider time)
{
    /// <summary>Committed blocks of one blob. https://learn.microsoft.com/azure/storage/blobs/scalability-targets</summary>
    internal const int MaxBlocks = 50_000;

    private const int ReadBuffer = 128 * 1024;

    /// <summary>Stages block number <paramref name="number"/> (0 to 49,999) of the present worker; staging it again replaces it.</summary>
    /// <param name="job">The job.</param>
    /// <param name="number">Which block.</param>
    /// <param name="content">All of a stream is the block.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task StageAsync(ExportJob job, int number, MemoryStream content, CancellationToken cancellationToken)
    {
        await storage.Of(job.Tenant).ExportsContainer.WithContainerAsync(
            () =>
            {
                content.Position = 0;
                return Blob(job).StageBlockAsync(job.BlockId(number), content, cancellationToken: cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>Makes the file of exactly these blocks; what else was staged is dropped.</summary>
    /// <exception cref="LostBlocksException">A block is not there any more: the service drops what is not committed within a week.</exception>
    public async Task CommitAsync(ExportJob job, int blocks, CancellationToken cancellationToken)
    {
        var headers = new BlobHttpHeaders { ContentType = ContentType(job), CacheControl = "no-store" };
        try
        {
            await Blob(job).CommitBlockListAsync(job.BlockIds(blocks), headers, cancellationToken: cancellationToken);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.InvalidBlockList)
        {
            throw new LostBlocksException();
        }
    }

    /// <summary>What is committed so far, to be read from any place.</summary>
    /// <exception cref="LostBlocksException">Nothing is.</exception>
    public async Task<Stream> OpenAsync(ExportJob job, CancellationToken cancellationToken)
    {
        try
        {
            return await Blob(job).OpenReadAsync(new BlobOpenReadOptions(allowModifications: false) { BufferSize = ReadBuffer }, cancellationToken);
        }
        catch (RequestFailedException e) when (e.IsBlobMissing())
        {
            throw new LostBlocksException();
        }
    }

    /// <summary>Size and SHA-256 of the file as it is stored.</summary>
    /// <param name="job">The job.</param>
    /// <param name="keepLeaseAsync">Called again and again meanwhile.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<(long Bytes, string Sha256)> MeasureAsync(ExportJob job, Func<Task> keepLeaseAsync, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var download = (await Blob(job).DownloadStreamingAsync(cancellationToken: cancellationToken)).Value;
        var buffer = new byte[ReadBuffer];
        long bytes = 0;
        int read;
        while ((read = await download.Content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            bytes += read;
            await keepLeaseAsync();
        }

        return (bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    public async Task DeleteAsync(ExportJob job, CancellationToken cancellationToken)
    {
        try
        {
            await Blob(job).DeleteIfExistsAsync(cancellationToken: cancellationToken);
        }
        catch (RequestFailedException e) when (e.IsBlobMissing())
        {
            // Blocks that were staged and never committed are no blob yet; the service drops them after a week.
        }
    }

    public async Task<bool> ExistsAsync(ExportJob job, CancellationToken cancellationToken) =>
        await Blob(job).ExistsAsync(cancellationToken);

    /// <summary>
    /// A link that reads this one blob until <paramref name="expiresAt"/>: signed with a user delegation key, or with the
    /// account's key where the client has it (Azurite gives no delegation key over HTTP).
    /// </summary>
    public async Task<Uri> LinkAsync(
        ExportJob job, string fileName, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        var blob = Blob(job);
        var sas = new BlobSasBuilder(BlobSasPermissions.Read, expiresAt)
        {
            BlobContainerName = blob.BlobContainerName,
            BlobName = blob.Name,
            Resource = "b",
            Protocol = blob.Uri.Scheme == Uri.UriSchemeHttps ? SasProtocol.Https : SasProtocol.HttpsAndHttp,
            ContentDisposition = $"attachment; filename=\"{fileName}\"",
            ContentType = ContentType(job),
        };
        if (blob.CanGenerateSasUri)
        {
            return blob.GenerateSasUri(sas);
        }

        var clockSkew = TimeSpan.FromMinutes(5);
        var account = storage.Of(job.Tenant).Blobs;
        var key = await account.GetUserDelegationKeyAsync(time.GetUtcNow() - clockSkew, expiresAt, cancellationToken);
        return new BlobUriBuilder(blob.Uri) { Sas = sas.ToSasQueryParameters(key.Value, account.AccountName) }.ToUri();
    }

    private static string ContentType(ExportJob job) => job switch
    {
        { Gzip: true } => "application/gzip",
        { Format: ExportFormat.Csv } => "text/csv; charset=utf-8",
        { Format: ExportFormat.Parquet } => "application/vnd.apache.parquet",
        _ => "application/x-ndjson",
    };

    private BlockBlobClient Blob(ExportJob job) =>
        storage.Of(job.Tenant).ExportsContainer.GetBlockBlobClient(StoreKeys.ExportBlob(job.Tenant, job.Id, job.Extension));
}

/// <summary>What an export has written so far cannot be gone on with: the file must be started again.</summary>
internal sealed class LostBlocksException : Exception;
