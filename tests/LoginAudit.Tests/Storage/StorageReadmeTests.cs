using System.Net;
using LoginAudit.Events;
using LoginAudit.Storage;
using LoginAudit.Tests.Architecture;
using LoginAudit.Tests.Events;

namespace LoginAudit.Tests.Storage;

/// <summary>Holds <c>Storage/README.md</c> to what the code makes of the sample event.</summary>
public sealed class StorageReadmeTests
{
    private static readonly UtcDay Day = new(new DateOnly(2026, 9, 1));

    [Fact]
    public void Examples_OfTheReadme_AreWhatKeysMakes()
    {
        var e = Samples.Event;
        var job = "22eb20b5c2f823f80a1b2c3d";
        var hook = HookId.Parse("0123456789abcdef0123456789abcdef");
        var expected = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["day table"] = Keys.EventsTable(Day),
            ["partition"] = Keys.EventsPartition(e.Tenant, Day, 1, 0),
            ["partition of a shard"] = Keys.EventsPartition(e.Tenant, Day, 16, Keys.Shard(e.Id.ShardHash, 16)),
            ["row of the period"] = Keys.EventRow(Keys.AllRows, e.OccurredAt.UtcTicks, e.Key.Value),
            ["row of the user id"] = Keys.EventRow(Keys.UserRows(UserKey.Normalize(e.UserId!)), e.OccurredAt.UtcTicks, e.Key.Value),
            ["row of the login id"] = Keys.EventRow(Keys.UserRows(UserKey.Normalize(e.LoginId!)), e.OccurredAt.UtcTicks, e.Key.Value),
            ["row of the address"] = Keys.EventRow(Keys.IpRows(IpRange.Number(e.Ip!)), e.OccurredAt.UtcTicks, e.Key.Value),
            ["day index table"] = Keys.LoginDaysTable,
            ["day index partition"] = e.Tenant.Value,
            ["day index row"] = Keys.LoginDayRow(Day),
            ["tenants table"] = Keys.TenantsTable,
            ["tenant partition"] = e.Tenant.Value,
            ["tenant row"] = Keys.TenantRow,
            ["API key row"] = Keys.ApiKeyRow("0123456789"),
            ["source row"] = Keys.SourceRow(hook),
            ["webhooks table"] = Keys.WebhooksTable,
            ["hook partition"] = hook.Value,
            ["hook row"] = Keys.HookRow,
            ["key ring container"] = Keys.KeyRingContainer,
            ["key ring blob"] = Keys.KeyRingBlob("key-0b5ec2ab-4e4f-4b5c-9c1a-6b3f7a1f2d11"),
            ["tenant deletions queue"] = Keys.DeletionsQueue,
            ["access trail table"] = Keys.AccessTrailTable(Day),
            ["access trail partition"] = e.Tenant.Value,
            ["access trail row"] = Keys.AccessRow(e.OccurredAt.UtcTicks, "0a1b2c3d"),
            ["export jobs table"] = Keys.ExportJobsTable,
            ["export job partition"] = e.Tenant.Value,
            ["export job row"] = Keys.ExportJobRow(job),
            ["idempotency row"] = Keys.IdempotencyRow("download-1"),
            ["heartbeats table"] = Keys.HeartbeatsTable,
            ["heartbeat partition"] = Keys.RetentionPartition,
            ["heartbeat row"] = Keys.LastRow,
            ["exports queue"] = Keys.ExportsQueue,
            ["exports container"] = Keys.ExportsContainer,
            ["export blob"] = Keys.ExportBlob(e.Tenant, job, "csv.gz"),
            ["rejected events container"] = Keys.RejectedContainer,
            ["rejected events blob"] = Keys.RejectedBlob(
                e.Tenant, Day, "cbf871f51ce8909401f69bf0f2fab7aa3f0e5f81ae090e2ae81c163946424784"),
        };

        var documented = new SortedDictionary<string, string>(
            Cells().ToDictionary(cells => cells[0], cells => cells[2].Trim('`'), StringComparer.Ordinal), StringComparer.Ordinal);

        Assert.Equal(expected, documented);
    }

    [Fact]
    public void SampleEvent_OfTheReadme_IsTheSampleOfTheTests()
    {
        var readme = Repository.Read("functions/LoginAudit/Storage/README.md");

        Assert.All(
            [
                "`acme`", "`okta-main`", "`7f0c1b6e-0001`", "`2026-09-01T00:30:15.1234567Z`", "`00u1abcd`", "`Kim@Example.com`",
                "`203.0.113.7`", "`08df07c0313f1c078fbinuoyokza47eihvbof5gbdcx4`",
            ],
            value => Assert.Contains(value, readme, StringComparison.Ordinal));
        Assert.Equal(IPAddress.Parse("203.0.113.7"), Samples.Event.Ip);
        Assert.Equal("08df07c0313f1c078fbinuoyokza47eihvbof5gbdcx4", Samples.Event.Id.ToString());
    }

    [Fact]
    public void EveryRow_OfTheReadme_SaysTemplateReaderAndCost()
    {
        var rows = Cells();

        Assert.NotEmpty(rows);
        Assert.All(rows, cells =>
        {
            Assert.Equal(5, cells.Length);
            Assert.All(cells, cell => Assert.NotEmpty(cell));
        });
    }

    /// <summary>Rows of the tables that are headed Name, Template, Example, Read by, Cost.</summary>
    private static List<string[]> Cells()
    {
        var rows = new List<string[]>();
        var inTable = false;
        foreach (var line in Repository.Read("functions/LoginAudit/Storage/README.md").Split('\n'))
        {
            if (!line.StartsWith('|'))
            {
                inTable = false;
            }
            else if (line.StartsWith("| Name | Template | Example | Read by | Cost |", StringComparison.Ordinal))
            {
                inTable = true;
            }
            else if (inTable && !line.StartsWith("|---", StringComparison.Ordinal))
            {
                rows.Add([.. line.Trim().Trim('|').Split('|').Select(cell => cell.Trim())]);
            }
        }

        return rows;
    }
}
