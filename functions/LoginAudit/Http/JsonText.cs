using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
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

    /// <summary>A value as it was sent, for an error; bytes that are no UTF-8 are replaced.</summary>
    public static string Raw(JsonElement value) => Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(value));

    /// <summary>Line and byte only: the parser's own message may quote the body.</summary>
    public static string Place(JsonException e) => $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}";
}
