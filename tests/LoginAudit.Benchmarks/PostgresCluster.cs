using System.Diagnostics;
using System.Globalization;

namespace LoginAudit.Benchmarks;

/// <summary>A PostgreSQL of its own, in a temporary folder, on a Unix socket there; with its settings as they come.</summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    private const string Owner = "postgres";

    private readonly string _programs;
    private readonly DirectoryInfo _folder;

    private PostgresCluster(string programs, DirectoryInfo folder) => (_programs, _folder) = (programs, folder);

    public string ConnectionString => $"Host={_folder.FullName};Username={Owner};Database=postgres;Maximum Pool Size=16;Max Auto Prepare=20";

    private string Data => Path.Combine(_folder.FullName, "data");

    /// <summary>Null where none is installed.</summary>
    public static async Task<PostgresCluster?> StartAsync()
    {
        if (OperatingSystem.IsWindows() || FindPrograms() is not { } programs)
        {
            return null;
        }

        var cluster = new PostgresCluster(programs, Directory.CreateTempSubdirectory("loginaudit-pg-"));
        if (Environment.IsPrivilegedProcess)
        {
            // It refuses to run as root.
            await RunAsync("chown", [Owner, cluster._folder.FullName]);
        }

        await cluster.RunAsOwnerAsync("initdb", "-D", cluster.Data, "-U", Owner, "-A", "trust", "-E", "UTF8", "--locale=C");
        await cluster.RunAsOwnerAsync(
            "pg_ctl", "start", "-w", "-D", cluster.Data, "-l", Path.Combine(cluster._folder.FullName, "log"), "-o", $"-c listen_addresses='' -k {cluster._folder.FullName}");
        return cluster;
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsOwnerAsync("pg_ctl", "stop", "-w", "-m", "fast", "-D", Data);
        _folder.Delete(recursive: true);
    }

    /// <summary>On the path, or where Debian keeps them: the newest.</summary>
    private static string? FindPrograms()
    {
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        const string debian = "/usr/lib/postgresql";
        var installed = Directory.Exists(debian)
            ? Directory.GetDirectories(debian).OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0).Select(folder => Path.Combine(folder, "bin"))
            : [];
        return onPath.Concat(installed).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_ctl")));
    }

    private Task RunAsOwnerAsync(string program, params string[] arguments)
    {
        var path = Path.Combine(_programs, program);
        return Environment.IsPrivilegedProcess
            ? RunAsync("setpriv", [$"--reuid={Owner}", $"--regid={Owner}", "--init-groups", path, .. arguments])
            : RunAsync(path, arguments);
    }

    private static async Task RunAsync(string program, string[] arguments)
    {
        // What it starts inherits no pipe of ours, or reading it would not end before the server does.
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>&1 </dev/null", "sh", program, .. arguments]) { WorkingDirectory = "/" })!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
        }
    }
}
