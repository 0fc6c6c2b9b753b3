using LoginAudit.Generator;
using LoginAudit.Tests.Hosting;

namespace LoginAudit.Tests.Generator;

/// <summary>Generated files are committed as the code says; the generator's check finds those that are not.</summary>
public sealed class GeneratorCommandTests
{
    private const string Document = "functions/LoginAudit/OpenApi/openapi.v1.json";

    [Fact]
    public async Task Check_OfTheRepository_FindsNoDifference()
    {
        var (exitCode, _, error) = await RunAsync(GeneratorCommand.FindRoot(), "--check");

        Assert.Equal("", error);
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task Check_WhatWasWritten_FindsNoDifference()
    {
        using var folder = new TemporaryFolder();

        var (written, output, _) = await RunAsync(folder.Path);
        var (checkedCode, _, _) = await RunAsync(folder.Path, "--check");

        Assert.Equal((0, $"Wrote {Document}.\n"), (written, output));
        Assert.Equal(0, checkedCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}\n")]
    public async Task Check_FileMissingOrOfAnotherText_NamesItAndExitsWith1(string? text)
    {
        using var folder = new TemporaryFolder();
        if (text is not null)
        {
            var file = new FileInfo(Path.Combine(folder.Path, Document));
            file.Directory!.Create();
            await File.WriteAllTextAsync(file.FullName, text);
        }

        var (exitCode, _, error) = await RunAsync(folder.Path, "--check");

        Assert.Equal(1, exitCode);
        Assert.Equal(
            $"{Document} is not what the code says. "
            + "Write it with 'dotnet run --project tests/LoginAudit.Generator', and build again.\n",
            error);
    }

    [Fact]
    public async Task Run_WrongArgument_NamesItAndWhatItTakes()
    {
        using var folder = new TemporaryFolder();

        var (exitCode, _, error) = await RunAsync(folder.Path, "--chek");

        Assert.Equal(2, exitCode);
        Assert.Equal(
            "Wrong arguments '--chek': give none to write the generated files, or --check to compare them.\n", error);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(string root, params string[] args)
    {
        var output = new StringWriter { NewLine = "\n" };
        var error = new StringWriter { NewLine = "\n" };
        var exitCode = await GeneratorCommand.RunAsync(args, root, output, error);
        return (exitCode, output.ToString(), error.ToString());
    }
}
