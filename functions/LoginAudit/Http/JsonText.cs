using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace LoginAudit.Http;

/// <summary>Texts of JSON that came from outside: valid JSON may still hold half a surrogate pair, which is no text.</summary>
internal static class JsonText
{
    public static bool TryRead(JsonElement value, [NotNullWhen(true)] out string? text)
    {
        try
        {
            text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            text = null;
        }

        return text is not null;
    }

    /// <summary>The name, or <c>?</c> for one that is no text.</summary>
    public static string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return "?";
        }
    }
}
