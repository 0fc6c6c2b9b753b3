using System.Net;
using System.Text;
using System.Text.Json;
using LoginAudit.Http;
using Microsoft.AspNetCore.Http;

namespace LoginAudit.Tests.Http;

public sealed class ClientAddressTests
{
    private const string Six = "198.51.100.66, 192.0.2.5, 192.0.2.4, 192.0.2.3, 192.0.2.2, 203.0.113.7:49152";

    [Theory]
    [InlineData(0, "203.0.113.7", "192.0.2.1")] // nobody is trusted: the socket's
    [InlineData(1, null, "192.0.2.1")] // no proxy spoke
    [InlineData(1, "203.0.113.7", "203.0.113.7")]
    [InlineData(1, "203.0.113.7:49152", "203.0.113.7")]
    [InlineData(1, "[2001:db8::1]:49152", "2001:db8::1")]
    [InlineData(1, "2001:db8::1", "2001:db8::1")]
    [InlineData(1, "::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData(1, "198.51.100.66, 203.0.113.7:4711", "203.0.113.7")] // the first is what the caller said
    [InlineData(2, "198.51.100.66, 203.0.113.7, 10.0.0.1:4711", "203.0.113.7")]
    [InlineData(2, "203.0.113.7", "192.0.2.1")] // fewer hops than there are proxies: not through them
    [InlineData(1, "unknown", null)]
    [InlineData(1, "203.0.113.7, <script>", null)]
    public async Task Find_NoHostBetween_IsTheEntryThatTheNearestTrustedProxyWrote(int hops, string? forwarded, string? expected)
    {
        Assert.Equal(expected, await ClientAddress.FindAsync(Request(forwarded), hops, CancellationToken.None));
    }

    [Fact]
    public async Task Find_SeveralHeaderLines_AreOneList()
    {
        var request = Request("198.51.100.66");
        request.Headers.Append("X-Forwarded-For", "203.0.113.7:4711");

        Assert.Equal("203.0.113.7", await ClientAddress.FindAsync(request, 1, CancellationToken.None));
    }

    [Theory]
    [InlineData(0, Six, "10.0.0.9")]
    [InlineData(1, Six, "203.0.113.7")]
    [InlineData(2, Six, "192.0.2.2")]
    [InlineData(3, Six, "192.0.2.3")]
    [InlineData(4, Six, "192.0.2.4")]
    [InlineData(5, Six, "192.0.2.5")]
    [InlineData(0, "198.51.100.66", "10.0.0.9")]
    [InlineData(0, null, "10.0.0.9")]
    [InlineData(1, null, "10.0.0.9")] // not through a proxy
    [InlineData(5, "198.51.100.66, 192.0.2.2", "10.0.0.9")]
    [InlineData(0, "10.0.0.9", "127.0.0.1")] // who set it is not to be seen: the socket's
    public async Task Find_HostThatSetsTheHeader_IsTheEntryOfTheOriginal(int hops, string? original, string expected)
    {
        var request = Request("10.0.0.9", "127.0.0.1", HeadersOf(original));

        Assert.Equal(expected, await ClientAddress.FindAsync(request, hops, CancellationToken.None));
    }

    [Theory]
    [InlineData(0, Six, "127.0.0.1")]
    [InlineData(1, Six, "203.0.113.7")]
    [InlineData(2, Six, "192.0.2.2")]
    [InlineData(3, Six, "192.0.2.3")]
    [InlineData(4, Six, "192.0.2.4")]
    [InlineData(5, Six, "192.0.2.5")]
    [InlineData(0, "198.51.100.66", "127.0.0.1")] // the caller's own words
    [InlineData(0, null, "127.0.0.1")]
    [InlineData(1, null, "127.0.0.1")]
    [InlineData(5, "198.51.100.66, 192.0.2.2", "127.0.0.1")]
    public async Task Find_HostThatPassesTheHeaderOn_IsTheEntryOfTheOriginal(int hops, string? original, string expected)
    {
        // A joined list may be spaced in another way.
        var request = Request(original, "127.0.0.1", HeadersOf(original?.Replace(", ", ",", StringComparison.Ordinal)));

        Assert.Equal(expected, await ClientAddress.FindAsync(request, hops, CancellationToken.None));
    }

    [Theory]
    [InlineData("""{"x-forwarded-for":"203.0.113.7"}""", "203.0.113.7")]
    [InlineData("""{"X-Forwarded-For":["198.51.100.66","203.0.113.7:1"]}""", "203.0.113.7")]
    [InlineData("""{"X-Forwarded-For":"198.51.100.66","x-forwarded-for":"203.0.113.7"}""", "203.0.113.7")] // repeated: one list
    [InlineData("""{"X-Forwarded-For":""}""", "10.0.0.9")]
    [InlineData("""{"X-Forwarded-For":null}""", "10.0.0.9")]
    [InlineData("""{"X-Forwarded-For":7}""", "10.0.0.9")]
    [InlineData("""{}""", "10.0.0.9")]
    [InlineData("""[]""", "10.0.0.9")]
    [InlineData("", "10.0.0.9")]
    [InlineData("{", "10.0.0.9")]
    public async Task Find_ShapesOfTheHostsJson_AreRead(string json, string expected)
    {
        var request = Request("10.0.0.9", "127.0.0.1", json);

        Assert.Equal(expected, await ClientAddress.FindAsync(request, 1, CancellationToken.None));
    }

    /// <summary>The host lets a caller's query and JSON body replace its own binding data.</summary>
    [Theory]
    [InlineData("?Headers=1", null)]
    [InlineData("?a=1&headers={}", null)]
    [InlineData("", """{"Headers":"{\"X-Forwarded-For\":\"198.51.100.66\"}"}""")]
    [InlineData("", """{"a":1,"hEADERS":"x"}""")]
    [InlineData("", """{"\u0048eaders":"x"}""")]
    [InlineData("", """{'Headers':'x'}""")] // no JSON, but some parsers take it
    [InlineData("", "not json")]
    public async Task Find_HeadersThatTheCallerMayHaveWritten_AreNotUsed(string query, string? body)
    {
        // The host that sets the header, and the one that passes it on.
        foreach (var (forwarded, direct, proxied) in new[]
        {
            ("10.0.0.9", "127.0.0.1", "10.0.0.9"), ("198.51.100.1, 203.0.113.7", "127.0.0.1", "203.0.113.7"),
        })
        {
            Assert.Equal(direct, await ClientAddress.FindAsync(Forged(forwarded), 0, CancellationToken.None));
            Assert.Equal(proxied, await ClientAddress.FindAsync(Forged(forwarded), 1, CancellationToken.None));
        }

        HttpRequest Forged(string forwarded)
        {
            var request = Request(forwarded, "127.0.0.1", HeadersOf("198.51.100.66"), body);
            request.QueryString = new QueryString(query);
            return request;
        }
    }

    [Theory]
    [InlineData("""{"format":"csv","query":{"headers":"x"}}""")]
    [InlineData("""[{"headers":"x"}]""")]
    public async Task Find_OtherBody_IsReadAndThereToBeReadAgain(string body)
    {
        var request = Request("10.0.0.9", "127.0.0.1", HeadersOf("203.0.113.7"), body);

        Assert.Equal("203.0.113.7", await ClientAddress.FindAsync(request, 1, CancellationToken.None));
        using var reader = new StreamReader(request.Body);
        Assert.Equal(body, await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task Find_BodyTooLargeToCheck_UsesWhatTheHostForwarded()
    {
        var request = Request("10.0.0.9", "127.0.0.1", HeadersOf("198.51.100.66"), $"\"{new string('x', 64 * 1024)}\"");

        Assert.Equal("10.0.0.9", await ClientAddress.FindAsync(request, 1, CancellationToken.None));
        Assert.Equal(0, request.Body.Position);
    }

    private static string HeadersOf(string? forwarded) => JsonSerializer.Serialize(
        forwarded is null ? new Dictionary<string, string> { ["Host"] = "a" } : new() { ["Host"] = "a", ["X-Forwarded-For"] = forwarded });

    private static HttpRequest Request(
        string? forwarded, string connection = "::ffff:192.0.2.1", string? headers = null, string? body = null)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(connection);
        if (forwarded is not null)
        {
            context.Request.Headers["X-Forwarded-For"] = forwarded;
        }

        if (headers is not null)
        {
            context.Features.Set(new HostHeaders(headers));
        }

        if (body is not null)
        {
            context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
            context.Request.ContentLength = context.Request.Body.Length;
        }

        return context.Request;
    }
}
