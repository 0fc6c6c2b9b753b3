using System.Net;
using Microsoft.AspNetCore.Http;

namespace LoginAudit.Http;

/// <summary>The address of a caller's side, as the nearest trusted proxy saw it.</summary>
/// <remarks>
/// The Functions host stands between the caller and the app. Some of its versions pass <c>X-Forwarded-For</c> on; others
/// overwrite it with the address of their own peer. <see cref="HostHeaders"/> tells the header as the host got it.
/// </remarks>
internal static class ClientAddress
{
    private const string Header = "X-Forwarded-For";

    /// <param name="request">The call, its body not yet read.</param>
    /// <param name="trustedHops">
    /// Proxies that append to the header. The entry so far from its end counts; those before it are the caller's own words.
    /// 0, or more than there are entries: the address of the connection.
    /// </param>
    /// <param name="cancellationToken">The caller went away.</param>
    public static async Task<string?> FindAsync(HttpRequest request, int trustedHops, CancellationToken cancellationToken)
    {
        var forwarded = Split(request.Headers[Header].ToString());
        var headers = request.HttpContext.Features.Get<HostHeaders>();
        var original = headers is not null && await headers.AreGenuineAsync(request, cancellationToken)
            ? Split(headers.Value(Header))
            : null;

        // Without the original, what was forwarded is either the same or one entry by the host: never one of the caller's
        // own words in the place of a trusted one.
        var hops = original ?? forwarded;
        var seen = trustedHops > 0 && hops.Length >= trustedHops ? Parse(hops[^trustedHops]) : Peer(request, forwarded, original);
        return seen is { IsIPv4MappedToIPv6: true } ? seen.MapToIPv4().ToString() : seen?.ToString();
    }

    /// <summary>The other end of the connection: behind the host, of the host's, if the host tells.</summary>
    private static IPAddress? Peer(HttpRequest request, string[] forwarded, string[]? original)
    {
        // What differs from the original was written by the host.
        var byHost = original is not null && forwarded.Length == 1 && !forwarded.SequenceEqual(original, StringComparer.Ordinal)
            ? Parse(forwarded[0])
            : null;
        return byHost ?? request.HttpContext.Connection.RemoteIpAddress;
    }

    private static string[] Split(string header) =>
        header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>App Service writes the port too: <c>203.0.113.7:49152</c>, <c>[2001:db8::1]:49152</c>.</summary>
    private static IPAddress? Parse(string hop) =>
        IPAddress.TryParse(hop, out var address) ? address : IPEndPoint.TryParse(hop, out var endPoint) ? endPoint.Address : null;
}
