using LoginAudit.Auth;

namespace LoginAudit.Tests.Access;

public sealed class ApiKeyTests
{
    private const string Text = "la_acme_0123456789_c2VjcmV0";

    // python3: hashlib.sha256(b'la_acme_0123456789_c2VjcmV0').hexdigest()
    private const string Hash = "b175f473865cb2d260412f1aa236815152f4c0ece278e19e11ac9bd7cf5f2999";

    [Fact]
    public void TryParse_Key_IsItsParts()
    {
        var valid = ApiKey.TryParse(Text, out var key);

        Assert.True(valid);
        Assert.Equal("acme", key.Owner);
        Assert.Equal("0123456789", key.Id);
        Assert.Equal("c2VjcmV0", key.Secret);
        Assert.Equal(Text, key.ToString());
    }

    [Fact]
    public void TryParse_SecretWithUnderscores_KeepsThem()
    {
        Assert.True(ApiKey.TryParse("la_acme_0123456789_a_b__c", out var key));
        Assert.Equal("a_b__c", key.Secret);
    }

    [Theory]
    [InlineData("")]
    [InlineData("la")]
    [InlineData("la_acme_0123456789")]
    [InlineData("LA_acme_0123456789_c2VjcmV0")]
    [InlineData("sk_acme_0123456789_c2VjcmV0")]
    [InlineData(" la_acme_0123456789_c2VjcmV0")]
    [InlineData("la_acme_012345678_c2VjcmV0")]
    [InlineData("la_acme_01234567890_c2VjcmV0")]
    [InlineData("la_acme_012345678A_c2VjcmV0")]
    [InlineData("la_acme_012345678g_c2VjcmV0")]
    [InlineData("la_acme_0123/56789_c2VjcmV0")]
    [InlineData("la_acme_٠١٢٣٤٥٦٧٨٩_c2VjcmV0")]
    public void TryParse_NoKey_IsFalse(string text)
    {
        Assert.False(ApiKey.TryParse(text, out _));
    }

    [Fact]
    public void TryParse_TextOf200Characters_IsTheLongest()
    {
        Assert.True(ApiKey.TryParse("la_acme_0123456789_" + new string('a', 181), out _));
        Assert.False(ApiKey.TryParse("la_acme_0123456789_" + new string('a', 182), out _));
    }

    [Fact]
    public void Hash_OfAKey_IsTheSha256OfTheWholeText()
    {
        Assert.True(ApiKey.TryParse(Text, out var key));

        Assert.Equal(Hash, key.Hash());
    }

    [Theory]
    [InlineData(Hash, true)]
    [InlineData("b175f473865cb2d260412f1aa236815152f4c0ece278e19e11ac9bd7cf5f2998", false)]
    [InlineData("b175f473865cb2d260412f1aa236815152f4c0ece278e19e11ac9bd7cf5f299", false)]
    [InlineData("", false)] // no operator is set up
    public void Matches_Hash_OnlyItsOwn(string hash, bool matches)
    {
        Assert.True(ApiKey.TryParse(Text, out var key));

        Assert.Equal(matches, key.Matches(hash));
    }

    [Theory]
    [InlineData("la_acm2_0123456789_c2VjcmV0")]
    [InlineData("la_acme_0123456780_c2VjcmV0")]
    [InlineData("la_acme_0123456789_c2VjcmV1")]
    public void Matches_KeyThatDiffersInAnyPart_IsFalse(string text)
    {
        Assert.True(ApiKey.TryParse(text, out var key));

        Assert.False(key.Matches(Hash));
    }

    [Fact]
    public void Create_Key_Has256BitsAndIsReadBack()
    {
        var key = ApiKey.Create("acme");

        Assert.Matches(@"\Ala_acme_[0-9a-f]{10}_[A-Za-z0-9_-]{43}\z", key.ToString());
        Assert.True(ApiKey.TryParse(key.ToString(), out var parsed));
        Assert.Equal(key, parsed);
        Assert.NotEqual(key.Secret, ApiKey.Create("acme").Secret, StringComparer.Ordinal);
    }
}
