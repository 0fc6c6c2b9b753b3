using System.Diagnostics;
using LoginAudit.LocalHost;

namespace LoginAudit.Tests.Hosting;

/// <summary>Azurite under <c>start.mjs</c>.</summary>
public sealed class AzuriteProcessTests
{
    [Fact]
    public async Task Start_ParentIsGoneAlready_Ends()
    {
        await AzuriteProcess.InstallAsync(TestContext.Current.CancellationToken);
        using var folder = new TemporaryFolder();
        var port = Ports.FindFree(3);
        var start = new ProcessStartInfo(
            "node",
            [
                Path.Combine(Repository.Root, "functions", "LocalHost", "azurite", "start.mjs"), "--disableTelemetry",
                "--location", folder.Path,
                "--blobPort", $"{port}", "--queuePort", $"{port + 1}", "--tablePort", $"{port + 2}",
            ])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
        };
        using var azurite = Process.Start(start)!;

        azurite.StandardInput.Close();

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(3));
        try
        {
            await azurite.WaitForExitAsync(limit.Token);
        }
        finally
        {
            azurite.Kill();
        }

        Assert.Equal(0, azurite.ExitCode);
    }
}
