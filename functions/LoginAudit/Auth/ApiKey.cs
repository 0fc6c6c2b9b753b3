using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace LoginAudit.Auth;

/// <summary>
/// An API key: <c>la_{tenant}_{id}_{secret}</c>. Tenant and id find its row in one read; the secret is 256 random bits.
/// </summary>
public readonly record struct ApiKey(string Owner, string Id, string Secret)
{
    /// <summary>Stands where the tenant would in the operator's key; no tenant can have the name, as it is reserved.</summary>
    public const string OperatorOwner = "operator";

    private const string Prefix = "la";
    private const int SecretBytes = 32;
    private const int IdBytes = 5;
    private const int MaxLength = 200;

    public static ApiKey Create(string owner) => new(
        owner,
        Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)),
        Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes)));

    public static bool TryParse(string text, out ApiKey key)
    {
        key = default;
        var parts = text.Length <= MaxLength ? text.Split('_', 4) : [];
        if (parts is not [Prefix, var owner, var id, var secret] || !IsValidId(id))
        {
            return false;
        }

        key = new ApiKey(owner, id, secret);
        return true;
    }

    public static bool IsValidId(string id) => id.Length == IdBytes * 2 && id.All(char.IsAsciiHexDigitLower);

    /// <summary>What is stored: SHA-256 of the whole key, 64 hex digits. A random key of 256 bits needs no slow hash.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToString())));

    /// <summary>In constant time.</summary>
    public bool Matches(string hash) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash()), Encoding.ASCII.GetBytes(hash));

    public override string ToString() => $"{Prefix}_{Owner}_{Id}_{Secret}";
}
