using System.Text;
using LoginAudit.Exports;
using LoginAudit.Log.Events;

namespace LoginAudit.Tests.Storage;

public sealed class ExportJobTests
{
    private static readonly DateTimeOffset Now = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void BlockIds_AfterSeveralWorkers_NameWhoWroteEach()
    {
        var job = Claim(Claim(Claim(Job(), null, "aaaaaaaa"), 2, "bbbbbbbb"), 3, "cccccccc");

        Assert.Equal("0:aaaaaaaa 2:bbbbbbbb 3:cccccccc", job.Writers);
        Assert.Equal(["000000aaaaaaaa", "000001aaaaaaaa", "000002bbbbbbbb", "000003cccccccc", "000004cccccccc"], job.BlockIds(5).Select(Text));
        Assert.Equal("000004cccccccc", Text(job.BlockId(4)));
    }

    [Fact]
    public void ClaimedBy_AfterAWorkerThatStagedNothing_TakesItsPlace()
    {
        var job = Claim(Claim(Claim(Job(), null, "aaaaaaaa"), 2, "bbbbbbbb"), 2, "cccccccc");

        Assert.Equal("0:aaaaaaaa 2:cccccccc", job.Writers);
        Assert.Equal("0:dddddddd", Claim(job with { Checkpoint = null }, null, "dddddddd").Writers);
    }

    private static ExportJob Claim(ExportJob job, int? blocks, string owner) =>
        (job with { Checkpoint = blocks is { } count ? new ExportCheckpoint(default, count, 0, 0) : job.Checkpoint }).ClaimedBy(owner, Now);

    private static string Text(string blockId) => Encoding.ASCII.GetString(Convert.FromBase64String(blockId));

    internal static ExportJob Job() => new()
    {
        Tenant = TenantId.Parse("acme"),
        Id = new string('0', 24),
        State = ExportState.Queued,
        Format = ExportFormat.Csv,
        Gzip = false,
        Language = "en",
        TimeZone = "UTC",
        Query = "{}",
        From = Now,
        To = Now,
        RequestedAt = Now,
        RequestedBy = "key",
    };
}
