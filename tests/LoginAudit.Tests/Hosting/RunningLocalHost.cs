using System.Diagnostics;
using System.Text;
using LoginAudit.LocalHost;

namespace LoginAudit.Tests.Hosting;

/// <summary>A LocalHost that is up, in a process of its own.</summary>
internal sealed class RunningLocalHost : IAsyncDisposable
{
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

    /// <summary>The most memory that it has held, in MiB.</summary>
    public long PeakMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64 / (1024 * 1024);
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

    /// <param name="port">Of the app.</param>
    /// <param name="data">Folder of its keys and, without <paramref name="storage"/>, of its Azurite.</param>
    /// <param name="storage">Connection string of an account that is there already.</param>
    /// <param name="settings">App settings, <c>Section__Name</c>.</param>
    public static async Task<RunningLocalHost> StartAsync(int port, string data, string? storage = null, params (string Name, string Value)[] settings)
    {
        var output = new StringBuilder();
        var up = new TaskCompletionSource();
        string[] arguments = ["--port", $"{port}", "--data", data];
        var process = new Process { StartInfo = StartInfo(storage is null ? arguments : [.. arguments, "--storage", storage]), EnableRaisingEvents = true };
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
        try
        {
            await up.Task.WaitAsync(TimeSpan.FromMinutes(3));
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"LocalHost did not come up: {output}", e);
        }

        return new RunningLocalHost(process, output);

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
        foreach (var signal in new[] { "-INT", "-TERM", "-KILL" })
        {
            if (!_process.HasExited)
            {
                using var kill = Process.Start("kill", [signal, $"{_process.Id}"]);
                await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(TimeSpan.FromSeconds(30)));
            }
        }

        _process.Dispose();
    }

    private static string FullPathOf(string program) => Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program)).First(File.Exists);
}
