using System.Net;
using System.Text.RegularExpressions;
using LoginAudit.LocalHost;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace LoginAudit.Tests.OpenApi;

/// <summary>LocalHost's page that shows the document.</summary>
public sealed partial class ApiReferenceTests
{
    [Fact]
    public async Task Page_AndAllThatItLoads_AsksNoOtherHost()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.MapApiReference();
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        using var page = await client.GetAsync("/reference");
        var html = await page.Content.ReadAsStringAsync();
        var sources = Source().Matches(html).Select(match => match.Groups["url"].Value).ToList();

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.NotEmpty(sources);
        Assert.DoesNotContain("//", html, StringComparison.Ordinal);
        Assert.Equal(
            "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:",
            page.Headers.GetValues("Content-Security-Policy").Single());
        foreach (var source in sources)
        {
            using var asset = await client.GetAsync(new Uri(page.RequestMessage!.RequestUri!, source));
            Assert.Equal(HttpStatusCode.OK, asset.StatusCode);
        }
    }

    [GeneratedRegex("""\b(src|href)="(?<url>[^"]+)["]""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Source();
}
