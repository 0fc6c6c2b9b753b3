using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace LoginAudit.Http;

/// <summary>The headers of a request as it reached the Functions host, which the host puts into the invocation's binding data.</summary>
/// <param name="json">A JSON object; several lines of one header are joined by commas.</param>
internal sealed class HostHeaders(string json)
{
    /// <summary>The host's name for them.</summary>
    public const string Name = "Headers";

    /// <summary>No body of a call that the access trail has is larger.</summary>
    private const int MaxCheckedBytes = 64 * 1024;

    private readonly JsonElement _headers = Parse(json);

    /// <summary>
    /// Whether the host wrote them. It puts query parameters and fields of a JSON body into the binding data too, and a
    /// caller's <c>Headers</c> there replaces its own.
    /// </summary>
    /// <param name="request">The call, its body not yet read. It is read here, and is there to be read again.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    public async Task<bool> AreGenuineAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (_headers.ValueKind != JsonValueKind.Object || request.Query.ContainsKey(Name))
        {
            return false;
        }

        // The host takes nothing from a body of unknown length.
        return request.ContentLength switch
        {
            null or 0 => true,
            > MaxCheckedBytes => false,
            _ => IsWithoutThem(await PeekAsync(request, cancellationToken)),
        };
    }

    /// <summary>A header's text, or an empty one.</summary>
    public string Value(string header) => string.Join(',', _headers.EnumerateObject()
        .Where(property => JsonText.NameOf(property).Equals(header, StringComparison.OrdinalIgnoreCase))
        .SelectMany(property => property.Value.ValueKind == JsonValueKind.Array ? [.. property.Value.EnumerateArray()] : new[] { property.Value })
        .Select(value => JsonText.TryRead(value, out var text) ? text : ""));

    /// <summary>Strict JSON has the same fields for every parser; of other bodies nobody knows what the host read in them.</summary>
    private static bool IsWithoutThem(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.EnumerateObject()
                .Any(property => JsonText.NameOf(property).Equals(Name, StringComparison.OrdinalIgnoreCase));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static async Task<ReadOnlyMemory<byte>> PeekAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        request.EnableBuffering(MaxCheckedBytes);
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        request.Body.Position = 0;
        return body.ToArray();
    }

    private static JsonElement Parse(string json)
    {
        try
        {
            return JsonElement.Parse(json);
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
