using LoginAudit.Tests.Hosting;

namespace LoginAudit.BrowserTests;

/// <summary>A fixture that does not come up leaves nothing behind.</summary>
public sealed class PortalStartTests
{
    [Fact]
    public async Task Initialize_LocalHostCannotStart_StopsAzuriteAndChromiumAndTellsWhy()
    {
        var portal = new Portal(chromium: null, ("Access__RateBurst", "0"));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(async () => await portal.InitializeAsync());

        Assert.StartsWith("LocalHost ended before it was up. It printed: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("RateBurst", error.Message, StringComparison.Ordinal);
        Assert.Empty(await Processes.LeftOfAsync(portal.Data));
        Assert.False(Directory.Exists(portal.Data));
    }

    [Fact]
    public async Task Initialize_ChromiumCannotStart_TellsHowToInstallItAndLeavesNoProcess()
    {
        var portal = new Portal(chromium: "/bin/false");

        var error = await Assert.ThrowsAsync<InvalidOperationException>(async () => await portal.InitializeAsync());

        Assert.StartsWith("Chromium, /bin/false, did not start. Install it: ", error.Message, StringComparison.Ordinal);
        Assert.Empty(await Processes.LeftOfAsync(portal.Data));
        Assert.False(Directory.Exists(portal.Data));
    }

    [Fact]
    public async Task Processes_OfAPortalThatIsUp_AreLocalHostAndAzuriteAndChromium()
    {
        await using var portal = new Portal(chromium: null);
        await portal.InitializeAsync();

        var processes = Processes.Of(portal.Data);

        Assert.Contains(processes, line => line.Contains("LoginAudit.LocalHost.dll", StringComparison.Ordinal));
        Assert.Contains(processes, line => line.Contains("start.mjs", StringComparison.Ordinal));
        Assert.Contains(processes, line => line.Contains("--headless", StringComparison.Ordinal));
    }
}
