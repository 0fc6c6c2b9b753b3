using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LoginAudit.Log.Events;

namespace LoginAudit.Http;

/// <summary>A request's JSON object as a record, with every fault of it named in our own words.</summary>
internal static class JsonBody
{
    /// <summary>A field of this name is never quoted.</summary>
    private const string SecretField = "secret";

    /// <exception cref="ProblemException">No JSON, no object, or fields that are unknown or of another type: all of them.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> body)
        where T : class
    {
        var element = Parse(body);
        var faults = new List<Fault>();
        if (element.ValueKind == JsonValueKind.Object)
        {
            Check(element, ApiJson.Options.GetTypeInfo(typeof(T)), faults);
        }
        else
        {
            faults.Add(Fault.Of(FaultCodes.NotAnObject, "body", JsonText.Raw(element), "a JSON object"));
        }

        return faults.Count == 0 ? element.Deserialize<T>(ApiJson.Options)! : throw ProblemException.Invalid(faults);
    }

    private static JsonElement Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonElement.Parse(body.Span);
        }
        catch (JsonException e)
        {
            var got = body.IsEmpty ? "an empty body" : $"{body.Length} bytes that are no JSON ({JsonText.Place(e)})";
            throw ProblemException.Invalid([new Fault(FaultCodes.NotJson, "body", $"got {got}; takes a JSON object")]);
        }
    }

    private static void Check(JsonElement element, JsonTypeInfo type, List<Fault> faults)
    {
        foreach (var property in element.EnumerateObject())
        {
            var name = JsonText.NameOf(property);
            if (type.Properties.FirstOrDefault(known => known.Name == name) is not { } field)
            {
                faults.Add(Fault.Of(FaultCodes.UnknownField, name, name, "only " + string.Join(", ", type.Properties.Select(p => p.Name))));
                continue;
            }

            try
            {
                property.Value.Deserialize(field.PropertyType, ApiJson.Options);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                var place = (e as JsonException)?.Path is { Length: > 1 } path ? path[1..] : "";
                faults.Add(name == SecretField
                    ? new Fault(FaultCodes.WrongType, name, $"got something else; takes {Takes(field.PropertyType)}")
                    : Fault.Of(FaultCodes.WrongType, name + place, JsonText.Raw(property.Value), Takes(field.PropertyType)));
            }
        }
    }

    private static string Takes(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(string) => "a text",
        var t when t == typeof(bool) => "true or false",
        var t when t == typeof(int) => "a whole number",
        var t when t == typeof(DateTimeOffset) => IsoTime.Takes,
        var t when t.IsAssignableTo(typeof(IEnumerable<string>)) => "an array of texts",
        _ => "a JSON object",
    };
}
