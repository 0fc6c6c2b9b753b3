using System.Text;
using FsCheck.Xunit;
using LoginAudit.Log.Events;

namespace LoginAudit.Tests.Events;

public sealed class UserKeyTests
{
    [Theory]
    [InlineData("kim@example.com", "kim@example.com")]
    [InlineData("  Kim@Example.COM\t\r\n", "kim@example.com")]
    [InlineData("\u00A0kim\u3000", "kim")]
    [InlineData("Jose\u0301", "jos\u00E9")]
    [InlineData("JOS\u00C9", "jos\u00E9")]
    [InlineData("김민준", "김민준")]
    [InlineData("\u1100\u1161", "가")] // decomposed Hangul
    [InlineData("ΣΊΣΥΦΟΣ", "σίσυφοσ")] // invariant: no final sigma
    [InlineData("TITLE", "title")] // no Turkish dotless i, whatever the machine's culture
    [InlineData("\u212A", "k")] // Kelvin sign
    [InlineData("", "")]
    [InlineData("  ", "")]
    public void Normalize_Id_IsTrimmedComposedLowerCase(string id, string normalized)
    {
        Assert.Equal(normalized, UserKey.Normalize(id));
    }

    // Composed capital J with caron does not exist, its small letter does: lowering must not undo form C.
    [Theory]
    [InlineData("J\u030C", "\u01F0")]
    [InlineData("H\u0331", "\u1E96")]
    public void Normalize_LetterComposedInLowerCaseOnly_IsComposed(string id, string normalized)
    {
        Assert.Equal(normalized, UserKey.Normalize(id));
    }

    [Property(Arbitrary = [typeof(Arbitraries)])]
    public bool Normalize_TwiceOrOfEitherForm_IsTheSame(AnyText text)
    {
        var once = UserKey.Normalize(text.Value);

        return UserKey.Normalize(once) == once && UserKey.Normalize(text.Value.Normalize(NormalizationForm.FormD)) == once;
    }

    [Fact]
    public void Hash_OfAnId_IsItsShortHash()
    {
        Assert.Equal("lwnabb6uztnzxriordchcndzce", UserKey.Hash("kim@example.com"));
    }
}
