using LoginAudit.LocalHost;

namespace LoginAudit.Tests.Hosting;

/// <summary>npm in a folder of its own, with one package that lies in the folder too.</summary>
public sealed class NodePackageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Installed => Path.Combine(_folder.Path, "node_modules", "part", "package.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Ensure_NothingInstalled_InstallsWhatTheLockFileSays()
    {
        Write();

        await NodePackage.EnsureAsync(_folder.Path, "a part", TestContext.Current.CancellationToken);

        Assert.True(File.Exists(Installed));
    }

    [Fact]
    public async Task Ensure_Installed_DoesNotRunNpmAgain()
    {
        Write();
        await NodePackage.EnsureAsync(_folder.Path, "a part", TestContext.Current.CancellationToken);
        var own = Path.Combine(_folder.Path, "node_modules", "own.txt");
        await File.WriteAllTextAsync(own, "npm ci would delete it", TestContext.Current.CancellationToken);

        await NodePackage.EnsureAsync(_folder.Path, "a part", TestContext.Current.CancellationToken);

        Assert.True(File.Exists(own));
    }

    [Fact]
    public async Task Ensure_KilledHalfWay_InstallsTheWhole()
    {
        Write();
        Directory.CreateDirectory(Path.Combine(_folder.Path, "node_modules", "half"));
        var left = Path.Combine(_folder.Path, ".install.lock");
        await File.WriteAllTextAsync(left, "", TestContext.Current.CancellationToken);

        await NodePackage.EnsureAsync(_folder.Path, "a part", TestContext.Current.CancellationToken);

        Assert.True(File.Exists(Installed));
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "node_modules", "half")));
    }

    [Fact]
    public async Task Ensure_NpmFails_SaysWhatAndWhereAndWhy()
    {
        Write();
        File.Delete(Path.Combine(_folder.Path, "package-lock.json"));

        var error = await Assert.ThrowsAsync<StartException>(
            () => NodePackage.EnsureAsync(_folder.Path, "a part", TestContext.Current.CancellationToken));

        var start = $"npm could not install a part in {_folder.Path}: npm error The `npm ci` ";
        Assert.StartsWith(start, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task Ensure_Cancelled_EndsNpmAndWhatItRuns()
    {
        var wait = Path.Combine(_folder.Path, "wait.js");
        Write(script: $"node {wait}");
        await File.WriteAllTextAsync(wait, "setInterval(() => {}, 1000);", TestContext.Current.CancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var install = NodePackage.EnsureAsync(_folder.Path, "a part", stop.Token);
        while (!Processes.Of(wait).Any() && !install.IsCompleted)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => install);
        Assert.Empty(await Processes.LeftOfAsync(_folder.Path));
    }

    private void Write(string script = "node --version")
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "part"));
        File.WriteAllText(
            Path.Combine(_folder.Path, "part", "package.json"), """{ "name": "part", "version": "1.0.0" }""");
        File.WriteAllText(
            Path.Combine(_folder.Path, "package.json"),
            $$"""
            { "name": "whole", "scripts": { "postinstall": "{{script}}" }, "dependencies": { "part": "file:part" } }
            """);
        File.WriteAllText(
            Path.Combine(_folder.Path, "package-lock.json"),
            """
            {
              "name": "whole", "lockfileVersion": 3, "requires": true,
              "packages": {
                "": { "name": "whole", "hasInstallScript": true, "dependencies": { "part": "file:part" } },
                "node_modules/part": { "resolved": "part", "link": true },
                "part": { "version": "1.0.0" }
              }
            }
            """);
    }
}
