using LoginAudit.Exports;

namespace LoginAudit.Tests.Storage;

public sealed class ExportQueueTests
{
    [Fact]
    public void Read_MessageOfThisVersion_IsTenantAndJob()
    {
        var (tenant, message) = ExportQueue.Read(BinaryData.FromString(
            """{"version":1,"tenant":"acme","jobId":"22eb20b5c2f823f80a1b2c3d"}"""));
        var traced = ExportQueue.Read(BinaryData.FromString(
            """{"version":1,"tenant":"acme","jobId":"22eb20b5c2f823f80a1b2c3d","traceParent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}"""));

        Assert.Equal("acme", tenant.Value);
        Assert.Equal("22eb20b5c2f823f80a1b2c3d", message.JobId);
        Assert.Equal((null, null, 0), (message.TraceParent, message.Owner, message.Tries));
        Assert.Equal("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", traced.Message.TraceParent);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData("""{"version":2,"tenant":"acme","jobId":"1"}""")]
    [InlineData("""{"version":0,"tenant":"acme","jobId":"1"}""")]
    [InlineData("""{"tenant":"acme","jobId":"1"}""")]
    [InlineData("""{"version":1,"tenant":"ACME","jobId":"1"}""")]
    [InlineData("""{"version":1,"jobId":"1"}""")]
    [InlineData("""{"version":1,"tenant":"acme"}""")]
    [InlineData("""{"version":1,"tenant":7,"jobId":"1"}""")]
    [InlineData("""{"version":1,"tenant":"acme","jobId":"\ud800"}""")]
    public void Read_MessageThatIsNotOurs_SaysSo(string body)
    {
        var e = Assert.Throws<FormatException>(() => ExportQueue.Read(BinaryData.FromString(body)));

        Assert.Equal("The message is no ExportMessage of a version that this code knows.", e.Message);
    }
}
