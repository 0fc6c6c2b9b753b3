using System.ComponentModel.DataAnnotations;

namespace LoginAudit.Access;

public sealed class AccessOptions : IValidatableObject
{
    public const string Section = "Access";

    /// <summary>
    /// SHA-256 of the operator's key, 64 hex digits. Empty: there is no operator, and all operator calls are refused.
    /// </summary>
    [RegularExpression("^([0-9a-f]{64})?$", ErrorMessage = "Access__OperatorKeyHash takes 64 lower-case hex digits, or nothing.")]
    public string OperatorKeyHash { get; set; } = "";

    /// <summary>The OpenID Connect issuers whose tokens are taken. None: only API keys are.</summary>
    public IList<TokenIssuerOptions> Issuers { get; } = [];

    /// <summary>DataAnnotations do not look into lists by themselves.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < Issuers.Count; i++)
        {
            var setting = $"{Section}__{nameof(Issuers)}__{i}";
            foreach (var fault in Issuers[i].Faults(setting))
            {
                yield return new ValidationResult(fault, [nameof(Issuers)]);
            }

            if (!names.TryAdd(Issuers[i].Name, setting))
            {
                yield return new ValidationResult($"{setting}__Issuer names the same issuer as {names[Issuers[i].Name]}__Issuer.", [nameof(Issuers)]);
            }
        }
    }
}
