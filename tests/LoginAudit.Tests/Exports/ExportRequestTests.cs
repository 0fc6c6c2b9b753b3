using System.Text.Json;
using LoginAudit.Exports;
using LoginAudit.Http;

namespace LoginAudit.Tests.Exports;

public sealed class ExportRequestTests
{
    [Fact]
    public void Check_Nothing_IsEnglishCsvInUtc()
    {
        Assert.Equal((ExportFormat.Csv, "en", "UTC"), new ExportRequest().Check([]));
    }

    [Theory]
    [InlineData("csv", "ko", "Asia/Seoul", ExportFormat.Csv)]
    [InlineData("ndjson", "ja", "America/New_York", ExportFormat.Ndjson)]
    [InlineData("ocsf", "en", "UTC", ExportFormat.Ocsf)]
    public void Check_EveryField_IsTaken(string format, string language, string zone, ExportFormat expected)
    {
        Assert.Equal((expected, language, zone), new ExportRequest(format, true, language, zone).Check([]));
    }

    [Fact]
    public void Check_BadFields_AreAllNamedAtOnce()
    {
        var faults = new List<Fault>();
        new ExportRequest("CSV", false, "fr", "Mars/Olympus").Check(faults);

        Assert.Equal(
            [
                new Fault("invalid_value", "format", "got 'CSV'; takes one of csv, ndjson, ocsf, parquet"),
                new Fault("invalid_value", "language", "got 'fr'; takes one of en, ko, ja"),
                new Fault("invalid_value", "timeZone", "got 'Mars/Olympus'; takes an IANA time zone, such as Asia/Seoul"),
            ],
            faults);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Asia")]
    [InlineData("/etc/passwd")]
    [InlineData("../../etc/passwd")]
    [InlineData("UTC\0")]
    public void Check_TextThatIsNoTimeZone_NamesTheField(string zone)
    {
        var faults = new List<Fault>();
        new ExportRequest(TimeZone: zone).Check(faults);

        Assert.Equal("timeZone", Assert.Single(faults).Field);
    }

    [Fact]
    public void Parameters_TextsAndArrays_AreTheirTexts()
    {
        var parameters = Request("""{"user":"kim","result":["failure","interrupted"],"q":[]}""").Parameters([]);

        Assert.Equal(["q", "result", "user"], parameters.Keys.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Equal(["kim"], parameters["user"], StringComparer.Ordinal);
        Assert.Equal(["failure", "interrupted"], parameters["result"], StringComparer.Ordinal);
        Assert.Empty(parameters["q"]);
    }

    [Fact]
    public void Parameters_WithoutQuery_AreNone()
    {
        Assert.Empty(new ExportRequest().Parameters([]));
    }

    [Fact]
    public void Parameters_OtherJson_IsNamedAllAtOnce()
    {
        var faults = new List<Fault>();
        Request("""{"user":7,"ip":null,"result":["failure",true],"q":{}}""").Parameters(faults);

        Assert.Equal(
            [
                new Fault("wrong_type", "ip", "got 'null'; takes a text or an array of texts"),
                new Fault("wrong_type", "q", "got '{}'; takes a text or an array of texts"),
                new Fault("wrong_type", "result", "got '[\"failure\",true]'; takes a text or an array of texts"),
                new Fault("wrong_type", "user", "got '7'; takes a text or an array of texts"),
            ],
            faults.OrderBy(fault => fault.Field, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""{"user":"\ud800"}""")]
    [InlineData("""{"user":["kim","\udc00"]}""")]
    public void Parameters_HalfASurrogatePair_IsAProblemThatNamesIt(string query)
    {
        var faults = new List<Fault>();
        Request(query).Parameters(faults);

        Assert.Equal("user", Assert.Single(faults).Field);
    }

    private static ExportRequest Request(string query) =>
        new(Query: JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(query));
}
