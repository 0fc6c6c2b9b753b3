using LoginAudit.Auth;
using LoginAudit.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace LoginAudit.Portal;

/// <summary>Serves the admin page: its files, and what it must know to let people sign in.</summary>
public sealed class PortalFunction(RequestPipeline pipeline, PortalFiles files, IOptions<AccessOptions> access)
{
    private const string Config = "config.json";

    private static readonly FileExtensionContentTypeProvider Types = new();

    [Function("Portal")]
    [AllowAnonymous]
    [ExcludeFromDescription]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "portal/{*path}")] HttpRequest request,
        string? path,
        CancellationToken cancellationToken) => pipeline.AnswerAsync(
            request,
            async token =>
            {
                var issuers = access.Value.Issuers.Where(issuer => !string.IsNullOrEmpty(issuer.PortalClientId)).ToList();
                var headers = request.HttpContext.Response.Headers;
                headers.ContentSecurityPolicy = PolicyFor(issuers);
                if (path == Config)
                {
                    return ApiJson.Ok(new PortalConfig([.. issuers.Select(PortalIssuer.Of)]));
                }

                if (string.IsNullOrEmpty(path) && !request.Path.Value!.EndsWith('/'))
                {
                    return Results.LocalRedirect("~/portal/" + request.QueryString);
                }

                var file = await files.FindAsync(path ?? "", token) ?? throw ProblemException.NotFound("page: it was not built");
                headers.CacheControl = file.IsImmutable ? "public, max-age=31536000, immutable" : "no-cache";
                var type = Types.TryGetContentType(file.Name, out var known) ? known : "application/octet-stream";
                return new CompressedAnswer(file.Content, type.StartsWith("text/", StringComparison.Ordinal) ? type + "; charset=utf-8" : type);
            },
            cancellationToken);

    /// <summary>Own script only; calls go to this app and to where people sign in.</summary>
    private static string PolicyFor(IEnumerable<TokenIssuerOptions> issuers)
    {
        var origins = string.Concat(issuers.Select(issuer => " " + new Uri(issuer.Authority).GetLeftPart(UriPartial.Authority)).Distinct(StringComparer.Ordinal));
        return $"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'{origins}; "
            + "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
    }
}
