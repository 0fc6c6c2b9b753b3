using System.Globalization;

namespace LoginAudit.LocalHost;

/// <summary>The command line.</summary>
/// <param name="Port">Of the app; Azurite takes the three after it.</param>
/// <param name="DataFolder">Where data and keys are kept.</param>
/// <param name="Storage">Connection string of an account to use instead of Azurite.</param>
/// <param name="App">Folder of a published app to run instead of the one that was built here.</param>
internal sealed record LocalOptions(int Port, string DataFolder, string? Storage, string? App)
{
    private const int DefaultPort = 7071;
    private const int MaxPort = 65_532;

    /// <exception cref="StartException">An option is unknown or has no valid value.</exception>
    public static LocalOptions Parse(string[] args)
    {
        var options = new LocalOptions(DefaultPort, Path.Combine(Repository.Root, ".local"), null, null);
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : throw new StartException($"{args[i]} needs a value. {Usage}");
            options = args[i] switch
            {
                "--port" => options with { Port = ParsePort(value) },
                "--data" => options with { DataFolder = Path.GetFullPath(value) },
                "--storage" => options with { Storage = value },
                "--app" => options with { App = Path.GetFullPath(value) },
                _ => throw new StartException($"Unknown option {args[i]}. {Usage}"),
            };
        }

        return options;
    }

    private static string Usage =>
        $"Options: --port <1 to {MaxPort}>, --data <folder>, --storage <connection string>, --app <publish folder>.";

    private static int ParsePort(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= MaxPort
            ? port
            : throw new StartException($"--port got '{text}'; it takes a whole number from 1 to {MaxPort}.");
}
