using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace LoginAudit.LocalHost;

/// <summary>Installs a folder's npm packages as its lock file says, and builds it, if that was not done.</summary>
internal static class NodePackage
{
    private const int MinimumNode = 20;

    /// <exception cref="StartException">Node or npm is missing, too old, or npm failed.</exception>
    public static async Task EnsureAsync(string folder, string what, CancellationToken cancellationToken)
    {
        await CheckNodeAsync(cancellationToken);
        await using var turn = await TakeTurnAsync(folder, cancellationToken);
        await InstallAsync(folder, what, cancellationToken);
    }

    /// <summary>Builds what is not built; what is stays, until somebody deletes it.</summary>
    /// <param name="folder">With a script <c>build</c>.</param>
    /// <param name="built">The file that a build makes last.</param>
    /// <param name="what">For people to read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StartException">Node or npm is missing, too old, or npm failed.</exception>
    public static async Task BuildAsync(string folder, string built, string what, CancellationToken cancellationToken)
    {
        if (File.Exists(built))
        {
            return;
        }

        await CheckNodeAsync(cancellationToken);
        await using var turn = await TakeTurnAsync(folder, cancellationToken);
        if (File.Exists(built))
        {
            return;
        }

        await InstallAsync(folder, $"what {what} is built with", cancellationToken);
        Console.WriteLine($"Building {what}, once ...");
        var (exitCode, output) = await RunAsync("npm", ["run", "build", "--silent"], folder, cancellationToken);
        if (exitCode != 0)
        {
            throw new StartException($"npm could not build {what} in {folder}: {output.Trim()}");
        }
    }

    private static async Task InstallAsync(string folder, string what, CancellationToken cancellationToken)
    {
        var lockFile = Path.Combine(folder, "package-lock.json");
        var installed = Path.Combine(folder, "node_modules", ".package-lock.json");
        if (File.Exists(installed) && File.GetLastWriteTimeUtc(installed) >= File.GetLastWriteTimeUtc(lockFile))
        {
            return;
        }

        Console.WriteLine($"Installing {what} with npm, once ...");
        var (exitCode, output) = await RunAsync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], folder, cancellationToken);
        if (exitCode != 0)
        {
            var reason = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault();
            throw new StartException($"npm could not install {what} in {folder}: {reason ?? $"exit code {exitCode}"}");
        }

        File.SetLastWriteTimeUtc(installed, TimeProvider.System.GetUtcNow().UtcDateTime);
    }

    private static async Task CheckNodeAsync(CancellationToken cancellationToken)
    {
        var (_, version) = await RunAsync("node", ["--version"], Path.GetTempPath(), cancellationToken);
        var major = version.TrimStart('v').Split('.')[0];
        if (!int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < MinimumNode)
        {
            throw new StartException($"Node {MinimumNode} or newer is needed, and 'node --version' says '{version.Trim()}': https://nodejs.org");
        }
    }

    /// <summary>Two processes of one clone must not install into the same folder at once.</summary>
    private static async Task<FileStream> TakeTurnAsync(string folder, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(
                    Path.Combine(folder, ".install.lock"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
            }
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(
        string program, string[] arguments, string folder, CancellationToken cancellationToken)
    {
        // On Windows npm is a script, which only the shell finds.
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd.exe", ["/c", program, .. arguments])
            : new ProcessStartInfo(program, arguments);
        start.WorkingDirectory = folder;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await error + output);
        }
        catch (Win32Exception)
        {
            throw new StartException($"'{program}' is not on the PATH. LocalHost needs Node {MinimumNode} or newer: https://nodejs.org");
        }
    }
}
