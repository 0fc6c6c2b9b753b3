using System.Text.Json.Nodes;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>
/// One app whose clock stands still, with two issuers: the product's own, trusted for all tenants by the claim
/// <c>tenants</c>, and one that belongs to the tenant <c>acme</c>. <c>globex</c> and <c>initech</c> are there too.
/// </summary>
public sealed class TokenApp(AzuriteFixture azurite) : IAsyncLifetime
{
    public static readonly DateTimeOffset Now = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);

    private TestApp? _app;
    private TestIssuer? _product;
    private TestIssuer? _acme;
    private TestIssuer? _attacker;

    public TestApp App => _app!;

    public TestIssuer Product => _product!;

    public TestIssuer Acme => _acme!;

    /// <summary>Not configured.</summary>
    public TestIssuer Attacker => _attacker!;

    public async ValueTask InitializeAsync()
    {
        (_product, _acme, _attacker) = (await TestIssuer.StartAsync(), await TestIssuer.StartAsync(), await TestIssuer.StartAsync());
        _product.Keys = TestKey.All;
        _acme.Keys = [TestKey.OtherRsa];
        _attacker.Keys = [TestKey.OtherRsa];
        _app = await StartAsync(
            azurite,
            new FakeTimeProvider(Now),
            ("Access__Issuers__0__Authority", _product.Authority),
            ("Access__Issuers__0__Audience", "login-audit"),
            ("Access__Issuers__0__TenantClaim", "tenants"),
            ("Access__Issuers__1__Authority", _acme.Authority),
            ("Access__Issuers__1__Audience", "login-audit"),
            ("Access__Issuers__1__Tenant", "acme"),
            ("Access__Issuers__1__RolesClaim", "https://audit.example/roles"),
            ("Access__Issuers__1__RolePrefix", "LoginAudit."));
        foreach (var tenant in new[] { "globex", "initech" })
        {
            await _app.CreateTenantAsync(tenant);
        }
    }

    /// <summary>An app of one issuer, by the claim <c>tenants</c>, with the tenant <c>acme</c>.</summary>
    public static Task<TestApp> StartAsync(AzuriteFixture azurite, FakeTimeProvider clock, TestIssuer issuer) => StartAsync(
        azurite,
        clock,
        ("Access__Issuers__0__Authority", issuer.Authority),
        ("Access__Issuers__0__Audience", "login-audit"),
        ("Access__Issuers__0__TenantClaim", "tenants"));

    /// <summary>An app with the tenant <c>acme</c>.</summary>
    public static async Task<TestApp> StartAsync(
        AzuriteFixture azurite, FakeTimeProvider clock, params (string Name, string Value)[] settings)
    {
        var app = await TestApp.StartAsync(azurite, clock, settings: settings);
        await app.CreateTenantAsync("acme");
        return app;
    }

    /// <summary>The claims of a good token of the product's issuer: <c>acme</c>, role <c>read</c>.</summary>
    public JsonObject Good() => Product.Claims(Now, "acme", "read");

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Product.DisposeAsync();
        await Acme.DisposeAsync();
        await Attacker.DisposeAsync();
    }
}
