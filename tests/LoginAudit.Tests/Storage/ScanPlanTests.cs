using LoginAudit.Log.Events;
using LoginAudit.Log.Read;
using LoginAudit.Search;

namespace LoginAudit.Tests.Storage;

/// <summary>Which rows are read for which conditions, what storage tests, and what is left.</summary>
public sealed class ScanPlanTests
{
    private const string Block = "(IpHex ge '00000000000000000000ffffcb007100' and IpHex le '00000000000000000000ffffcb0071ff')";
    private const string One = "(IpHex ge '00000000000000000000ffffcb007107' and IpHex le '00000000000000000000ffffcb007107')";

    [Theory]
    [InlineData("", "Period", 1, "", "")]
    [InlineData("user=mina", "User", 1, "", "")]
    [InlineData("user=mina&user=MINA,jun", "User", 2, "", "")]
    [InlineData("ip=203.0.113.7", "Address", 1, "", "")]
    [InlineData("ip=203.0.113.7,::ffff:203.0.113.7,2001:db8::1", "Address", 2, "", "")]
    [InlineData("ip=203.0.113.0/24", "Period", 1, Block, "")]
    [InlineData("ip=203.0.113.7,203.0.113.0/24", "Period", 1, $"({One} or {Block})", "")]
    [InlineData("user=mina&ip=203.0.113.7", "User", 1, $"({One})", "")]
    [InlineData("user=mina&ip=203.0.113.0/24&result=failure", "User", 1, "(Result eq 'failure') and (" + Block + ")", "")]
    [InlineData("user=!mina", "Period", 1, "", "!user")]
    [InlineData("user=mina,!jun&q=curl", "User", 1, "", "!user,q")]
    [InlineData("ip=203.0.113.7,!203.0.113.0/29", "Address", 1, "", "!ip")]
    [InlineData("ip=!203.0.113.7", "Period", 1, "", "!ip")]
    [InlineData("result=failure&reason=unknown_user,threat", "Period", 1, "(Result eq 'failure') and (Reason eq 'unknown_user' or Reason eq 'threat')", "")]
    [InlineData("result=!success&eventType=!login&reason=!other&method=!sso&service=!api&source=!okta", "Period", 1, "", "!eventType,!result,!reason,!method,!service,!source")]
    [InlineData("source=a,b,c,d,e,f,g,h,i,j,k,l,m", "Period", 1, "", "source")]
    [InlineData("source=a,b,c,d,e,f,g,h,i,j,k,l&result=failure", "Period", 1, "(Result eq 'failure')", "source")]
    [InlineData("q=two words", "Period", 1, "", "q")]
    public void Of_Conditions_IsTheCheapestFamilyAndTheRestIsTested(string query, string family, int prefixes, string filter, string left)
    {
        var given = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('='))
            .GroupBy(pair => pair[0], pair => pair[1], StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
        var conditions = new SearchParameters(given).Parse(TenantId.Parse("acme"), DateTimeOffset.UnixEpoch.AddYears(50)).Filter;

        var plan = ScanPlan.Of(conditions);

        Assert.Equal((family, prefixes, left), (plan.Family.ToString(), plan.Prefixes.Count, string.Join(',', plan.LeftToReader)));
        Assert.Equal(filter.Length == 0 || family != "Period" || !query.StartsWith("ip=203.0.113.0", StringComparison.Ordinal) ? filter : $"({filter})", plan.StorageFilter);
    }
}
