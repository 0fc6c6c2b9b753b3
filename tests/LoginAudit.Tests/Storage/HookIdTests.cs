using LoginAudit.Tenants;

namespace LoginAudit.Tests.Storage;

public sealed class HookIdTests
{
    [Fact]
    public void Create_Id_Has128BitsAndIsReadBack()
    {
        var id = HookId.Create();

        Assert.Matches(@"\A[0-9a-f]{32}\z", id.Value);
        Assert.Equal(id, HookId.Parse(id.ToString()));
        Assert.NotEqual(id, HookId.Create());
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("0123456789abcdef0123456789abcde")]
    [InlineData("0123456789abcdef0123456789abcdef0")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("0123456789abcdef0123456789abcdeg")]
    [InlineData("0123456789abcdef0123456789abcde\n")]
    [InlineData("٠١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦٧٨٩٠١")]
    public void TryParse_NoId_IsFalse(string text)
    {
        Assert.False(HookId.TryParse(text, out _));
        Assert.Throws<FormatException>(() => HookId.Parse(text));
    }
}
