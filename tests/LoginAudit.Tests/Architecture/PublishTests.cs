using System.Xml.Linq;

namespace LoginAudit.Tests.Architecture;

/// <summary>What the app's project says of its publish. The workflow looks at a real one.</summary>
public sealed class PublishTests
{
    private static readonly XElement App = XElement.Parse(Repository.Read("functions/LoginAudit/LoginAudit.csproj"));

    [Fact]
    public void HostJson_OfTheRoot_IsLinkedAndPublished()
    {
        var file = Linked("host.json");

        Assert.Equal("../../host.json", file.Attribute("Include")!.Value);
        Assert.Equal("PreserveNewest", file.Attribute("CopyToOutputDirectory")!.Value);
        Assert.Equal("PreserveNewest", file.Attribute("CopyToPublishDirectory")!.Value);
        Assert.Null(file.Attribute("Condition"));
    }

    [Fact]
    public void LocalSettings_OfTheRoot_AreLinkedAndNeverPublished()
    {
        var file = Linked("local.settings.json");

        Assert.Equal("../../local.settings.json", file.Attribute("Include")!.Value);
        Assert.Equal("PreserveNewest", file.Attribute("CopyToOutputDirectory")!.Value);
        Assert.Equal("Never", file.Attribute("CopyToPublishDirectory")!.Value);
    }

    [Fact]
    public void Publish_IsAheadOfTimeForLinuxX64OnTheRuntimeThatIsThere()
    {
        var properties = App.Elements("PropertyGroup")
            .Single(group => group.Attribute("Condition")?.Value == "'$(_IsPublishing)' == 'true'");

        Assert.Equal("true", properties.Element("PublishReadyToRun")!.Value);
        Assert.Equal("linux-x64", properties.Element("RuntimeIdentifier")!.Value);
        Assert.Equal("false", properties.Element("SelfContained")!.Value);
    }

    [Fact]
    public void App_IsAFunctionsWorkerInEveryBuild()
    {
        var always = App.Elements("PropertyGroup").Where(group => group.Attribute("Condition") is null)
            .SelectMany(group => group.Elements())
            .Where(property => property.Attribute("Condition") is null)
            .Select(property => $"{property.Name.LocalName} {property.Value}")
            .ToList();
        var worker = App.Descendants("PackageReference")
            .Where(package => Name(package).StartsWith("Microsoft.Azure.Functions.Worker", StringComparison.Ordinal))
            .ToList();

        Assert.Contains("AzureFunctionsVersion v4", always);
        Assert.Contains("OutputType Exe", always);
        Assert.Equal(
            [
                "Microsoft.Azure.Functions.Worker",
                "Microsoft.Azure.Functions.Worker.Extensions.Http.AspNetCore",
                "Microsoft.Azure.Functions.Worker.Extensions.Storage.Queues",
                "Microsoft.Azure.Functions.Worker.Extensions.Timer",
                "Microsoft.Azure.Functions.Worker.Sdk",
            ],
            worker.Select(Name).Order(StringComparer.Ordinal));
        Assert.All(worker, package => Assert.Null(package.Attribute("Condition")));
        Assert.All(worker, package => Assert.Null(package.Parent!.Attribute("Condition")));

        static string Name(XElement package) => package.Attribute("Include")!.Value;
    }

    [Fact]
    public void ProjectFiles_OfTheRepository_KnowNoSecondBuild()
    {
        var files = new[] { "functions", "tests" }
            .SelectMany(folder => Directory.EnumerateDirectories(Path.Combine(Repository.Root, folder)))
            .Append(Repository.Root)
            .SelectMany(Directory.EnumerateFiles)
            .Where(file => Path.GetExtension(file) is ".csproj" or ".props" or ".targets" or ".md")
            .ToList();

        Assert.Contains(files, file => Path.GetFileName(file) == "LoginAudit.csproj");
        Assert.Contains(files, file => Path.GetFileName(file) == "Directory.Build.props");
        Assert.DoesNotContain(
            files, file => File.ReadAllText(file).Contains("FunctionsWorker", StringComparison.Ordinal));
    }

    private static XElement Linked(string name) =>
        App.Descendants("None").Single(file => file.Attribute("Link")?.Value == name);
}
