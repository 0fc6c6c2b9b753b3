using LoginAudit.Generator.OpenApi;

namespace LoginAudit.Generator;

/// <summary>A committed file that is made from the app's code.</summary>
/// <param name="Path">From the root of the repository, with slashes.</param>
/// <param name="GenerateAsync">
/// Makes its text, the same on every machine: nothing in it may depend on where or when it is made.
/// </param>
internal sealed record GeneratedFile(string Path, Func<Task<string>> GenerateAsync)
{
    /// <summary>Every file that the generator owns. Add a new one here; nothing else is needed.</summary>
    public static IReadOnlyList<GeneratedFile> All { get; } =
    [
        new("functions/LoginAudit/OpenApi/openapi.v1.json", ApiDocument.GenerateAsync),
    ];

    /// <summary>Whether the file is missing, or holds another text.</summary>
    public async Task<bool> DiffersAsync(string root) =>
        !File.Exists(In(root)) || await File.ReadAllTextAsync(In(root)) != await GenerateAsync();

    public async Task WriteAsync(string root)
    {
        var text = await GenerateAsync();
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(In(root))!);
        await File.WriteAllTextAsync(In(root), text);
    }

    private string In(string root) => System.IO.Path.Combine(root, Path);
}
