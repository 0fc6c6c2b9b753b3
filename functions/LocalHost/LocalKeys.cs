using System.Text.Json;
using LoginAudit.Access;
using LoginAudit.Events;

namespace LoginAudit.LocalHost;

/// <summary>The keys of this clone, made once and kept readable beside its data: they open nothing but this machine's LocalHost.</summary>
internal sealed record LocalKeys(string Operator, string Demo)
{
    public static readonly TenantId DemoTenant = TenantId.Parse("demo");

    public static LocalKeys LoadOrCreate(string folder)
    {
        var path = Path.Combine(folder, "keys.json");
        if (File.Exists(path))
        {
            return JsonSerializer.Deserialize<LocalKeys>(File.ReadAllText(path))!;
        }

        var keys = new LocalKeys(ApiKey.Create(ApiKey.OperatorOwner).ToString(), ApiKey.Create(DemoTenant.Value).ToString());
        Directory.CreateDirectory(folder);
        File.WriteAllText(path, JsonSerializer.Serialize(keys));
        return keys;
    }

    public static string HashOf(string key) => ApiKey.TryParse(key, out var parsed)
        ? parsed.Hash()
        : throw new StartException("The file keys.json holds no valid key. Delete it to have new keys made.");
}
