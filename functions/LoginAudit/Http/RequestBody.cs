using System.Buffers;
using System.IO.Compression;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace LoginAudit.Http;

/// <summary>Reads a request's body once, decompressed, and never further than its cap.</summary>
internal static class RequestBody
{
    private const int ChunkBytes = 64 * 1024;

    /// <exception cref="ProblemException">Too large (413), not gzip (400), or in another encoding (415).</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        var encoding = request.Headers.ContentEncoding.ToString();
        var gzip = encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase);
        if (!gzip && encoding.Length > 0 && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(
                415, ProblemCodes.UnsupportedEncoding, "The body has an encoding that is not supported.",
                [Fault.Of(FaultCodes.InvalidValue, HeaderNames.ContentEncoding, encoding, "gzip or identity")]);
        }

        var packed = await ReadCappedAsync(request.Body, maxBytes, cancellationToken);
        if (!gzip)
        {
            return packed;
        }

        try
        {
            await using var source = new GZipStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
            return await ReadCappedAsync(source, maxBytes, cancellationToken);
        }
        catch (InvalidDataException)
        {
            throw new ProblemException(
                400, ProblemCodes.InvalidGzip, "The body is not whole gzip data.",
                [new Fault(FaultCodes.InvalidValue, "body", $"got {packed.Length} bytes that are no gzip, or are cut off; takes whole gzip members")]);
        }
    }

    /// <summary>The body as one JSON object of a known shape.</summary>
    /// <exception cref="ProblemException">It is not.</exception>
    public static async Task<T> ReadJsonAsync<T>(HttpRequest request, CancellationToken cancellationToken)
        where T : class
    {
        const int maxBytes = 64 * 1024;
        var body = await ReadAsync(request, maxBytes, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize<T>(body.Span, StrictOptions) ?? throw NotJson("null");
        }
        catch (JsonException e)
        {
            var field = e.Path is { Length: > 2 } path ? path[2..] : "body";
            throw ProblemException.Invalid([new Fault(FaultCodes.InvalidValue, field, e.Message)]);
        }
    }

    private static JsonSerializerOptions StrictOptions { get; } = new(ApiJson.Options)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict,
    };

    private static ProblemException NotJson(string got) =>
        ProblemException.Invalid([Fault.Of(FaultCodes.NotJson, "body", got, "a JSON object")]);

    private static async Task<ReadOnlyMemory<byte>> ReadCappedAsync(Stream stream, int maxBytes, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>();
        while (true)
        {
            var read = await stream.ReadAsync(body.GetMemory(ChunkBytes), cancellationToken);
            if (read == 0)
            {
                return body.WrittenMemory;
            }

            body.Advance(read);
            if (body.WrittenCount > maxBytes)
            {
                throw new ProblemException(
                    413, ProblemCodes.BodyTooLarge, "The body is too large.",
                    [new Fault(FaultCodes.TooLong, "body", $"got more than {maxBytes} bytes; takes at most {maxBytes} bytes after decompression")]);
            }
        }
    }
}
