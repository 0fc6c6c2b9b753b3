using System.Security.Cryptography;
using System.Text.Json;
using LoginAudit.Auth;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Net.Http.Headers;

namespace LoginAudit.OpenApi;

/// <summary>Shows this document.</summary>
public sealed class OpenApiFunction(RequestPipeline pipeline)
{
    private static readonly byte[] Document = Read();
    private static readonly EntityTagHeaderValue Tag = new($"\"{Convert.ToHexStringLower(SHA256.HashData(Document))}\"");

    [Function("OpenApi")]
    [AllowAnonymous]
    [ProducesResponseType<IReadOnlyDictionary<string, JsonElement>>(StatusCodes.Status200OK)]
    [ProducesResponseType(StatusCodes.Status304NotModified)]
    [TakesHeader("If-None-Match", "The `ETag` of what the caller has.")]
    [AnswersHeader(StatusCodes.Status200OK, "ETag", "Changes with the document.")]
    [AnswersHeader(StatusCodes.Status304NotModified, "ETag", "As the caller has it.")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "openapi/v1.json")] HttpRequest request,
        CancellationToken cancellationToken) => pipeline.AnswerAsync(
            request,
            _ =>
            {
                request.HttpContext.Response.Headers.CacheControl = "no-cache";
                return Task.FromResult(Results.Bytes(Document, "application/json", entityTag: Tag));
            },
            cancellationToken);

    private static byte[] Read()
    {
        using var resource = typeof(OpenApiFunction).Assembly.GetManifestResourceStream("openapi.v1.json")!;
        using var content = new MemoryStream();
        resource.CopyTo(content);
        return content.ToArray();
    }
}
