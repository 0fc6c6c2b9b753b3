using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LoginAudit.LocalHost;

/// <summary>
/// The keys of this clone, kept readable beside its data: they open nothing but this machine's LocalHost.
/// </summary>
/// <param name="Operator">Made here; the app gets its hash as a setting.</param>
/// <param name="Demo">Of the tenant <c>demo</c>, made by the app; null until then.</param>
internal sealed record LocalKeys(string Operator, string? Demo)
{
    private const int IdBytes = 5;
    private const int SecretBytes = 32;

    /// <summary>What the setting <c>Access__OperatorKeyHash</c> takes: SHA-256 of the whole key.</summary>
    public string OperatorHash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Operator)));

    public static LocalKeys LoadOrCreate(string folder)
    {
        var path = PathIn(folder);
        if (File.Exists(path))
        {
            return Read(path);
        }

        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var keys = new LocalKeys($"la_operator_{id}_{secret}", null);
        keys.Save(folder);
        return keys;
    }

    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(PathIn(folder), JsonSerializer.Serialize(this));
    }

    private static string PathIn(string folder) => Path.Combine(folder, "keys.json");

    private static LocalKeys Read(string path)
    {
        try
        {
            if (JsonSerializer.Deserialize<LocalKeys>(File.ReadAllText(path)) is { Operator: ['l', 'a', '_', ..] } keys)
            {
                return keys;
            }
        }
        catch (JsonException)
        {
            // Told below.
        }

        throw new StartException($"{path} holds no keys. Delete it to have new ones made.");
    }
}
