using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace LoginAudit.LocalHost;

/// <summary>
/// Installs a folder's npm packages as its lock file says, and builds it, if that was not done. Neither has a time
/// limit. Both say what they do and, every ten seconds, how far they are.
/// </summary>
internal static class NodePackage
{
    private const int MinimumNode = 20;
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(10);

    /// <summary>Installs what is not installed as the lock file says; half an installation counts as none.</summary>
    /// <exception cref="StartException">Node or npm is missing, too old, or npm failed.</exception>
    public static async Task EnsureAsync(string folder, string what, CancellationToken cancellationToken)
    {
        await CheckNodeAsync(cancellationToken);
        if (IsInstalled(folder))
        {
            return;
        }

        await using var turn = await TakeTurnAsync(folder, cancellationToken);
        await InstallAsync(folder, what, cancellationToken);
    }

    /// <summary>Builds what is not built; what is stays, until somebody deletes it.</summary>
    /// <param name="folder">With a script <c>build</c>.</param>
    /// <param name="built">The file that a build makes last.</param>
    /// <param name="what">For people to read.</param>
    /// <param name="cancellationToken">Ends npm.</param>
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
        Console.WriteLine($"Building {what} in {folder}, once; on a slow machine this takes minutes ...");
        await NpmAsync(["run", "build", "--silent"], folder, $"build {what}", () => "", cancellationToken);
    }

    private static async Task InstallAsync(string folder, string what, CancellationToken cancellationToken)
    {
        if (IsInstalled(folder))
        {
            return;
        }

        Console.WriteLine($"Installing {what} with npm into {folder}, once; this may take minutes ...");
        Directory.CreateDirectory(Path.GetDirectoryName(MarkerOf(folder))!);
        File.Delete(MarkerOf(folder));
        await NpmAsync(
            ["ci", "--no-audit", "--no-fund", "--loglevel=error"],
            folder,
            $"install {what}",
            () => SizeOf(Path.Combine(folder, "node_modules")),
            cancellationToken);
        File.SetLastWriteTimeUtc(MarkerOf(folder), TimeProvider.System.GetUtcNow().UtcDateTime);
        Console.WriteLine($"Installed {what.TrimEnd(',')}{SizeOf(Path.Combine(folder, "node_modules"))}.");
    }

    /// <summary>The file that npm writes last, when all packages are in their places.</summary>
    private static string MarkerOf(string folder) => Path.Combine(folder, "node_modules", ".package-lock.json");

    private static bool IsInstalled(string folder)
    {
        var lockFile = Path.Combine(folder, "package-lock.json");
        var marker = MarkerOf(folder);
        return File.Exists(marker) && File.GetLastWriteTimeUtc(marker) >= File.GetLastWriteTimeUtc(lockFile);
    }

    private static string SizeOf(string folder)
    {
        var (files, bytes) = (0, 0L);
        try
        {
            var all = new EnumerationOptions
            {
                RecurseSubdirectories = true,
                AttributesToSkip = FileAttributes.ReparsePoint,
            };
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", all))
            {
                files++;
                bytes += file.Length;
            }
        }
        catch (IOException)
        {
            // npm has moved a folder meanwhile: what was counted so far tells enough.
        }

        return string.Create(CultureInfo.InvariantCulture, $", {files:N0} files, {bytes / 1_000_000:N0} MB");
    }

    private static async Task CheckNodeAsync(CancellationToken cancellationToken)
    {
        var (_, version) = await RunNodeAsync(["--version"], Path.GetTempPath(), cancellationToken);
        var major = version.TrimStart('v').Split('.')[0];
        if (!int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < MinimumNode)
        {
            throw new StartException(
                $"Node {MinimumNode} or newer is needed, and 'node --version' says '{version.Trim()}':"
                + " https://nodejs.org");
        }
    }

    /// <summary>
    /// Two processes of one clone must not install into the same folder at once. The system frees the lock of a process
    /// that was killed. The file stays, since a file that is deleted and made again can be locked twice.
    /// </summary>
    private static async Task<FileStream> TakeTurnAsync(string folder, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        var told = TimeSpan.Zero;
        while (true)
        {
            try
            {
                return new FileStream(
                    Path.Combine(folder, ".install.lock"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
            }
            catch (UnauthorizedAccessException)
            {
                throw new StartException($"npm packages must go into {folder}, and this user may not write there.");
            }
            catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException))
            {
                var waited = TimeProvider.System.GetElapsedTime(started);
                if (waited >= told)
                {
                    Console.WriteLine($"Waiting for another process that installs into {folder}{Seconds(waited)} ...");
                    told = waited + ProgressInterval;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
            }
        }
    }

    private static async Task NpmAsync(
        string[] arguments, string folder, string what, Func<string> howFar, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        var script = Path.Combine(Repository.Root, "functions", "LocalHost", "npm.mjs");
        var run = RunNodeAsync([script, .. arguments], folder, cancellationToken);
        while (await Task.WhenAny(run, Task.Delay(ProgressInterval, CancellationToken.None)) != run)
        {
            Console.WriteLine($"  npm is at work{Seconds(TimeProvider.System.GetElapsedTime(started))}{howFar()} ...");
        }

        var (exitCode, output) = await run;
        if (exitCode == 0)
        {
            return;
        }

        // All of it for people; the exception has one line, the first that says more than a code.
        await Console.Error.WriteLineAsync(output.Trim());
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var reason = lines.FirstOrDefault(
            line => line != "npm error" && !line.StartsWith("npm error code", StringComparison.Ordinal));
        throw new StartException($"npm could not {what} in {folder}: {reason ?? $"exit code {exitCode}"}");
    }

    private static string Seconds(TimeSpan time) => time < TimeSpan.FromSeconds(1) ? "" : $", {time.TotalSeconds:0} s";

    /// <summary>Runs to its end; npm.mjs, which npm runs under, ends with its standard input.</summary>
    private static async Task<(int ExitCode, string Output)> RunNodeAsync(
        string[] arguments, string folder, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("node", arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            await using var stop = cancellationToken.Register(process.StandardInput.Close);
            var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
            var output = await process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            await process.WaitForExitAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            return (process.ExitCode, await error + output);
        }
        catch (Win32Exception)
        {
            throw new StartException(
                $"'node' is not on the PATH. LocalHost needs Node {MinimumNode} or newer: https://nodejs.org");
        }
    }
}
