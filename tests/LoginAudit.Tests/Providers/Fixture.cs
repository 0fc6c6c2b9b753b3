using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LoginAudit.Http;
using LoginAudit.Ingest;
using LoginAudit.Log.Events;
using LoginAudit.Providers;
using LoginAudit.Providers.Reading;
using LoginAudit.Tenants;
using LoginAudit.Tests.Architecture;

namespace LoginAudit.Tests.Providers;

/// <summary>A body in the shape of a provider's, its headers if they matter, and what becomes of each of its elements.</summary>
internal sealed record Fixture(string Kind, string Name, byte[] Body, IReadOnlyDictionary<string, string> Headers, HookSettings Settings)
{
    private const string SettingsSuffix = ".settings.json";
    private const string HeadersSuffix = ".headers.json";

    private static readonly DateTimeOffset ReceivedAt = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(180);
    private static readonly TenantId Acme = TenantId.Parse("acme");

    private static string Root => Path.Combine(Repository.Root, "tests", "LoginAudit.Tests", "Providers");

    /// <summary>Kind and name of every fixture.</summary>
    public static IEnumerable<(string Kind, string Name)> All() =>
        from kind in ProviderKinds.All
        from path in Directory.EnumerateFiles(Path.Combine(FolderOf(kind), "fixtures"), "*.json")
        where !path.EndsWith(HeadersSuffix, StringComparison.Ordinal) && !path.EndsWith(SettingsSuffix, StringComparison.Ordinal)
        orderby path
        select (kind, Path.GetFileNameWithoutExtension(path));

    public static Fixture Read(string kind, string name)
    {
        var path = Path.Combine(FolderOf(kind), "fixtures", name);
        var headers = File.Exists(path + HeadersSuffix)
            ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path + HeadersSuffix))!
            : [];
        var settings = File.Exists(path + SettingsSuffix)
            ? JsonSerializer.Deserialize<HookSettings>(File.ReadAllText(path + SettingsSuffix), JsonSerializerOptions.Web)!
            : new HookSettings();
        return new Fixture(kind, name, File.ReadAllBytes(path + ".json"), new Dictionary<string, string>(headers, StringComparer.OrdinalIgnoreCase), settings);
    }

    public string GoldenPath => Path.Combine(FolderOf(Kind), "golden", Name + ".json");

    /// <summary>What becomes of each element: the event as our API shows it, or that it is ignored, or what is wrong with it.</summary>
    public List<JsonObject> Map(byte[]? otherBody = null)
    {
        var provider = ProviderKinds.Find(Kind)!;
        var call = new WebhookCall(Headers, Sent(otherBody ?? Body), ReceivedAt);
        return [.. provider.Split(call, 5000).Select(element => Map(provider, Settings, element))];
    }

    /// <summary>A security event token is sent signed; what is read of it after that is its payload.</summary>
    private byte[] Sent(byte[] body) => Kind == "set" ? Encoding.ASCII.GetBytes($"e30.{Base64Url.EncodeToString(body)}.c2lnbmF0dXJl") : body;

    private static JsonObject Map(IProvider provider, HookSettings settings, BodyElement element)
    {
        var faults = new List<Fault>();
        var draft = ElementReader.Read(provider, settings, element, faults, out var failed);
        Assert.True(failed is null, $"{failed}");
        var result = new JsonObject();
        if (draft?.Unknown.Count > 0)
        {
            result["unknown"] = new JsonArray([.. draft.Unknown.Select(unknown => JsonValue.Create($"{unknown.Field}={unknown.Value}"))]);
        }

        if (draft?.IsIgnored == true)
        {
            result["ignored"] = true;
            return result;
        }

        if (draft?.ToEvent(element.Json, Acme, "hook", ReceivedAt, MaxAge, faults) is { } e)
        {
            using var json = new MemoryStream();
            using (var writer = new Utf8JsonWriter(json))
            {
                LoginEventJson.Write(writer, e, withRaw: false);
            }

            var shown = JsonNode.Parse(json.ToArray())!.AsObject();
            shown.Remove("receivedAt");
            shown.Remove("id");
            result["event"] = shown;
        }
        else
        {
            result["faults"] = new JsonArray([.. faults.Select(fault => JsonValue.Create($"{fault.Field}: {fault.Detail}"))]);
        }

        return result;
    }

    private static string FolderOf(string kind) =>
        Path.Combine(Root, string.Concat(kind.Split('-').Select(part => char.ToUpperInvariant(part[0]) + part[1..])) switch
        {
            "Cloudevents" => "CloudEvents",
            var name => name,
        });
}
