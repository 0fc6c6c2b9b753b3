using System.Diagnostics;
using System.Text;
using LoginAudit.LocalHost;

namespace LoginAudit.Tests.Hosting;

/// <summary>A LocalHost that is up, in a process of its own.</summary>
internal sealed class RunningLocalHost : IAsyncDisposable
{
    /// <summary>All is installed before. It takes seconds on an idle machine, and minutes on a busy one.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly StringBuilder _output;

    private RunningLocalHost(Process process, StringBuilder output) => (_process, _output) = (process, output);

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>The most memory that the app's worker process has held, in MiB; as Linux tells it.</summary>
    public long PeakMegabytes
    {
        get
        {
            using var worker = Process.GetProcesses().Single(IsWorker);
            return worker.PeakWorkingSet64 / (1024 * 1024);
        }
    }

    public static ProcessStartInfo StartInfo(string[] arguments, string? path = null)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            [typeof(LocalRun).Assembly.Location, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (path is not null)
        {
            start.FileName = FullPathOf("dotnet");
            start.Environment["PATH"] = path;
        }

        return start;
    }

    /// <summary>Installs and builds what it needs; without a time limit, with progress on the console.</summary>
    /// <exception cref="StartException">Node is missing, or npm failed.</exception>
    public static async Task InstallAsync(CancellationToken cancellationToken = default)
    {
        await AzuriteProcess.InstallAsync(cancellationToken);
        await PortalBuild.EnsureAsync(cancellationToken);
    }

    /// <param name="port">Of the app.</param>
    /// <param name="data">Folder of its keys and, without <paramref name="storage"/>, of its Azurite.</param>
    /// <param name="storage">Connection string of an account that is there already.</param>
    /// <param name="settings">App settings, <c>Section__Name</c>.</param>
    public static Task<RunningLocalHost> StartAsync(
        int port, string data, string? storage = null, params (string Name, string Value)[] settings) =>
        StartAsync(StartLimit, port, data, storage, settings);

    /// <summary>Gives up after a limit; what it started has ended then, whatever the reason.</summary>
    /// <exception cref="InvalidOperationException">It ended or did not come up; with all that it printed.</exception>
    public static async Task<RunningLocalHost> StartAsync(
        TimeSpan limit, int port, string data, string? storage = null, params (string Name, string Value)[] settings)
    {
        await InstallAsync();
        var output = new StringBuilder();
        var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        string[] arguments = ["--port", $"{port}", "--data", data];
        var process = new Process
        {
            StartInfo = StartInfo(storage is null ? arguments : [.. arguments, "--storage", storage]),
            EnableRaisingEvents = true,
        };
        foreach (var (name, value) in settings)
        {
            process.StartInfo.Environment[name] = value;
        }

        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Exited += (_, _) => up.TrySetException(new InvalidOperationException("LocalHost ended."));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var running = new RunningLocalHost(process, output);
        try
        {
            await up.Task.WaitAsync(limit);
            return running;
        }
        catch (Exception e)
        {
            // Its Azurite and its worker go with it, and its last words come.
            await running.DisposeAsync();
            var what = e is TimeoutException ? $"was not up within {limit.TotalSeconds:0} s" : "ended before it was up";
            throw new InvalidOperationException($"LocalHost {what}. It printed: {running.Output}", e);
        }

        void Keep(string? line)
        {
            lock (output)
            {
                output.AppendLine(line);
            }

            // The last of the calls that it prints.
            if (line?.Contains("/keys", StringComparison.Ordinal) == true)
            {
                up.TrySetResult();
            }
        }
    }

    /// <summary>As a crash would: nothing is asked, nothing is waited for.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        // As Ctrl+C does; but what a shell started in the background takes no INT.
        foreach (var signal in new[] { "-INT", "-TERM" })
        {
            if (!_process.HasExited)
            {
                using var kill = Process.Start("kill", [signal, $"{_process.Id}"]);
                await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(StopLimit));
            }
        }

        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        // Its output ends with all that it started.
        await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(StopLimit));
        _process.Dispose();
    }

    private static string FullPathOf(string program) => Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program)).First(File.Exists);

    private bool IsWorker(Process process)
    {
        try
        {
            // The name, which is in parentheses, may hold blanks; the parent's id is the second field behind it.
            var behindName = File.ReadAllText($"/proc/{process.Id}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return behindName[1] == _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)
                && File.ReadAllText($"/proc/{process.Id}/cmdline").Contains("LoginAudit.dll", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // it has just ended
        }
    }
}
