using System.Net;
using Microsoft.AspNetCore.Http;

namespace LoginAudit.Http;

/// <summary>The address of a caller's side, as the nearest trusted proxy saw it.</summary>
internal static class ClientAddress
{
    private const string Header = "X-Forwarded-For";

    /// <param name="request">The call.</param>
    /// <param name="trustedHops">
    /// Proxies that append to the header. The entry so far from its end counts; those before it are the caller's own words.
    /// </param>
    public static string? Of(HttpRequest request, int trustedHops)
    {
        var hops = request.Headers[Header].ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var seen = trustedHops > 0 && hops.Length >= trustedHops ? Parse(hops[^trustedHops]) : request.HttpContext.Connection.RemoteIpAddress;
        return seen is { IsIPv4MappedToIPv6: true } ? seen.MapToIPv4().ToString() : seen?.ToString();
    }

    /// <summary>App Service writes the port too: <c>203.0.113.7:49152</c>, <c>[2001:db8::1]:49152</c>.</summary>
    private static IPAddress? Parse(string hop) =>
        IPAddress.TryParse(hop, out var address) ? address : IPEndPoint.TryParse(hop, out var endPoint) ? endPoint.Address : null;
}
