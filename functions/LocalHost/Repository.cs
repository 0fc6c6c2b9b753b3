namespace LoginAudit.LocalHost;

/// <summary>The folder that LocalHost was built from: where host.json and the emulator's package are.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "LoginAudit.sln")))
            {
                return folder.FullName;
            }
        }

        throw new StartException($"LoginAudit.sln is in no folder above {start}: run LocalHost from a clone of the repository.");
    }
}
