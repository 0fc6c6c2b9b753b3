using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using LoginAudit.Log.Events;
using Microsoft.Extensions.Options;

namespace LoginAudit.Log.Tables;

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

    /// <summary>More accounts, each for the data of some tenants (<c>AuditStorage__Accounts__0__…</c>).</summary>
    public IList<TenantAccountOptions> Accounts { get; } = [];

    /// <summary>Makes a client of a connection string.</summary>
    /// <exception cref="OptionsValidationException">
    /// It is not one; without the SDK's words, which may quote the string with its key.
    /// </exception>
    internal static T Read<T>(string setting, Func<T> makeClient)
    {
        try
        {
            return makeClient();
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or ArgumentException)
        {
            throw new OptionsValidationException(
                Section, typeof(AuditStorageOptions), [$"{setting} is not a storage account's connection string."]);
        }
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(ConnectionString) && (TableServiceUri is null || BlobServiceUri is null || QueueServiceUri is null))
        {
            yield return new ValidationResult(
                $"Set {Section} to a connection string, or {Section}__tableServiceUri, {Section}__blobServiceUri and "
                + $"{Section}__queueServiceUri to the account's addresses.");
        }

        foreach (var fault in Accounts.SelectMany((account, i) => account.Faults($"{Section}__Accounts__{i}__")))
        {
            yield return new ValidationResult(fault);
        }

        if (Accounts.GroupBy(account => account.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            yield return new ValidationResult($"{Section}__Accounts has two accounts of the name '{twice.Key}'.");
        }

        if (Accounts.SelectMany(account => account.TenantNames).GroupBy(tenant => tenant, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } placed)
        {
            yield return new ValidationResult($"{Section}__Accounts places the tenant '{placed.Key}' twice.");
        }
    }
}

/// <summary>
/// An account for the data of some tenants: events, access trail, exports, rejected events. A tenant stays where it was made; keys, webhook
/// sources and queues are in the audit account for all.
/// </summary>
public sealed partial class TenantAccountOptions
{
    /// <summary>1 to 32 lower-case letters, digits and hyphens; kept with each tenant, so it must not change.</summary>
    public string Name { get; set; } = "";

    /// <summary>Or the two addresses, with the identity of the audit account.</summary>
    public string? ConnectionString { get; set; }

    public Uri? TableServiceUri { get; set; }

    public Uri? BlobServiceUri { get; set; }

    /// <summary>Names of the tenants, parted by spaces or commas.</summary>
    public string Tenants { get; set; } = "";

    internal IEnumerable<string> TenantNames => Tenants.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    internal IEnumerable<string> Faults(string prefix)
    {
        if (!NameForm().IsMatch(Name))
        {
            yield return $"{prefix}Name is '{Name}'; it takes 1 to 32 lower-case letters, digits and hyphens.";
        }

        if (string.IsNullOrEmpty(ConnectionString) && (TableServiceUri is null || BlobServiceUri is null))
        {
            yield return $"Set {prefix}TableServiceUri and {prefix}BlobServiceUri to the account's addresses, or {prefix}ConnectionString.";
        }

        foreach (var tenant in TenantNames.Where(name => !TenantId.TryParse(name, out _)))
        {
            yield return $"{prefix}Tenants has '{tenant}', which is no name of a tenant.";
        }
    }

    [GeneratedRegex("^[a-z0-9-]{1,32}$")]
    private static partial Regex NameForm();
}
