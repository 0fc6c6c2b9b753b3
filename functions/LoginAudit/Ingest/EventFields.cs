using System.Text;
using System.Text.Json;
using LoginAudit.Http;
using LoginAudit.Log.Events;

namespace LoginAudit.Ingest;

/// <summary>Reads the fields of one JSON object, and collects every fault instead of stopping at the first.</summary>
internal sealed class EventFields
{
    private const int MaxProperties = 200;

    /// <summary>What nobody has asked for yet.</summary>
    private readonly Dictionary<string, JsonElement> _values;
    private readonly List<string> _known = new(32);
    private readonly List<Fault> _faults;

    public EventFields(JsonElement element, List<Fault> faults)
    {
        _faults = faults;
        var count = element.GetPropertyCount();
        if (count > MaxProperties)
        {
            _values = [];
            _faults.Add(Fault.Of(FaultCodes.TooMany, "", $"{count} fields", $"at most {MaxProperties}"));
            return;
        }

        _values = new Dictionary<string, JsonElement>(count, StringComparer.Ordinal);

        foreach (var property in element.EnumerateObject())
        {
            _values[JsonText.NameOf(property)] = property.Value;
        }
    }

    /// <summary>A text that is not too long; empty and blank count as missing.</summary>
    public string? Text(string field, int maxLength, bool required = false)
    {
        var text = AnyText(field, required);
        if (text is null || text.Length <= maxLength)
        {
            return text;
        }

        _faults.Add(Fault.Of(FaultCodes.TooLong, field, text, $"at most {maxLength} characters"));
        return null;
    }

    /// <summary>A text that attackers fill: cut where it is too long, never in the middle of a character.</summary>
    public string? CutText(string field, int maxLength) =>
        AnyText(field, required: false) is { } text ? EventRules.Cut(text, maxLength) : null;

    public T? Code<T>(string field, bool required = false)
        where T : struct, Enum
    {
        if (AnyText(field, required, Log.Events.Code<T>.Takes) is not { } text)
        {
            return null;
        }

        if (Log.Events.Code<T>.TryParse(text, out var value))
        {
            return value;
        }

        _faults.Add(Fault.Of(FaultCodes.InvalidValue, field, text, Log.Events.Code<T>.Takes));
        return null;
    }

    public DateTimeOffset? Time(string field)
    {
        if (AnyText(field, required: true, IsoTime.Takes) is not { } text)
        {
            return null;
        }

        if (IsoTime.TryParse(text, out var instant, out var lacksOffset))
        {
            return instant;
        }

        _faults.Add(Fault.Of(lacksOffset ? FaultCodes.LacksOffset : FaultCodes.InvalidValue, field, text, IsoTime.Takes));
        return null;
    }

    public long? Number(string field, long max)
    {
        if (!Find(field, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0 && number <= max)
        {
            return number;
        }

        _faults.Add(Fault.Of(
            value.ValueKind == JsonValueKind.Number ? FaultCodes.InvalidValue : FaultCodes.WrongType,
            field, Shown(value), $"a whole number from 0 to {max}"));
        return null;
    }

    /// <summary>Any JSON, as it was sent.</summary>
    public ReadOnlyMemory<byte>? Raw(string field) =>
        Find(field, out var value) ? Encoding.UTF8.GetBytes(value.GetRawText()) : (ReadOnlyMemory<byte>?)null;

    /// <summary>
    /// A fault for each field that nobody asked for, the first ten of them: a misspelt name must not lose its value silently.
    /// </summary>
    public void RejectUnknown()
    {
        const int mostReported = 10;
        if (_values.Count == 0)
        {
            return;
        }

        var takes = "only " + string.Join(", ", _known.Order(StringComparer.Ordinal));
        _faults.AddRange(_values.Keys.Take(mostReported).Select(name => Fault.Of(FaultCodes.UnknownField, name, name, takes)));
    }

    private static string Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        _ => value.GetRawText(),
    };

    /// <summary>Each field is asked for once.</summary>
    private bool Find(string field, out JsonElement value)
    {
        _known.Add(field);
        return _values.Remove(field, out value) && value.ValueKind != JsonValueKind.Null;
    }

    private string? AnyText(string field, bool required, string takes = "a text")
    {
        if (!Find(field, out var value))
        {
            if (required)
            {
                _faults.Add(Fault.Of(FaultCodes.Missing, field, null, takes));
            }

            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            _faults.Add(Fault.Of(FaultCodes.WrongType, field, Shown(value), takes));
            return null;
        }

        if (!JsonText.TryRead(value, out var read))
        {
            _faults.Add(new Fault(FaultCodes.InvalidValue, field, "got half a surrogate pair; takes valid Unicode"));
            return null;
        }

        var text = EventRules.Clean(read);
        if (!string.IsNullOrWhiteSpace(text))
        {
            return text;
        }

        if (required)
        {
            _faults.Add(Fault.Of(FaultCodes.Missing, field, text, takes));
        }

        return null;
    }
}
