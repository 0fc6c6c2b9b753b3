using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace LoginAudit.Portal;

/// <summary>The page's built files, read once.</summary>
/// <param name="folder">Where they are; beside the app where it is published.</param>
public sealed class PortalFiles(string folder)
{
    private const string Index = "index.html";

    private readonly ConcurrentDictionary<string, PortalFile> _files = new(StringComparer.Ordinal);

    public PortalFiles(IOptions<PortalOptions> options)
        : this(options.Value.Folder is { Length: > 0 } folder ? folder : Path.Combine(AppContext.BaseDirectory, "portal"))
    {
    }

    /// <param name="path">Behind <c>/portal/</c>. The page's own addresses, which are no files, are its index.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null: there is no such file, or the page was not built.</returns>
    public async Task<PortalFile?> FindAsync(string path, CancellationToken cancellationToken)
    {
        var name = Path.HasExtension(path) ? path : Index;
        if (_files.TryGetValue(name, out var known))
        {
            return known;
        }

        var full = Path.GetFullPath(Path.Combine(folder, name));
        if (!full.StartsWith(Path.GetFullPath(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !File.Exists(full))
        {
            return null;
        }

        var file = new PortalFile(name, await File.ReadAllBytesAsync(full, cancellationToken), name.StartsWith("assets/", StringComparison.Ordinal));
        return _files.GetOrAdd(name, file);
    }
}

/// <summary>A file of the page.</summary>
/// <param name="Name">Behind <c>/portal/</c>.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="IsImmutable">Its name has a hash of its content.</param>
public sealed record PortalFile(string Name, ReadOnlyMemory<byte> Content, bool IsImmutable);
