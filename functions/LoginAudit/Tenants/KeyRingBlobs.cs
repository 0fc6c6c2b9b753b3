using System.Xml.Linq;
using Azure;
using Azure.Storage.Blobs.Models;
using LoginAudit.Storage;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace LoginAudit.Tenants;

/// <summary>
/// The key ring of Data Protection in container <c>data-protection</c>, shared by all instances: a blob for each key and
/// each revocation, added and never changed, so that two writers cannot undo each other. The interface has no asynchronous
/// calls.
/// </summary>
internal sealed class KeyRingBlobs(StorageClients storage, TimeProvider time) : IXmlRepository
{
    /// <summary>
    /// How old what was read may be. While its ring is young, Data Protection reads it anew for each key that it does not
    /// know; for a secret whose key is lost, that would be each call of its hook.
    /// </summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private XElement[]? _read;
    private DateTimeOffset _readAt;

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        lock (_lock)
        {
            if (_read is null || time.GetUtcNow() - _readAt >= MaxAge)
            {
                _readAt = time.GetUtcNow();
                _read = Read();
            }

            return [.. _read.Select(element => new XElement(element))];
        }
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        var onlyIfNew = new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
        try
        {
            storage.KeyRingContainer.GetBlobClient(StoreKeys.KeyRingBlob(friendlyName))
                .Upload(BinaryData.FromString(element.ToString(SaveOptions.DisableFormatting)), onlyIfNew);
        }
        catch (RequestFailedException e) when (e.IsBlobAlreadyThere())
        {
            // The name is unique to the key, so it is our own blob: the answer to an earlier try was lost.
        }

        lock (_lock)
        {
            _read = null;
        }
    }

    private XElement[] Read()
    {
        var container = storage.KeyRingContainer;
        try
        {
            return
            [
                .. from blob in container.GetBlobs()
                   select XElement.Parse(container.GetBlobClient(blob.Name).DownloadContent().Value.Content.ToString()),
            ];
        }
        catch (RequestFailedException e) when (e.IsContainerNotFound())
        {
            // No ring yet. It is read before its first key is stored, and so made here.
            container.CreateIfNotExists();
            return [];
        }
    }
}
