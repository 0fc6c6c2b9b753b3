using System.Text;
using System.Text.Json;
using FsCheck.Xunit;
using LoginAudit.Http;
using LoginAudit.Ingest;
using LoginAudit.Tests.Events;

namespace LoginAudit.Tests.Ingest;

public sealed class EventBodyTests
{
    [Theory]
    [InlineData("{\"a\":1}")]
    [InlineData("\uFEFF{\"a\":1}")]
    [InlineData(" \r\n{\"a\":1}\r\n")]
    [InlineData("{\n  \"a\":\n  1\n}")]
    [InlineData("[{\"a\":1}]")]
    [InlineData("\uFEFF[\n{\"a\":1}\n]\n")]
    public void Split_OneEvent_IsOneElement(string body)
    {
        var element = Assert.Single(Split(body));

        Assert.Equal(1, element.Json.GetProperty("a").GetInt32());
        Assert.Null(element.Fault);
    }

    [Theory]
    [InlineData("[1,{\"a\":1},null]", "1 {\"a\":1} null")]
    [InlineData("[[]]", "[]")]
    [InlineData("[]", "")]
    [InlineData("\"text\"", "\"text\"")]
    [InlineData("{\"a\":1}\n{\"a\":2}", "{\"a\":1} {\"a\":2}")]
    [InlineData("{\"a\":1}\r\n{\"a\":2}\r\n", "{\"a\":1} {\"a\":2}")]
    [InlineData("\uFEFF{\"a\":1}\n\n \t\n{\"a\":2}\n", "{\"a\":1} {\"a\":2}")]
    [InlineData("{\"a\":1}\n[2]", "{\"a\":1} [2]")]
    public void Split_ArrayOrLines_AreTheirElementsInOrder(string body, string elements)
    {
        Assert.Equal(elements, string.Join(' ', Split(body).Select(element => element.Json.GetRawText())));
    }

    [Fact]
    public void Split_BrokenLineOfNdjson_IsAFaultOfThatLineAlone()
    {
        var elements = Split("{\"a\":1}\n{\"a\":,}\n{\"a\":3}");

        Assert.Equal(3, elements.Count);
        Assert.Equal(1, elements[0].Json.GetProperty("a").GetInt32());
        Assert.Equal(3, elements[2].Json.GetProperty("a").GetInt32());
        Assert.Equal(
            new Fault("not_json", "", "got a line that is no JSON (line 1, byte 6); takes a JSON object"), elements[1].Fault);
        Assert.Equal("{\"a\":,}", elements[1].Text);
        Assert.Equal(JsonValueKind.Undefined, elements[1].Json.ValueKind);
    }

    [Fact]
    public void Split_LineNestedTooDeep_IsAFaultOfThatLineAlone()
    {
        var elements = Split($"{{\"a\":1}}\n{Nested(100_000)}");

        Assert.Equal([null, "not_json"], elements.Select(element => element.Fault?.Code), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("", "got an empty body; takes one JSON object, an array of them, or one on each line (NDJSON), in UTF-8")]
    [InlineData(" \n", "got 2 bytes that are no JSON (line 2, byte 1); takes one JSON object, an array of them, or one on each line (NDJSON), in UTF-8")]
    [InlineData("{\"a\":1", "got 6 bytes that are no JSON (line 1, byte 7); takes one JSON object, an array of them, or one on each line (NDJSON), in UTF-8")]
    public void Split_NothingReadable_SaysWhere(string body, string detail)
    {
        var e = Assert.Throws<ProblemException>(() => Split(body));

        Assert.Equal(400, e.Status);
        Assert.Equal("not_json", e.Code);
        Assert.Equal("The body holds no readable event.", e.Message);
        Assert.Equal(new Fault("not_json", "body", detail), Assert.Single(e.Errors));
    }

    [Theory]
    [InlineData("\uFEFF")]
    [InlineData("hello")]
    [InlineData("hello\nworld")]
    [InlineData("1\n2")]
    [InlineData("{\"a\":1} {\"a\":2}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("// comment\n1")]
    [InlineData("a=1&b=2")]
    [InlineData("<event/>")]
    [InlineData("{'a':1}")]
    [InlineData("\uFEFF\uFEFF{}")]
    public void Split_NoJson_IsAProblem(string body)
    {
        Assert.Equal("not_json", Assert.Throws<ProblemException>(() => Split(body)).Code);
    }

    [Fact]
    public void Split_NotUtf8_IsAProblem()
    {
        ReadOnlyMemory<byte> utf16 = Encoding.Unicode.GetBytes("{\"a\":1}");

        Assert.Equal("not_json", Assert.Throws<ProblemException>(() => EventBody.Split(utf16, 1000)).Code);
    }

    [Fact]
    public void Split_BodyNestedTooDeep_IsAProblem()
    {
        Assert.Equal("not_json", Assert.Throws<ProblemException>(() => Split(Nested(100_000))).Code);
    }

    [Fact]
    public void Split_SecretInABrokenBody_IsNotQuoted()
    {
        var e = Assert.Throws<ProblemException>(() => Split("{\"password\": hunter2}"));

        Assert.DoesNotContain("hunter2", Assert.IsType<Fault>(Assert.Single(e.Errors)).Detail, StringComparison.Ordinal);
    }

    [Property(Arbitrary = [typeof(Arbitraries)], MaxTest = 1000)]
    public void Split_RandomBytes_ThrowsNothingButAProblem(AnyBytes bytes)
    {
        var thrown = Record.Exception(() => EventBody.Split(bytes.Value, 1000));

        Assert.True(thrown is null or ProblemException, $"Threw {thrown}");
    }

    private static IReadOnlyList<BodyElement> Split(string body) => EventBody.Split(Encoding.UTF8.GetBytes(body), 1000);

    private static string Nested(int depth) => $"{{\"raw\":{new string('[', depth)}{new string(']', depth)}}}";
}
