using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace LoginAudit.Http;

/// <summary>
/// Text that is packed with Brotli or gzip where the caller takes it and it is worth it. A result, since the Functions worker has no
/// middleware of ours; which encoding is the framework's own choice.
/// </summary>
internal sealed class CompressedAnswer(ReadOnlyMemory<byte> content, string contentType) : IResult, IStatusCodeHttpResult
{
    /// <summary>What is shorter fits a network packet anyway.</summary>
    private const int MinBytes = 1024;

    public static void AddTo(IServiceCollection services) => services.AddResponseCompression();

    public static CompressedAnswer Json(object value) =>
        new(JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), ApiJson.Options), "application/json; charset=utf-8");

    public int? StatusCode => StatusCodes.Status200OK;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = contentType;
        response.Headers.AppendCommaSeparatedValues(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        var compression = httpContext.RequestServices.GetRequiredService<IResponseCompressionProvider>();
        if (content.Length < MinBytes
            || !compression.CheckRequestAcceptsCompression(httpContext)
            || compression.GetCompressionProvider(httpContext) is not { } encoding)
        {
            response.ContentLength = content.Length;
            await response.Body.WriteAsync(content, httpContext.RequestAborted);
            return;
        }

        response.Headers.ContentEncoding = encoding.EncodingName;
        using var packed = new MemoryStream();
        await using (var stream = encoding.CreateStream(packed))
        {
            await stream.WriteAsync(content, httpContext.RequestAborted);
        }

        response.ContentLength = packed.Length;
        await response.Body.WriteAsync(packed.GetBuffer().AsMemory(0, (int)packed.Length), httpContext.RequestAborted);
    }
}
