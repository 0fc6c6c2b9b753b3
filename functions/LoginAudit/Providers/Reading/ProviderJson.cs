using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using LoginAudit.Http;

namespace LoginAudit.Providers.Reading;

/// <summary>
/// Reads a provider's JSON as it comes: what is missing, null or of another type is null, and nothing throws. A provider may
/// change its payload any day, and the rest of an event is still worth keeping.
/// </summary>
internal static class ProviderJson
{
    /// <summary>What is at the end of a path of names; undefined where it does not lead anywhere.</summary>
    public static JsonElement At(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !TryFind(element, name, out element))
            {
                return default;
            }
        }

        return element;
    }

    /// <summary>
    /// The object with some fields set anew, and all others as they were sent: also what no dictionary holds, such as a name that stands
    /// twice or is no text.
    /// </summary>
    /// <param name="element">An object.</param>
    /// <param name="fields">Names, and their values as JSON.</param>
    public static JsonElement With(this JsonElement element, params IReadOnlyList<(string Name, string Json)> fields)
    {
        var kept = element.EnumerateObject().Where(property => !fields.Any(field => field.Name == JsonText.NameOf(property)))
            .Select(property => $"\"{Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(property))}\":{JsonText.Raw(property.Value)}");
        var set = fields.Select(field => $"\"{JsonEncodedText.Encode(field.Name)}\":{field.Json}");
        return JsonElement.Parse($"{{{string.Join(',', kept.Concat(set))}}}");
    }

    /// <summary>A text as JSON.</summary>
    public static string Quoted(string text) => JsonSerializer.Serialize(text);

    /// <summary>The last of that name, as the JSON reader has it; names that are no text stand in nobody's way.</summary>
    private static bool TryFind(JsonElement element, string name, out JsonElement value)
    {
        try
        {
            return element.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException)
        {
            value = element.EnumerateObject().LastOrDefault(property => JsonText.NameOf(property) == name).Value;
            return value.ValueKind != JsonValueKind.Undefined;
        }
    }

    /// <summary>A text that is not blank.</summary>
    public static string? Text(this JsonElement element, params ReadOnlySpan<string> path) =>
        JsonText.TryRead(element.At(path), out var text) && !string.IsNullOrWhiteSpace(text) ? text : null;

    /// <summary>A text, or a number as it is written: ids of 64 bits lose digits as anything else.</summary>
    public static string? TextOrNumber(this JsonElement element, params ReadOnlySpan<string> path)
    {
        var value = element.At(path);
        return value.ValueKind == JsonValueKind.Number ? value.GetRawText() : value.Text();
    }

    public static long? Number(this JsonElement element, params ReadOnlySpan<string> path) =>
        long.TryParse(element.TextOrNumber(path), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static bool? Flag(this JsonElement element, params ReadOnlySpan<string> path) => element.At(path).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>The items of an array; one thing that stands where an array should is its only item.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, params ReadOnlySpan<string> path)
    {
        var value = element.At(path);
        return value.ValueKind switch
        {
            JsonValueKind.Array => value.EnumerateArray(),
            JsonValueKind.Undefined or JsonValueKind.Null => [],
            _ => [value],
        };
    }
}
