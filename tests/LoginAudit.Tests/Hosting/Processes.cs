namespace LoginAudit.Tests.Hosting;

/// <summary>Processes of the machine, as Linux lists them.</summary>
internal static class Processes
{
    /// <summary>What is left after all that was asked to end had the time for it; none, if it did.</summary>
    public static async Task<IReadOnlyList<string>> LeftOfAsync(string folder)
    {
        const int tries = 200;
        for (var i = 0; i < tries && Of(folder).Count > 0; i++)
        {
            await Task.Delay(50);
        }

        return Of(folder);
    }

    /// <summary>Command lines that name a folder, which no other test has.</summary>
    public static IReadOnlyList<string> Of(string folder) =>
        [
            .. Directory.EnumerateDirectories("/proc")
                .Select(CommandLine).Where(line => line.Contains(folder, StringComparison.Ordinal)),
        ];

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // no process, or one that has just ended
        }
    }
}
