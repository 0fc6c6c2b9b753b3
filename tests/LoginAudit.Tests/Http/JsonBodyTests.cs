using System.Text;
using LoginAudit.Exports;
using LoginAudit.Http;
using LoginAudit.Tenants;

namespace LoginAudit.Tests.Http;

/// <summary>Bodies that fuzzing found, each of which once failed as a fault of ours.</summary>
public sealed class JsonBodyTests
{
    [Fact]
    public void Read_TextOfBytesThatAreNoUtf8_IsRefused()
    {
        var refused = Assert.Throws<ProblemException>(() => JsonBody.Read<KeyRequest>(new byte[] { (byte)'"', 0xB0, (byte)'"' }));

        Assert.Equal(new Fault("not_an_object", "body", "got '\"\uFFFD\"'; takes a JSON object"), Assert.Single(refused.Errors));
    }

    [Fact]
    public void Check_ZoneOfHalfASurrogatePair_NamesItsField()
    {
        var request = JsonBody.Read<ExportRequest>(Encoding.ASCII.GetBytes("""{"format":"csv","query":{"tz":"\ud800"}}"""));
        var faults = new List<Fault>();

        var (_, _, zone) = request.Check(faults);
        _ = request.Parameters(faults);

        Assert.Equal("UTC", zone);
        Assert.Equal("tz", Assert.Single(faults).Field);
    }
}
