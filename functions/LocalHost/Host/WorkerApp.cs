using System.Diagnostics;
using System.Text.Json;

namespace LoginAudit.LocalHost.Host;

/// <summary>An app as it is built or published: a folder with a worker.config.json that tells how its worker is started.</summary>
/// <param name="Folder">Full path.</param>
/// <param name="Program">What is run, such as <c>dotnet</c>.</param>
/// <param name="Assembly">The worker, within the folder.</param>
internal sealed record WorkerApp(string Folder, string Program, string Assembly)
{
    /// <summary>
    /// Replaces itself by the worker, and kills that one once standard input ends: so the worker does not outlive a LocalHost that
    /// was killed. The worker takes no INT: on Ctrl+C, which reaches all processes of a terminal, LocalHost ends it in order.
    /// </summary>
    private const string Leash =
        """trap "" INT; exec 3<&0; { cat <&3; kill -9 $$; } >/dev/null 2>&1 & exec 3<&-; exec "$@" </dev/null""";

    /// <exception cref="StartException">The folder does not hold an app.</exception>
    public static WorkerApp Read(string folder)
    {
        var path = Path.Combine(folder, "worker.config.json");
        if (!File.Exists(path))
        {
            throw new StartException($"{folder} holds no built or published app: there is no worker.config.json.");
        }

        var description = JsonElement.Parse(File.ReadAllText(path)).GetProperty("description");
        return new WorkerApp(
            folder,
            description.GetProperty("defaultExecutablePath").GetString()!,
            description.GetProperty("defaultWorkerPath").GetString()!);
    }

    /// <summary>An app of this repository, built in the same configuration as LocalHost.</summary>
    public static string BuildFolder(string project = "functions/LoginAudit")
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(Repository.Root, project, "bin", framework.Parent!.Name, framework.Name);
    }

    /// <summary>How the worker is started, with the arguments that the Functions host gives.</summary>
    public ProcessStartInfo StartInfo(string hostAddress, string workerId, IReadOnlyDictionary<string, string?> settings)
    {
        string[] command =
        [
            Program == "dotnet" ? Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) == Program ? own : Program : Program,
            Path.Combine(Folder, Assembly),
            "--functions-uri", hostAddress,
            "--functions-worker-id", workerId,
            "--functions-request-id", workerId,
            "--functions-grpc-max-message-length", "2147483647",
        ];
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(command[0], command[1..])
            : new ProcessStartInfo("/bin/sh", ["-c", Leash, "sh", .. command]);
        start.WorkingDirectory = Folder;
        start.UseShellExecute = false;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = Folder;
        start.Environment["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated";
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
