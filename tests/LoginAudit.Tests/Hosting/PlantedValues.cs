using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;

namespace LoginAudit.Tests.Hosting;

/// <summary>
/// Gathers what no log may hold from all that a test sends and gets: credentials, and the names, addresses and texts of events
/// and conditions.
/// </summary>
public sealed class PlantedValues(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>Shorter ones stand in logs by chance.</summary>
    private const int ShortestText = 6;
    private const int ShortestCredential = 20;

    private static readonly string[] Fields =
    [
        "userId", "loginId", "userName", "ip", "userAgent", "sessionId", "correlationId", "reasonRaw", "city", "user", "q", "secret", "key", "url",
    ];

    private readonly ConcurrentDictionary<string, byte> _values = new(StringComparer.Ordinal);

    public void Add(string value, int shortest = ShortestText)
    {
        if (value.Length >= shortest)
        {
            _values[value] = 0;
        }
    }

    /// <summary>Every line that holds one of the values.</summary>
    public List<string> FindIn(IEnumerable<string> lines)
    {
        var values = SearchValues.Create([.. _values.Keys], StringComparison.Ordinal);
        return [.. lines.Where(line => line.AsSpan().ContainsAny(values))];
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Headers.TryGetValues("Authorization", out var headers))
        {
            // Of an API key the part after its id, of anything else the whole.
            Add(string.Join(",", headers).Split('_', 4)[^1], ShortestCredential);
        }

        foreach (var parameter in (request.RequestUri?.Query ?? "").TrimStart('?').Split('&').Select(pair => pair.Split('=', 2)))
        {
            if (parameter.Length == 2 && Fields.Contains(parameter[0], StringComparer.Ordinal))
            {
                Add(parameter[1]);
                Add(Uri.UnescapeDataString(parameter[1]));
            }
        }

        if (request.Content is { } content)
        {
            AddJson(await content.ReadAsByteArrayAsync(cancellationToken));
        }

        var answer = await base.SendAsync(request, cancellationToken);
        if (answer.Content.Headers.ContentType?.MediaType == "application/json")
        {
            await answer.Content.LoadIntoBufferAsync(cancellationToken);
            AddJson(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
        }

        return answer;
    }

    private void AddJson(byte[] body)
    {
        try
        {
            AddValues(JsonElement.Parse(body), name: "");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or half a surrogate: such bodies hold nothing that is planted.
        }
    }

    private void AddValues(JsonElement element, string name)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in element.EnumerateObject())
            {
                AddValues(property.Value, property.Name);
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                AddValues(item, name);
            }
        }
        else if (element.ValueKind == JsonValueKind.String && Fields.Contains(name, StringComparer.Ordinal))
        {
            Add(element.GetString()!);
        }
    }
}
