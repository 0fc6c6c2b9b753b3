using System.Text.Json;
using System.Text.Json.Nodes;
using NJsonSchema;

namespace LoginAudit.Tests.OpenApi;

/// <summary>
/// The schemas of the API's document, and what is wrong with JSON by them. NJsonSchema passes over keywords that it does not
/// know, so one that is not listed here is refused.
/// </summary>
internal sealed class AnswerSchemas
{
    private const string Components = "#/components/schemas/";
    private const string Definitions = "#/definitions/";

    private static readonly HashSet<string> Keywords = new(StringComparer.Ordinal)
    {
        "$ref", "additionalProperties", "anyOf", "default", "description", "enum", "format", "items", "maxItems", "maxLength", "maximum",
        "minItems", "minLength", "minimum", "oneOf", "pattern", "properties", "required", "type",
    };

    private static readonly HashSet<string> Formats = new(StringComparer.Ordinal) { "date-time", "double", "int32", "int64", "ipv4", "ipv6", "uri" };

    private readonly JsonObject _components = [];

    public AnswerSchemas(JsonElement document)
    {
        foreach (var component in document.GetProperty("components").GetProperty("schemas").EnumerateObject())
        {
            _components[component.Name] = Prepare(component.Value);
        }
    }

    /// <summary>What is wrong with the JSON, or nothing.</summary>
    public async Task<IReadOnlyCollection<string>> CheckAsync(JsonElement schema, string json)
    {
        var root = new JsonObject { ["definitions"] = _components.DeepClone(), ["allOf"] = new JsonArray(Prepare(schema)) };
        var parsed = await JsonSchema.FromJsonAsync(root.ToJsonString());
        return [.. parsed.Validate(json).Select(error => error.ToString())];
    }

    /// <summary>
    /// An answer has no field that the document does not tell; so types are closed here, and stay open for those who read the
    /// document, as fields may be added.
    /// </summary>
    private static JsonNode Prepare(JsonElement schema)
    {
        var prepared = new JsonObject();
        foreach (var keyword in schema.EnumerateObject())
        {
            Assert.True(Keywords.Contains(keyword.Name), $"A schema has the keyword '{keyword.Name}', which NJsonSchema may not check. If it does, add it to the list.");
            Assert.True(keyword.Name != "format" || Formats.Contains(keyword.Value.GetString()!), $"Is the format {keyword.Value} checked?");
            prepared[keyword.Name] = keyword.Name switch
            {
                "$ref" => keyword.Value.GetString()!.Replace(Components, Definitions, StringComparison.Ordinal),
                "properties" => new JsonObject(keyword.Value.EnumerateObject().Select(property => KeyValuePair.Create(property.Name, (JsonNode?)Prepare(property.Value)))),
                "items" => Prepare(keyword.Value),
                "additionalProperties" when keyword.Value.ValueKind == JsonValueKind.Object => Prepare(keyword.Value),
                "anyOf" or "oneOf" => new JsonArray([.. keyword.Value.EnumerateArray().Select(Prepare)]),
                _ => JsonNode.Parse(keyword.Value.GetRawText()),
            };
        }

        if (prepared.ContainsKey("properties"))
        {
            prepared.TryAdd("additionalProperties", false);
        }

        return prepared;
    }
}
