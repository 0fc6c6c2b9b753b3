using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LoginAudit.LocalHost;

/// <summary>Azurite, the storage emulator, as a child process on loopback. Ends with its parent, whatever ends that.</summary>
internal sealed class AzuriteProcess : IAsyncDisposable
{
    /// <summary>From its process's start until it listens: a second on an idle machine, much more on a busy one.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    /// <summary>In the order of their ports.</summary>
    private static readonly string[] Services = ["blobs", "queues", "tables"];

    private const string DefaultAccount = "devstoreaccount1";
    private const int DefaultHeapMegabytes = 4096;

    /// <summary>The emulator's well-known key; it opens nothing but an emulator.</summary>
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly Process _process;
    private readonly int _firstPort;

    private static string Package { get; } = Path.Combine(Repository.Root, "functions", "LocalHost", "azurite");

    private AzuriteProcess(Process process, int firstPort)
    {
        _process = process;
        _firstPort = firstPort;
    }

    public string ConnectionString => ConnectionStringOf(DefaultAccount);

    /// <summary>Installs it if it is not there; without a time limit, with progress on the console.</summary>
    /// <exception cref="StartException">Node is missing, or npm failed.</exception>
    public static Task InstallAsync(CancellationToken cancellationToken) =>
        NodePackage.EnsureAsync(Package, "Azurite, the storage emulator,", cancellationToken);

    /// <param name="firstPort">For blobs; queues and tables take the next two.</param>
    /// <param name="dataFolder">Where it keeps its data; null keeps it in memory.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="accounts">Names of the accounts it serves; without any, the well-known one.</param>
    /// <param name="heapMegabytes">At most so much for its data; in memory a million rows take 1.4 GB.</param>
    /// <exception cref="StartException">Node is missing, npm failed, a port is taken, or Azurite ended.</exception>
    public static async Task<AzuriteProcess> StartAsync(
        int firstPort,
        string? dataFolder,
        CancellationToken cancellationToken,
        IEnumerable<string>? accounts = null,
        int heapMegabytes = DefaultHeapMegabytes)
    {
        await InstallAsync(cancellationToken);
        await Ports.RequireFreeAsync(firstPort, 3, "Azurite", cancellationToken);

        string[] place = dataFolder is null ? ["--inMemoryPersistence"] : ["--location", dataFolder];
        var start = new ProcessStartInfo("node",
        [
            $"--max-old-space-size={Text(heapMegabytes)}", Path.Combine(Package, "start.mjs"),
            "--silent", "--disableTelemetry", "--skipApiVersionCheck",
            "--blobHost", "127.0.0.1", "--blobPort", Text(firstPort), "--queueHost", "127.0.0.1", "--queuePort", Text(firstPort + 1),
            "--tableHost", "127.0.0.1", "--tablePort", Text(firstPort + 2), .. place,
        ])
        {
            WorkingDirectory = Package,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("AZURITE_DB"); // The packages for a database are not installed.
        start.Environment["AZURITE_ACCOUNTS"] = string.Join(';', (accounts ?? [DefaultAccount]).Select(account => $"{account}:{Key}"));
        var lines = new ConcurrentQueue<string>();
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var azurite = new AzuriteProcess(process, firstPort);
        await azurite.WaitUntilListeningAsync(firstPort, lines, cancellationToken);
        return azurite;

        void Keep(string? line)
        {
            if (!string.IsNullOrWhiteSpace(line) && lines.Count < 50)
            {
                lines.Enqueue(line.Trim());
            }
        }
    }

    public string ConnectionStringOf(string account) => string.Create(
        CultureInfo.InvariantCulture,
        $"DefaultEndpointsProtocol=http;AccountName={account};AccountKey={Key};BlobEndpoint=http://127.0.0.1:{_firstPort}/{account};QueueEndpoint=http://127.0.0.1:{_firstPort + 1}/{account};TableEndpoint=http://127.0.0.1:{_firstPort + 2}/{account};");

    /// <summary>Stops it cleanly, so that it writes down what it has acknowledged.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            using var limit = new CancellationTokenSource(StopLimit);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task WaitUntilListeningAsync(int firstPort, ConcurrentQueue<string> lines, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartLimit);
        var port = firstPort;
        try
        {
            for (; port < firstPort + 3; port++)
            {
                while (!await AnswersAsync(port, limit.Token))
                {
                    if (_process.HasExited)
                    {
                        await _process.WaitForExitAsync(limit.Token); // for the rest of its output
                        var line = lines.FirstOrDefault(l => l.Contains("rror", StringComparison.Ordinal))
                            ?? lines.FirstOrDefault()
                            ?? "it printed nothing";
                        throw new StartException($"Azurite ended with exit code {_process.ExitCode}: {line}");
                    }

                    await Task.Delay(TimeSpan.FromMilliseconds(50), limit.Token);
                }
            }
        }
        catch (Exception e)
        {
            await DisposeAsync();
            if (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new StartException(
                    $"Azurite did not listen on port {port}, for {Services[port - firstPort]}, within"
                    + $" {StartLimit.TotalSeconds:0} s of its start. Its last line: {lines.LastOrDefault() ?? "it printed nothing"}");
            }

            throw;
        }
    }

    private static async Task<bool> AnswersAsync(int port, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
