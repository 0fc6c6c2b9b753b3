using System.Security.Cryptography;
using LoginAudit.Log.Events;
using LoginAudit.Storage;

namespace LoginAudit.Ingest;

/// <summary>Container <c>rejected-events</c>: what an accepted sender sent and could not become an event, with the reasons.</summary>
public sealed class RejectedEvents(StorageClients storage, TimeProvider time)
{
    /// <summary>Keeps one NDJSON file. Named by its content, so that the same batch sent again leaves one file a day.</summary>
    public async Task KeepAsync(TenantId tenant, ReadOnlyMemory<byte> ndjson, CancellationToken cancellationToken)
    {
        var name = StoreKeys.RejectedBlob(
            tenant, UtcDay.Of(time.GetUtcNow()), Convert.ToHexStringLower(SHA256.HashData(ndjson.Span)));
        var container = storage.Of(tenant).RejectedContainer;
        await container.WithContainerAsync(
            () => container.GetBlobClient(name)
                .UploadAsync(BinaryData.FromBytes(ndjson), overwrite: true, cancellationToken),
            cancellationToken);
    }
}
