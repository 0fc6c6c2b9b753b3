using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LoginAudit.Tests.Hosting;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>How the admin page's files are served; what the page does is tested in a browser.</summary>
public sealed class PortalTests(AzuriteFixture azurite) : IDisposable
{
    private readonly DirectoryInfo _app = Directory.CreateTempSubdirectory();

    private DirectoryInfo Folder => _app.CreateSubdirectory("portal");

    [Fact]
    public async Task Portal_Files_HaveTheirTypesPoliciesAndLives()
    {
        await using var app = await StartAsync();

        using var index = await app.Client.GetAsync("/portal/?days=30");
        using var own = await app.Client.GetAsync("/portal/downloads");
        using var script = await app.Client.GetAsync("/portal/assets/index-abc.js");

        Assert.Equal("text/html; charset=utf-8", index.Content.Headers.ContentType?.ToString());
        Assert.Equal("<p>index</p>", await own.Content.ReadAsStringAsync());
        Assert.Equal("no-cache", index.Headers.CacheControl?.ToString());
        Assert.Equal("text/javascript; charset=utf-8", script.Content.Headers.ContentType?.ToString());
        Assert.Equal("public, max-age=31536000, immutable", script.Headers.GetValues("Cache-Control").Single());
        var policy = index.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("connect-src 'self' https://login.example.com;", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Portal_Config_NamesIssuersWithAClientOnly()
    {
        await using var app = await StartAsync();

        var config = await app.Client.GetFromJsonAsync<JsonElement>("/portal/config.json");

        Assert.Equal(
            """[{"authority":"https://login.example.com/v2","clientId":"portal","scope":"openid profile","tenant":"acme"}]""",
            config.GetProperty("issuers").GetRawText());
    }

    [Theory]
    [InlineData("/portal/assets/none.js")]
    [InlineData("/portal/..%2Fsecret.txt")]
    [InlineData("/portal/%2e%2e/secret.txt")]
    [InlineData("/portal/assets/..%2F..%2Fsecret.txt")]
    [InlineData("/portal//etc/passwd.txt")]
    public async Task Portal_WhatIsNoFileOfIt_IsNotFound(string path)
    {
        await using var app = await StartAsync();
        await File.WriteAllTextAsync(Path.Combine(_app.FullName, "secret.txt"), "secret");

        using var answer = await app.Client.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    public void Dispose() => _app.Delete(recursive: true);

    private async Task<TestApp> StartAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(Folder.FullName, "index.html"), "<p>index</p>");
        await File.WriteAllTextAsync(Path.Combine(Folder.CreateSubdirectory("assets").FullName, "index-abc.js"), "1");
        return await TestApp.StartAsync(
            azurite,
            settings:
            [
                ("Portal__Folder", Folder.FullName),
                ("Access__Issuers__0__Authority", "https://login.example.com/v2"), ("Access__Issuers__0__Audience", "api"), ("Access__Issuers__0__Tenant", "acme"),
                ("Access__Issuers__0__PortalClientId", "portal"), ("Access__Issuers__1__Authority", "https://other.example.com"),
                ("Access__Issuers__1__Audience", "api"), ("Access__Issuers__1__TenantClaim", "tenants"),
            ]);
    }
}
