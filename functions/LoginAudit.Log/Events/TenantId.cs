using System.Text.RegularExpressions;

namespace LoginAudit.Log.Events;

/// <summary>A tenant's name: 2 to 63 of <c>a-z 0-9 -</c>, starting with a letter or digit; so it is legal in every key.</summary>
public readonly partial record struct TenantId
{
    /// <summary>What <see cref="TryParse"/> takes, as a regular expression.</summary>
    public const string Shape = "[a-z0-9][a-z0-9-]{1,62}";

    /// <summary>What <see cref="TryParse"/> takes, in words for an error.</summary>
    public const string Takes = "2 to 63 of a-z, 0-9 and -, starting with a letter or digit";

    private TenantId(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse(string? text, out TenantId tenant)
    {
        var valid = text is not null && Pattern().IsMatch(text);
        tenant = valid ? new TenantId(text!) : default;
        return valid;
    }

    /// <exception cref="FormatException">The text is not a tenant id.</exception>
    public static TenantId Parse(string text) =>
        TryParse(text, out var tenant) ? tenant : throw new FormatException($"A tenant id takes {Takes}.");

    public override string ToString() => Value;

    [GeneratedRegex(@"\A" + Shape + @"\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
