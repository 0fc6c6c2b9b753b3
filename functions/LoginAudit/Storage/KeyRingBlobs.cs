using System.Xml.Linq;
using Azure;
using Azure.Storage.Blobs.Models;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace LoginAudit.Storage;

/// <summary>
/// The key ring of Data Protection in container <c>data-protection</c>, shared by all instances: a blob for each key and
/// each revocation, added and never changed, so that two writers cannot undo each other. The interface has no asynchronous
/// calls.
/// </summary>
internal sealed class KeyRingBlobs(StorageClients storage) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        var container = storage.KeyRingContainer;
        return
        [
            .. from blob in container.GetBlobs()
               select XElement.Parse(container.GetBlobClient(blob.Name).DownloadContent().Value.Content.ToString()),
        ];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        var onlyIfNew = new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
        try
        {
            storage.KeyRingContainer.GetBlobClient(Keys.KeyRingBlob(friendlyName))
                .Upload(BinaryData.FromString(element.ToString(SaveOptions.DisableFormatting)), onlyIfNew);
        }
        catch (RequestFailedException e) when (e.IsBlobAlreadyThere())
        {
            // The name is unique to the key, so it is our own blob: the answer to an earlier try was lost.
        }
    }
}
