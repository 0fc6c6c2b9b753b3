using System.Net;
using LoginAudit.Http;
using Microsoft.AspNetCore.Http;

namespace LoginAudit.Tests.Http;

public sealed class ClientAddressTests
{
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
    public void Of_TrustedHops_IsTheAddressThatTheNearestOneSaw(int hops, string? forwarded, string? expected)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse("::ffff:192.0.2.1");
        if (forwarded is not null)
        {
            context.Request.Headers["X-Forwarded-For"] = forwarded;
        }

        Assert.Equal(expected, ClientAddress.Of(context.Request, hops));
    }

    [Fact]
    public void Of_SeveralHeaderLines_AreOneList()
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Append("X-Forwarded-For", "198.51.100.66");
        context.Request.Headers.Append("X-Forwarded-For", "203.0.113.7:4711");

        Assert.Equal("203.0.113.7", ClientAddress.Of(context.Request, 1));
    }
}
