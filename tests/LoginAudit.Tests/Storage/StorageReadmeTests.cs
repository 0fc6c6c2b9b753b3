using System.Net;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;
using LoginAudit.Storage;
using LoginAudit.Tenants;
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
            ["day table"] = TableKeys.EventsTable(Day),
            ["partition"] = TableKeys.EventsPartition(e.Tenant, Day, 1, 0),
            ["partition of a shard"] = TableKeys.EventsPartition(e.Tenant, Day, 16, TableKeys.Shard(e.Id.ShardHash, 16)),
            ["row of the period"] = TableKeys.EventRow(TableKeys.AllRows, e.OccurredAt.UtcTicks, e.Key.Value),
            ["row of the user id"] = TableKeys.EventRow(TableKeys.UserRows(UserKey.Normalize(e.UserId!)), e.OccurredAt.UtcTicks, e.Key.Value),
            ["row of the login id"] = TableKeys.EventRow(TableKeys.UserRows(UserKey.Normalize(e.LoginId!)), e.OccurredAt.UtcTicks, e.Key.Value),
            ["row of the address"] = TableKeys.EventRow(TableKeys.IpRows(IpRange.Number(e.Ip!)), e.OccurredAt.UtcTicks, e.Key.Value),
            ["day index table"] = TableKeys.LoginDaysTable,
            ["day index partition"] = e.Tenant.Value,
            ["day index row"] = TableKeys.LoginDayRow(Day),
            ["tenants table"] = StoreKeys.TenantsTable,
            ["tenant partition"] = e.Tenant.Value,
            ["tenant row"] = StoreKeys.TenantRow,
            ["API key row"] = StoreKeys.ApiKeyRow("0123456789"),
            ["source row"] = SourceKeys.SourceRow(hook),
            ["webhooks table"] = StoreKeys.WebhooksTable,
            ["hook partition"] = hook.Value,
            ["hook row"] = StoreKeys.HookRow,
            ["key ring container"] = StoreKeys.KeyRingContainer,
            ["key ring blob"] = StoreKeys.KeyRingBlob("key-0b5ec2ab-4e4f-4b5c-9c1a-6b3f7a1f2d11"),
            ["tenant deletions queue"] = StoreKeys.DeletionsQueue,
            ["access trail table"] = StoreKeys.AccessTrailTable(Day),
            ["access trail partition"] = e.Tenant.Value,
            ["access trail row"] = StoreKeys.AccessRow(e.OccurredAt.UtcTicks, "0a1b2c3d"),
            ["export jobs table"] = StoreKeys.ExportJobsTable,
            ["export job partition"] = e.Tenant.Value,
            ["export job row"] = StoreKeys.ExportJobRow(job),
            ["idempotency row"] = StoreKeys.IdempotencyRow("download-1"),
            ["heartbeats table"] = StoreKeys.HeartbeatsTable,
            ["heartbeat partition"] = StoreKeys.RetentionPartition,
            ["heartbeat row"] = StoreKeys.LastRow,
            ["exports queue"] = StoreKeys.ExportsQueue,
            ["exports container"] = StoreKeys.ExportsContainer,
            ["export blob"] = StoreKeys.ExportBlob(e.Tenant, job, "csv.gz"),
            ["rejected events container"] = StoreKeys.RejectedContainer,
            ["rejected events blob"] = StoreKeys.RejectedBlob(
                e.Tenant, Day, "cbf871f51ce8909401f69bf0f2fab7aa3f0e5f81ae090e2ae81c163946424784"),
        };

        var documented = new SortedDictionary<string, string>(
            Cells().ToDictionary(cells => cells[0], cells => cells[2].Trim('`'), StringComparer.Ordinal), StringComparer.Ordinal);

        Assert.Equal(expected, documented);
    }

    [Fact]
    public void SampleEvent_OfTheReadme_IsTheSampleOfTheTests()
    {
        var readme = Repository.Read("functions/LoginAudit.Log/Tables/README.md");

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
        foreach (var line in Repository.Read("functions/LoginAudit.Log/Tables/README.md").Split('\n'))
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
