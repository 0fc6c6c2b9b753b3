using System.ComponentModel.DataAnnotations;

namespace LoginAudit.Storage;

/// <summary>
/// The storage account of the audit data: a connection string (<c>AuditStorage</c>), or, with a managed identity, the three
/// addresses (<c>AuditStorage__tableServiceUri</c> and so on), the names that the Functions host itself reads for a trigger.
/// </summary>
public sealed class AuditStorageOptions : IValidatableObject
{
    public const string Section = "AuditStorage";

    public string? ConnectionString { get; set; }

    public Uri? TableServiceUri { get; set; }

    public Uri? BlobServiceUri { get; set; }

    public Uri? QueueServiceUri { get; set; }

    /// <summary>Client id of a user-assigned managed identity; without it the default credential chain is used.</summary>
    public string? ClientId { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(ConnectionString) && (TableServiceUri is null || BlobServiceUri is null || QueueServiceUri is null))
        {
            yield return new ValidationResult(
                $"Set {Section} to a connection string, or {Section}__tableServiceUri, {Section}__blobServiceUri and "
                + $"{Section}__queueServiceUri to the account's addresses.");
        }
    }
}
