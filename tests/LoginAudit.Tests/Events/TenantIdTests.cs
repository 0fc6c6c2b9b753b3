using LoginAudit.Log.Events;

namespace LoginAudit.Tests.Events;

public sealed class TenantIdTests
{
    [Theory]
    [InlineData("ac")]
    [InlineData("acme")]
    [InlineData("0a")]
    [InlineData("00")]
    [InlineData("a-")]
    [InlineData("a--b-1")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456789-abcdefghijklmnopqrstuvwxyz")] // 63
    public void TryParse_LegalName_KeepsItAsItIs(string text)
    {
        var valid = TenantId.TryParse(text, out var tenant);

        Assert.True(valid);
        Assert.Equal(text, tenant.Value);
        Assert.Equal(text, tenant.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("-a")]
    [InlineData("Acme")]
    [InlineData("acmE")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a#b")]
    [InlineData("a?b")]
    [InlineData("a%2fb")]
    [InlineData("..")]
    [InlineData("a.b")]
    [InlineData("a_b")]
    [InlineData("a b")]
    [InlineData("acme\n")]
    [InlineData("acme\r\n")]
    [InlineData("\nacme")]
    [InlineData("acme\0")]
    [InlineData("ac\u0131")]
    [InlineData("١٢")] // digits, but not ASCII
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456789-abcdefghijklmnopqrstuvwxyz0")] // 64
    public void TryParse_IllegalName_GivesNothing(string? text)
    {
        var valid = TenantId.TryParse(text, out var tenant);

        Assert.False(valid);
        Assert.Equal(default, tenant);
    }

    [Fact]
    public void Parse_IllegalName_SaysWhatItTakes()
    {
        var e = Assert.Throws<FormatException>(() => TenantId.Parse("A"));

        Assert.Equal("A tenant id takes 2 to 63 of a-z, 0-9 and -, starting with a letter or digit.", e.Message);
    }

    [Fact]
    public void Parse_LegalName_EqualsTheSameName()
    {
        var left = TenantId.Parse("acme");
        var right = TenantId.Parse("acme");

        Assert.Equal(left, right);
        Assert.NotEqual(left, TenantId.Parse("acme2"));
    }
}
