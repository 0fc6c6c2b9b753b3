using System.Net;
using System.Net.Sockets;
using LoginAudit.LocalHost;

namespace LoginAudit.Tests.Hosting;

/// <summary>A LocalHost that does not come up leaves nothing behind.</summary>
public sealed class RunningLocalHostTests
{
    [Fact]
    public async Task Start_SettingOutOfRange_StopsAzuriteAndTellsWhy()
    {
        using var folder = new TemporaryFolder();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => RunningLocalHost.StartAsync(
                Ports.FindFree(4), folder.Path, storage: null, ("Access__RateBurst", "0")));

        Assert.StartsWith("LocalHost ended before it was up. It printed: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("RateBurst", error.Message, StringComparison.Ordinal);
        Assert.Empty(await Processes.LeftOfAsync(folder.Path));
    }

    [Fact]
    public async Task Start_NotUpWithinTheLimit_StopsLocalHost()
    {
        using var folder = new TemporaryFolder();
        using var silent = new TcpListener(IPAddress.Loopback, 0); // takes calls and never answers
        silent.Start();
        var address = $"http://{silent.LocalEndpoint}/account";
        var storage = "AccountName=account;AccountKey=a2V5;"
            + $"BlobEndpoint={address};QueueEndpoint={address};TableEndpoint={address}";

        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => RunningLocalHost.StartAsync(TimeSpan.FromSeconds(5), Ports.FindFree(1), folder.Path, storage));

        Assert.StartsWith("LocalHost was not up within 5 s. It printed: ", error.Message, StringComparison.Ordinal);
        Assert.Empty(await Processes.LeftOfAsync(folder.Path));
    }
}
