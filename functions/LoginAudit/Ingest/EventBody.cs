using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using LoginAudit.Http;

namespace LoginAudit.Ingest;

/// <summary>One element of a body: JSON, or a line that is not.</summary>
/// <param name="Json">The element; undefined where <see cref="Fault"/> is set.</param>
/// <param name="Text">What was sent, where it is no JSON.</param>
/// <param name="Fault">Why it is no JSON.</param>
internal readonly record struct BodyElement(JsonElement Json, string? Text = null, Fault? Fault = null);

/// <summary>Splits a body into events: one object, an array, or NDJSON, told apart by what it is, not by what it is called.</summary>
internal static class EventBody
{
    private const string Takes = "one JSON object, an array of them, or one on each line (NDJSON), in UTF-8";

    /// <exception cref="ProblemException">Nothing in it is JSON, or there are more events than <paramref name="maxEvents"/>.</exception>
    public static IReadOnlyList<BodyElement> Split(ReadOnlyMemory<byte> body, int maxEvents) =>
        Split(body, maxEvents, text => JsonElement.Parse(text.Span));

    /// <param name="body">Stays as it is while the elements are read, which are places in it.</param>
    /// <param name="maxEvents">More are refused.</param>
    /// <param name="document">
    /// Gives the buffers of a large body back to their pool when it is disposed of, which ends the elements. Left to the garbage collector
    /// they would be large objects, for which it looks through the whole heap.
    /// </param>
    /// <exception cref="ProblemException">Nothing in it is JSON, or there are more events than <paramref name="maxEvents"/>.</exception>
    public static IReadOnlyList<BodyElement> Split(ReadOnlyMemory<byte> body, int maxEvents, out JsonDocument? document)
    {
        JsonDocument? parsed = null;
        var elements = Split(body, maxEvents, text => (parsed = JsonDocument.Parse(text)).RootElement);
        document = parsed;
        return elements;
    }

    private static IReadOnlyList<BodyElement> Split(ReadOnlyMemory<byte> body, int maxEvents, Func<ReadOnlyMemory<byte>, JsonElement> parse)
    {
        var text = WithoutBom(body);
        try
        {
            var root = parse(text);
            if (root.ValueKind != JsonValueKind.Array)
            {
                return [Checked(root)];
            }

            return root.GetArrayLength() <= maxEvents
                ? [.. root.EnumerateArray().Select(Checked)]
                : throw TooMany($"{root.GetArrayLength()} events", maxEvents);
        }
        catch (JsonException e)
        {
            // A broken array is no NDJSON, even if one of its lines is an object.
            var lines = text.Span.TrimStart(" \r\n\t"u8).StartsWith("["u8) ? [] : SplitLines(text, maxEvents);
            return lines.Count > 1 && lines.Any(line => line.Fault is null && line.Json.ValueKind == JsonValueKind.Object)
                ? lines
                : throw NotJson(body, e);
        }
    }

    /// <summary>One JSON value in UTF-8.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> text, out JsonElement json)
    {
        try
        {
            json = JsonElement.Parse(text.Span);
            return Checked(json).Fault is null;
        }
        catch (JsonException)
        {
            json = default;
            return false;
        }
    }

    private static List<BodyElement> SplitLines(ReadOnlyMemory<byte> text, int maxEvents)
    {
        var lines = new List<BodyElement>();
        foreach (var range in text.Span.Split((byte)'\n'))
        {
            var line = text[range];
            if (line.Span.Trim(" \r\t"u8).IsEmpty)
            {
                continue;
            }

            if (lines.Count == maxEvents)
            {
                throw TooMany($"more than {maxEvents} events", maxEvents);
            }

            try
            {
                lines.Add(Checked(JsonElement.Parse(line.Span)));
            }
            catch (JsonException e)
            {
                var fault = new Fault(FaultCodes.NotJson, "", $"got a line that is no JSON ({JsonText.Place(e)}); takes a JSON object");
                lines.Add(new BodyElement(default, Encoding.UTF8.GetString(line.Span), fault));
            }
        }

        return lines;
    }

    /// <summary>The JSON parser looks at the bytes of a text only when it is read; then it is too late to name the event.</summary>
    private static BodyElement Checked(JsonElement element)
    {
        var bytes = JsonMarshal.GetRawUtf8Value(element);
        return Utf8.IsValid(bytes)
            ? new BodyElement(element)
            : new BodyElement(default, Encoding.UTF8.GetString(bytes), new Fault(FaultCodes.NotJson, "", "got bytes that are no UTF-8; takes JSON in UTF-8"));
    }

    private static ProblemException TooMany(string got, int maxEvents) => new(
        413, ProblemCodes.TooManyEvents, "The body holds too many events.", [Fault.Of(FaultCodes.TooMany, "body", got, $"at most {maxEvents}")]);

    private static ProblemException NotJson(ReadOnlyMemory<byte> body, JsonException e)
    {
        var got = body.IsEmpty ? "an empty body" : $"{body.Length} bytes that are no JSON ({JsonText.Place(e)})";
        return new ProblemException(
            400, ProblemCodes.NotJson, "The body holds no readable event.",
            [new Fault(FaultCodes.NotJson, "body", $"got {got}; takes {Takes}")]);
    }

    private static ReadOnlyMemory<byte> WithoutBom(ReadOnlyMemory<byte> body) =>
        body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;
}
