using System.ComponentModel.DataAnnotations;
using LoginAudit.Auth;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LoginAudit.Tests.Access;

public sealed class TokenIssuerOptionsTests
{
    private const string AuthorityFault =
        "Access__Issuers__0__Authority takes an https address without query and fragment; http for loopback hosts only.";

    private const string TenantFault = "Access__Issuers__0 takes one of Access__Issuers__0__Tenant and Access__Issuers__0__TenantClaim.";

    [Fact]
    public void Defaults_AreTheDocumentedOnes()
    {
        var issuer = new TokenIssuerOptions { Authority = "https://login.example/" };

        Assert.Equal(("roles", "preferred_username"), (issuer.RolesClaim, issuer.NameClaim));
        Assert.Equal("https://login.example/", issuer.Name);
        Assert.Equal("https://login.example/.well-known/openid-configuration", issuer.MetadataAddress);
        Assert.Null(issuer.RolePrefix);
    }

    [Theory]
    [InlineData("https://login.example")]
    [InlineData("https://login.example/realms/acme/")]
    [InlineData("https://login.example:8443/a")]
    [InlineData("http://localhost:8080")]
    [InlineData("http://127.0.0.1:8080/")]
    [InlineData("http://[::1]:8080")]
    public void Authority_HttpsOrLoopback_IsTaken(string authority)
    {
        Assert.Empty(Faults(Good(issuer => issuer.Authority = authority)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("login.example")]
    [InlineData("/login")]
    [InlineData("http://login.example")]
    [InlineData("http://10.0.0.1")]
    [InlineData("ftp://login.example")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://login.example?a=b")]
    [InlineData("https://login.example#a")]
    [InlineData("https://user:secret@login.example")]
    public void Authority_AnythingElse_IsAFault(string authority)
    {
        Assert.Equal([AuthorityFault], Faults(Good(issuer => issuer.Authority = authority)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void Audience_Empty_IsAFault(string audience)
    {
        Assert.Equal(
            ["Access__Issuers__0__Audience is missing: whom the issuer's tokens are made for."],
            Faults(Good(issuer => issuer.Audience = audience)));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", "")]
    [InlineData("acme", "tenants")]
    public void Tenant_NeitherOrBoth_IsAFault(string? tenant, string? claim)
    {
        Assert.Equal([TenantFault], Faults(Good(issuer => (issuer.Tenant, issuer.TenantClaim) = (tenant, claim))));
    }

    [Fact]
    public void Tenant_ThatIsNone_IsAFault()
    {
        Assert.Equal(
            ["Access__Issuers__0__Tenant takes 2 to 63 of a-z, 0-9 and -, starting with a letter or digit."],
            Faults(Good(issuer => (issuer.Tenant, issuer.TenantClaim) = ("Acme", null))));
    }

    [Fact]
    public void Claims_WithoutAName_AreFaults()
    {
        Assert.Equal(
            ["Access__Issuers__0__RolesClaim takes the name of a claim.", "Access__Issuers__0__NameClaim takes the name of a claim."],
            Faults(Good(issuer => (issuer.RolesClaim, issuer.NameClaim) = ("", " "))));
    }

    [Fact]
    public void Issuers_SeveralFaults_AreAllNamedWithTheirSetting()
    {
        Assert.Equal(
            [
                "Access__Issuers__1__Authority takes an https address without query and fragment; http for loopback hosts only.",
                "Access__Issuers__1__Audience is missing: whom the issuer's tokens are made for.",
                "Access__Issuers__1 takes one of Access__Issuers__1__Tenant and Access__Issuers__1__TenantClaim.",
            ],
            Faults(Good(), new TokenIssuerOptions()));
    }

    [Fact]
    public void Issuers_OfTheSameName_AreRefused()
    {
        var named = Good(issuer => (issuer.Authority, issuer.Issuer) = ("https://other.example", "https://login.example"));
        var slash = Good(issuer => issuer.Authority = "https://login.example/");

        Assert.Equal(
            ["Access__Issuers__2__Issuer names the same issuer as Access__Issuers__0__Issuer."],
            Faults(Good(), slash, named));
    }

    [Fact]
    public void Settings_OfAList_AreBoundAndCheckedAtTheStart()
    {
        var good = Build(
            ("Access:Issuers:0:Authority", "https://login.example"),
            ("Access:Issuers:0:Audience", "login-audit"),
            ("Access:Issuers:0:Tenant", "acme"),
            ("Access:Issuers:0:RolePrefix", "LoginAudit."));
        var bad = Build(("Access:Issuers:0:Authority", "http://login.example"), ("Access:Issuers:0:Audience", "a"), ("Access:Issuers:0:Tenant", "acme"));

        var issuer = Assert.Single(good.GetRequiredService<IOptions<AccessOptions>>().Value.Issuers);
        var e = Assert.Throws<OptionsValidationException>(() => bad.GetRequiredService<IStartupValidator>().Validate());

        Assert.Equal(
            ("https://login.example", "login-audit", "acme", "LoginAudit."), (issuer.Authority, issuer.Audience, issuer.Tenant, issuer.RolePrefix));
        Assert.Contains(AuthorityFault, Assert.Single(e.Failures), StringComparison.Ordinal);
    }

    private static ServiceProvider Build(params (string Name, string Value)[] settings)
    {
        var all = settings.Append(("AuditStorage", "UseDevelopmentStorage=true"));
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(all.Select(setting => KeyValuePair.Create(setting.Item1, (string?)setting.Item2))).Build();
        return new ServiceCollection().AddLogging().AddLoginAudit(configuration).BuildServiceProvider();
    }

    private static TokenIssuerOptions Good(Action<TokenIssuerOptions>? change = null)
    {
        var issuer = new TokenIssuerOptions { Authority = "https://login.example", Audience = "login-audit", TenantClaim = "tenants" };
        change?.Invoke(issuer);
        return issuer;
    }

    private static List<string?> Faults(params TokenIssuerOptions[] issuers)
    {
        var options = new AccessOptions();
        foreach (var issuer in issuers)
        {
            options.Issuers.Add(issuer);
        }

        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return [.. results.Select(result => result.ErrorMessage)];
    }
}
