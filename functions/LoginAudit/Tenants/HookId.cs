using System.Security.Cryptography;

namespace LoginAudit.Tenants;

/// <summary>Id of a webhook source, the last part of its address: 128 random bits, so that no address tells a tenant.</summary>
public readonly record struct HookId
{
    private const int Bytes = 16;

    private HookId(string value) => Value = value;

    /// <summary>32 lower-case hex digits.</summary>
    public string Value { get; }

    public static HookId Create() => new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes)));

    public static bool TryParse(string text, out HookId id)
    {
        var valid = text.Length == Bytes * 2 && text.All(char.IsAsciiHexDigitLower);
        id = valid ? new HookId(text) : default;
        return valid;
    }

    /// <exception cref="FormatException">The text is not a hook id.</exception>
    public static HookId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException("A hook id takes 32 lower-case hex digits.");

    public override string ToString() => Value;
}
