namespace LoginAudit.LocalHost;

/// <summary>The admin page, built from <c>functions/Portal</c>.</summary>
internal static class PortalBuild
{
    /// <summary>Where its files are.</summary>
    public static string Folder { get; } = Path.Combine(Repository.Root, "functions", "Portal", "dist");

    /// <exception cref="StartException">It could not be built.</exception>
    public static Task EnsureAsync(CancellationToken cancellationToken) => NodePackage.BuildAsync(
        Path.GetDirectoryName(Folder)!, Path.Combine(Folder, "index.html"), "the admin page", cancellationToken);
}
