namespace LoginAudit.Generator;

/// <summary>Writes the generated files, or with <c>--check</c> compares them with what the code says.</summary>
internal static class GeneratorCommand
{
    /// <param name="args">None, or <c>--check</c>.</param>
    /// <param name="root">The folder that the paths of the files start from.</param>
    /// <param name="output">Gets the files that were written.</param>
    /// <param name="error">Gets the files that differ, or what is wrong with the arguments.</param>
    /// <returns>The exit code: 0 done, or nothing differs; 1 a file differs; 2 wrong arguments.</returns>
    public static async Task<int> RunAsync(string[] args, string root, TextWriter output, TextWriter error)
    {
        switch (args)
        {
            case []:
                foreach (var file in GeneratedFile.All)
                {
                    await file.WriteAsync(root);
                    await output.WriteLineAsync($"Wrote {file.Path}.");
                }

                return 0;

            case ["--check"]:
                var exitCode = 0;
                foreach (var file in GeneratedFile.All)
                {
                    if (await file.DiffersAsync(root))
                    {
                        await error.WriteLineAsync($"{file.Path} is not what the code says. "
                            + "Write it with 'dotnet run --project tests/LoginAudit.Generator', and build again.");
                        exitCode = 1;
                    }
                }

                return exitCode;

            default:
                await error.WriteLineAsync(
                    $"Wrong arguments '{string.Join(' ', args)}': "
                    + "give none to write the generated files, or --check to compare them.");
                return 2;
        }
    }

    /// <summary>The repository that the generator was built from.</summary>
    public static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "LoginAudit.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException(
            $"LoginAudit.sln is in no folder above {AppContext.BaseDirectory}: "
            + "run the generator from a clone of the repository.");
    }
}
