using Microsoft.AspNetCore.Http;

namespace LoginAudit.Http;

/// <summary>Headers of every answer. host.json has those that fit the host's own answers too.</summary>
internal static class SecurityHeaders
{
    /// <summary>An answer is data: nothing in it may run, load or be framed.</summary>
    private const string DataPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    public static void Add(HttpResponse response)
    {
        var headers = response.Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = DataPolicy;
        headers.XFrameOptions = "DENY";
        headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }
}
