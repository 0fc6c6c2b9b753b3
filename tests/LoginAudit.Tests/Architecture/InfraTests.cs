using System.Text.RegularExpressions;
using LoginAudit.Storage;

namespace LoginAudit.Tests.Architecture;

/// <summary><c>infra/main.bicep</c> makes what the code expects, and deletes no more than is past its time.</summary>
public sealed class InfraTests
{
    private static readonly string Bicep = Repository.Read("infra/main.bicep");

    [Fact]
    public void Tables_OfTheAccount_AreThoseOfTheCode()
    {
        Assert.Equal(
            [Keys.TenantsTable, Keys.LoginDaysTable, Keys.ExportJobsTable, Keys.HeartbeatsTable, Keys.WebhooksTable], List("tables"), StringComparer.Ordinal);
    }

    [Fact]
    public void Queues_OfTheAccount_AreThoseOfTheCodeWithTheirPoison()
    {
        Assert.Equal(
            [Keys.ExportsQueue, Keys.ExportsQueue + "-poison", Keys.DeletionsQueue, Keys.DeletionsQueue + "-poison"], List("queues"), StringComparer.Ordinal);
    }

    [Fact]
    public void LifecycleRules_DeleteExportsAndRejectedEventsOnly()
    {
        Assert.Equal([Keys.ExportsContainer, Keys.RejectedContainer], List("expiringContainers"), StringComparer.Ordinal);
        Assert.Equal([Keys.KeyRingContainer], List("keptContainers"), StringComparer.Ordinal);
        Assert.Contains("prefixMatch: [for name in expiringContainers: '${name}/']\n", Bicep, StringComparison.Ordinal);
    }

    private static List<string> List(string name) =>
    [
        .. Regex.Match(Bicep, $@"var {name} = \[(?<names>[^\]]*)\]", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10)).Groups["names"].Value
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim('\'')),
    ];
}
