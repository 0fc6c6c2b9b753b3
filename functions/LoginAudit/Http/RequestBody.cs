using System.Buffers;
using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace LoginAudit.Http;

/// <summary>Reads a request's body once, decompressed, and never further than its cap.</summary>
internal static class RequestBody
{
    private const int ChunkBytes = 64 * 1024;

    private static readonly byte[] Mark = MakeMark();
    private static readonly byte[] PackedMark = Pack(Mark);

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

        var body = request.ContentLength > maxBytes ? null : await ReadAtMostAsync(request.Body, maxBytes, cancellationToken);
        if (body is not { } whole)
        {
            await DrainAsync(request.Body, cancellationToken);
            throw TooLarge(maxBytes);
        }

        return gzip ? await UnzipAsync(whole, maxBytes, cancellationToken) : whole;
    }

    /// <summary>
    /// <see cref="GZipStream"/> takes cut-off data for its end. So a member of our own is put behind the body: only if the
    /// body's last member is whole does our mark come out at the end.
    /// </summary>
    private static async Task<ReadOnlyMemory<byte>> UnzipAsync(ReadOnlyMemory<byte> packed, int maxBytes, CancellationToken cancellationToken)
    {
        try
        {
            using var source = new MemoryStream([.. packed.Span, .. PackedMark]);
            await using var gzip = new GZipStream(source, CompressionMode.Decompress);
            var body = await ReadAtMostAsync(gzip, maxBytes + Mark.Length, cancellationToken) ?? throw TooLarge(maxBytes);
            if (!packed.IsEmpty && body.Span.EndsWith(Mark))
            {
                return body.Length - Mark.Length <= maxBytes ? body[..^Mark.Length] : throw TooLarge(maxBytes);
            }
        }
        catch (InvalidDataException)
        {
            // Told below, as what is cut off.
        }

        throw new ProblemException(
            400, ProblemCodes.InvalidGzip, "The body is not whole gzip data.",
            [new Fault(FaultCodes.InvalidValue, "body", $"got {packed.Length} bytes that are no gzip, or are cut off; takes whole gzip members")]);
    }

    private static byte[] MakeMark()
    {
        // Compressible, so that the mark's own text does not stand in its member, where a cut-off block might show it.
        var mark = new byte[64];
        mark.AsSpan().Fill((byte)'~');
        return mark;
    }

    private static byte[] Pack(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    private static ProblemException TooLarge(int maxBytes) => new(
        413, ProblemCodes.BodyTooLarge, "The body is too large.",
        [new Fault(FaultCodes.TooLong, "body", $"got more than {maxBytes} bytes; takes at most {maxBytes} bytes after decompression")]);

    /// <summary>The body as one JSON object of a known shape.</summary>
    /// <exception cref="ProblemException">It is not.</exception>
    public static async Task<T> ReadJsonAsync<T>(HttpRequest request, CancellationToken cancellationToken)
        where T : class
    {
        const int maxBytes = 64 * 1024;
        return JsonBody.Read<T>(await ReadAsync(request, maxBytes, cancellationToken));
    }

    /// <summary>
    /// Reads what the caller still sends. The Functions host forwards the answer only if the app takes the whole request; it
    /// takes at most 100 MB itself.
    /// </summary>
    private static async Task DrainAsync(Stream stream, CancellationToken cancellationToken)
    {
        const long hostLimit = 104_857_600;
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            int read;
            for (var left = hostLimit; left > 0 && (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                left -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <returns>The whole stream, or null as soon as it is longer.</returns>
    private static async Task<ReadOnlyMemory<byte>?> ReadAtMostAsync(Stream stream, int maxBytes, CancellationToken cancellationToken)
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
                return null;
            }
        }
    }
}
