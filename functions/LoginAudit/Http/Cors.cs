using Microsoft.AspNetCore.Http;

namespace LoginAudit.Http;

/// <summary>Cross-origin calls from browsers: none, unless the origin is configured.</summary>
internal static class Cors
{
    private const string Exposed = "Link, Location, ETag, Retry-After, RateLimit, RateLimit-Policy";
    private const string AllowedHeaders = "Authorization, Content-Type, Content-Encoding, Idempotency-Key, If-None-Match";
    private const string AllowedMethods = "GET, POST, PUT, DELETE";
    private const string PreflightSeconds = "600";

    public static bool IsAllowed(HttpRequest request, IReadOnlyCollection<string> origins) =>
        origins.Contains(request.Headers.Origin.ToString(), StringComparer.Ordinal);

    /// <summary>Lets the page read the answer, if its origin may.</summary>
    public static void AddHeaders(HttpRequest request, IReadOnlyCollection<string> origins)
    {
        if (origins.Count == 0)
        {
            return;
        }

        var headers = request.HttpContext.Response.Headers;
        headers.Append("Vary", "Origin");
        if (IsAllowed(request, origins))
        {
            headers.AccessControlAllowOrigin = request.Headers.Origin.ToString();
            headers.AccessControlExposeHeaders = Exposed;
            headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        }
    }

    /// <summary>The answer to a browser's question before the call itself; <see cref="AddHeaders"/> came before it.</summary>
    public static IResult Preflight(HttpResponse response)
    {
        response.Headers.AccessControlAllowMethods = AllowedMethods;
        response.Headers.AccessControlAllowHeaders = AllowedHeaders;
        response.Headers.AccessControlMaxAge = PreflightSeconds;
        return Results.NoContent();
    }
}
