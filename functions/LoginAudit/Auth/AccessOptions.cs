using System.ComponentModel.DataAnnotations;

namespace LoginAudit.Auth;

public sealed class AccessOptions : IValidatableObject
{
    public const string Section = "Access";

    /// <summary>
    /// SHA-256 of the operator's first key, 64 hex digits. Empty: only keys that an operator made are good, or none.
    /// </summary>
    [RegularExpression("^([0-9a-f]{64})?$", ErrorMessage = "Access__OperatorKeyHash takes 64 lower-case hex digits, or nothing.")]
    public string OperatorKeyHash { get; set; } = "";

    /// <summary>The OpenID Connect issuers whose tokens are taken. None: only API keys are.</summary>
    public IList<TokenIssuerOptions> Issuers { get; } = [];

    /// <summary>
    /// Origins whose pages may call the API from a browser, parted by spaces, such as <c>https://admin.example.com</c>. Empty:
    /// only pages of the app's own origin may.
    /// </summary>
    public string AllowedOrigins { get; set; } = "";

    /// <summary>
    /// Proxies in front of the app that append to <c>X-Forwarded-For</c>: 0 to 5. 1 is App Service's own front end; 2 with
    /// Front Door or a gateway before it. The access trail takes the caller's address from there, so that no caller chooses it.
    /// </summary>
    [Range(0, 5)]
    public int ForwardedHops { get; set; } = 1;

    /// <summary>The most calls that one key, token or hook may make at once, in each instance: 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int RateBurst { get; set; } = 200;

    /// <summary>Calls that come back to it in each <see cref="RatePeriod"/>: 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int RatePerPeriod { get; set; } = 50;

    /// <summary>100 ms to 1 h. A second keeps a steady caller steady.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan RatePeriod { get; set; } = TimeSpan.FromSeconds(1);

    internal string[] Origins => AllowedOrigins.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>DataAnnotations do not look into lists by themselves.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var origin in Origins)
        {
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.GetLeftPart(UriPartial.Authority) != origin
                || (uri.Scheme != Uri.UriSchemeHttps && !uri.IsLoopback))
            {
                yield return new ValidationResult(
                    $"{Section}__AllowedOrigins got '{origin}'; it takes origins such as https://admin.example.com, without a path, parted by spaces.");
            }
        }

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
