using System.Text.Json;
using LoginAudit.Exports;
using LoginAudit.Http;
using LoginAudit.Storage;

namespace LoginAudit.Tests.Exports;

public sealed class ExportRequestTests
{
    [Fact]
    public void Check_Nothing_IsEnglishCsvInUtc()
    {
        Assert.Equal((ExportFormat.Csv, "en", "UTC"), new ExportRequest().Check());
    }

    [Theory]
    [InlineData("csv", "ko", "Asia/Seoul", ExportFormat.Csv)]
    [InlineData("ndjson", "ja", "America/New_York", ExportFormat.Ndjson)]
    public void Check_EveryField_IsTaken(string format, string language, string zone, ExportFormat expected)
    {
        Assert.Equal((expected, language, zone), new ExportRequest(format, true, language, zone).Check());
    }

    [Fact]
    public void Check_BadFields_AreAllNamedAtOnce()
    {
        var e = Assert.Throws<ProblemException>(() => new ExportRequest("CSV", false, "fr", "Mars/Olympus").Check());

        Assert.Equal(
            [
                new Fault("invalid_value", "format", "got 'CSV'; takes one of csv, ndjson"),
                new Fault("invalid_value", "language", "got 'fr'; takes one of en, ko, ja"),
                new Fault("invalid_value", "timeZone", "got 'Mars/Olympus'; takes an IANA time zone, such as Asia/Seoul"),
            ],
            e.Errors.Cast<Fault>());
    }

    [Theory]
    [InlineData("")]
    [InlineData("Asia")]
    [InlineData("/etc/passwd")]
    [InlineData("../../etc/passwd")]
    [InlineData("UTC\0")]
    public void Check_TextThatIsNoTimeZone_NamesTheField(string zone)
    {
        var e = Assert.Throws<ProblemException>(() => new ExportRequest(TimeZone: zone).Check());

        Assert.Equal("timeZone", Assert.IsType<Fault>(Assert.Single(e.Errors)).Field);
    }

    [Fact]
    public void Parameters_TextsAndArrays_AreTheirTexts()
    {
        var parameters = Request("""{"user":"kim","result":["failure","interrupted"],"q":[]}""").Parameters();

        Assert.Equal(["q", "result", "user"], parameters.Keys.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Equal(["kim"], parameters["user"], StringComparer.Ordinal);
        Assert.Equal(["failure", "interrupted"], parameters["result"], StringComparer.Ordinal);
        Assert.Empty(parameters["q"]);
    }

    [Fact]
    public void Parameters_WithoutQuery_AreNone()
    {
        Assert.Empty(new ExportRequest().Parameters());
    }

    [Fact]
    public void Parameters_OtherJson_IsNamedAllAtOnce()
    {
        var e = Assert.Throws<ProblemException>(() => Request("""{"user":7,"ip":null,"result":["failure",true],"q":{}}""").Parameters());

        Assert.Equal(
            [
                new Fault("wrong_type", "ip", "got 'null'; takes a text or an array of texts"),
                new Fault("wrong_type", "q", "got '{}'; takes a text or an array of texts"),
                new Fault("wrong_type", "result", "got '[\"failure\",true]'; takes a text or an array of texts"),
                new Fault("wrong_type", "user", "got '7'; takes a text or an array of texts"),
            ],
            e.Errors.Cast<Fault>().OrderBy(fault => fault.Field, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""{"user":"\ud800"}""")]
    [InlineData("""{"user":["kim","\udc00"]}""")]
    public void Parameters_HalfASurrogatePair_IsAProblemThatNamesIt(string query)
    {
        var e = Assert.Throws<ProblemException>(() => Request(query).Parameters());

        Assert.Equal("user", Assert.IsType<Fault>(Assert.Single(e.Errors)).Field);
    }

    private static ExportRequest Request(string query) =>
        new(Query: JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(query));
}
