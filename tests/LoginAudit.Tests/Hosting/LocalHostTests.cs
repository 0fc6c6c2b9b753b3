using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using LoginAudit.LocalHost;

namespace LoginAudit.Tests.Hosting;

/// <summary>LocalHost as a person starts it: a process of its own.</summary>
public sealed partial class LocalHostTests
{
    [Fact]
    public async Task Run_TwiceOnOneFolder_PrintsWorkingCallsAndKeepsTheData()
    {
        using var folder = new TemporaryFolder();
        var port = Ports.FindFree(4);
        string firstPage;
        string[] calls;
        await using (var first = await RunningLocalHost.StartAsync(port, folder.Path))
        {
            calls = [.. CurlLine().Matches(first.Output).Select(match => match.Groups["line"].Value)];
            firstPage = await RunAsync("bash", "-c", calls[1].Replace("curl ", "curl -sS --fail ", StringComparison.Ordinal));
            foreach (var call in calls.Where(call => !call.EndsWith("/link", StringComparison.Ordinal)))
            {
                await RunAsync("bash", "-c", call.Replace("curl ", "curl -sS --fail ", StringComparison.Ordinal));
            }

            var reference = await RunAsync("bash", "-c", $"curl -sSL --fail http://127.0.0.1:{port}/reference");
            Assert.Contains("LoginAudit API", reference, StringComparison.Ordinal);

            // The file is there after its start delay; until then the answer is 409.
            await RunAsync("bash", "-c", $"for i in $(seq 60); do {calls.Single(call => call.EndsWith("/link", StringComparison.Ordinal)).Replace("curl ", "curl -sS --fail ", StringComparison.Ordinal)} 2>/dev/null && exit 0; sleep 1; done; exit 1");
        }

        await using var second = await RunningLocalHost.StartAsync(port, folder.Path);
        var secondPage = await RunAsync("bash", "-c", calls[1].Replace("limit=5", "limit=6", StringComparison.Ordinal).Replace("curl ", "curl -sS --fail ", StringComparison.Ordinal));

        Assert.Equal(10, calls.Length);
        Assert.DoesNotContain("Making the tenant", second.Output, StringComparison.Ordinal);
        foreach (Match id in EventIdText().Matches(firstPage))
        {
            Assert.Contains(id.Value, secondPage, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Run_PortTaken_SaysSoInOneLine()
    {
        using var folder = new TemporaryFolder();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var (exitCode, output) = await RunLocalHostAsync(["--port", $"{port}", "--data", folder.Path]);

        Assert.Equal(1, exitCode);
        Assert.Equal($"Port {port}, which LocalHost needs, is taken. Stop what listens there, or choose another: --port <number>.\n", output);
    }

    [Fact]
    public async Task Run_NoNode_SaysSoInOneLine()
    {
        using var folder = new TemporaryFolder();
        using var emptyPath = new TemporaryFolder();

        var (exitCode, output) = await RunLocalHostAsync(["--port", $"{Ports.FindFree(4)}", "--data", folder.Path], emptyPath.Path);

        Assert.Equal(1, exitCode);
        Assert.Equal("'node' is not on the PATH. LocalHost needs Node 20 or newer: https://nodejs.org\n", output);
    }

    [Fact]
    public async Task Run_AzuriteCannotStart_SaysSoInOneLine()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "azurite"), "a file where its folder should be");

        var (exitCode, output) = await RunLocalHostAsync(["--port", $"{Ports.FindFree(4)}", "--data", folder.Path]);

        Assert.Equal(1, exitCode);
        Assert.StartsWith("Azurite ", output, StringComparison.Ordinal);
        Assert.Equal(output.Length - 1, output.IndexOf('\n', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--port needs a value. Options: --port <1 to 65532>, --data <folder>, --storage <connection string>, --app <publish folder>.", "--port")]
    [InlineData("--port got 'http'; it takes a whole number from 1 to 65532.", "--port", "http")]
    [InlineData("/nowhere holds no built or published app: there is no worker.config.json.", "--app", "/nowhere")]
    [InlineData("Unknown option --prot. Options: --port <1 to 65532>, --data <folder>, --storage <connection string>, --app <publish folder>.", "--prot", "80")]
    [InlineData("--storage got something else; it takes a storage account's connection string.", "--storage", "nonsense")]
    public async Task Run_BadOption_SaysSoInOneLine(string message, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        string[] rest = arguments[0] is "--storage" or "--app" ? ["--port", $"{Ports.FindFree(4)}", "--data", folder.Path] : [];

        var (exitCode, output) = await RunLocalHostAsync([.. rest, .. arguments]);

        Assert.Equal(1, exitCode);
        Assert.Equal(message + "\n", output);
    }

    [Fact]
    public async Task Run_Killed_TakesAzuriteWithIt()
    {
        using var folder = new TemporaryFolder();
        var port = Ports.FindFree(4);
        var running = await RunningLocalHost.StartAsync(port, folder.Path);

        await running.KillAsync();

        await using var again = await RunningLocalHost.StartAsync(port, folder.Path);
        Assert.Contains("LoginAudit runs at", again.Output, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Error)> RunLocalHostAsync(string[] arguments, string? path = null)
    {
        using var process = Process.Start(RunningLocalHost.StartInfo(arguments, path))!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        return (process.ExitCode, error);
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{arguments[^1]} ended with {process.ExitCode}: {output}");
        return output;
    }

    [GeneratedRegex(@"^  (?<line>curl .*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex CurlLine();

    [GeneratedRegex("""(?<="id":")[0-9a-z]{44}""")]
    private static partial Regex EventIdText();
}
