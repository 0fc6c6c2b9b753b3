namespace LoginAudit.Tenants;

/// <summary>What a webhook source of some kinds is told besides its secret.</summary>
/// <param name="Issuer">Who signs what it gets.</param>
/// <param name="Audience">Whom that must be made for.</param>
/// <param name="MetadataUrl">Where the issuer's keys are found.</param>
/// <param name="Categories">What it takes besides what its kind takes always.</param>
public sealed record HookSettings(
    string? Issuer = null, string? Audience = null, string? MetadataUrl = null, IReadOnlyList<string>? Categories = null);
