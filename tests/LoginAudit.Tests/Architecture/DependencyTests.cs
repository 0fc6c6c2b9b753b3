using System.Text.RegularExpressions;
using ArchUnitNET.Fluent;
using ArchUnitNET.Fluent.Slices;
using ArchUnitNET.Loader;
using ArchUnitNET.xUnitV3;
using LoginAudit.Log.Events;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace LoginAudit.Tests.Architecture;

/// <summary>The rooms of the app and what each may use, read from the compiled types.</summary>
public sealed partial class DependencyTests
{
    private static readonly ArchUnitNET.Domain.Architecture App = new ArchLoader()
        .LoadAssemblies(typeof(LoginAuditServices).Assembly, typeof(LoginEvent).Assembly).Build();

    private static readonly string[] Features =
        ["Auth", "Exports", "Health", "Ingest", "OpenApi", "Portal", "Providers", "Retention", "Search", "Tenants", "Trail"];

    public static TheoryData<string> Folders { get; } = [.. Features, "Http", "Storage", "Telemetry"];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Folder_OfTheApp_IsThere(string folder) =>
        Assert.Contains(App.Types, type => type.Namespace.FullName == $"LoginAudit.{folder}");

    [Fact]
    public void FoldersOfTheApp_AreFreeOfCycles() =>
        SliceRuleDefinition.Slices().Matching("LoginAudit.(*)").Should().BeFreeOfCycles().Check(App);

    [Fact]
    public void FoldersOfTheLog_AreFreeOfCycles() =>
        SliceRuleDefinition.Slices().Matching("LoginAudit.Log.(*)").Should().BeFreeOfCycles().Check(App);

    [Fact]
    public void RootNamespace_IsUsedByNobody()
    {
        IArchRule rule = Types().That().ResideInNamespaceMatching(@"^LoginAudit\..+").Should()
            .NotDependOnAny(Types().That().ResideInNamespaceMatching("^LoginAudit$"));

        rule.Check(App);
    }

    [Fact]
    public void Http_KnowsNoFeature() => MustNotUse("Http", Features);

    [Fact]
    public void StorageAndTelemetry_KnowNoFeatureAndNoHttp()
    {
        MustNotUse("Storage", [.. Features, "Http"]);
        MustNotUse("Telemetry", [.. Features, "Http", "Storage"]);
    }

    [Fact]
    public void Log_HasNeitherHttpNorFunctionsNorQueuesNorBlobs()
    {
        var referenced = typeof(LoginEvent).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!).ToList();

        Assert.Contains("Azure.Data.Tables", referenced);
        Assert.DoesNotContain(referenced, name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)
            || name.StartsWith("Microsoft.Azure.Functions", StringComparison.Ordinal)
            || name.StartsWith("Azure.Storage", StringComparison.Ordinal)
            || name == "LoginAudit");
    }

    [Fact]
    public void FunctionClasses_AreUsedByNobody()
    {
        IArchRule rule = Types().That().DoNotHaveNameMatching("Function$|^<|Startup|Executor|Metadata|Program")
            .And().ResideInNamespaceMatching(@"^LoginAudit\..+")
            .And().AreNotNestedIn(Types().That().HaveNameMatching("Function$"))
            .Should().NotDependOnAny(Types().That().HaveNameMatching("Function$"));

        rule.Check(App);
    }

    [Fact]
    public void KeysAndFiltersOfTheLog_AreMadeInOneFileEach()
    {
        var log = Sources("LoginAudit.Log");

        Assert.Empty(Lines(log, "TableFilters.cs", @"\bCreateQueryFilter\b| eq '|(PartitionKey|RowKey) (eq|ge|gt|le|lt) "));
        Assert.Empty(Lines(log, "TableKeys.cs", """
            "(LoginEvents|LoginDays)"|\$?"[eui]_
            """.Trim()));
    }

    [Fact]
    public void KeysOfTheFeatures_AreMadeInOneFile() => Assert.Empty(Lines(
        Sources("LoginAudit"),
        "StoreKeys.cs",
        "\"(LoginEvents|LoginDays|Tenants|ExportJobs|Heartbeats|AccessTrail|Webhooks|data-protection|rejected-events|tenant-deletions)\""));

    [Fact]
    public void HttpTypes_AreUsedByFunctionsAndHttpAndThePipelineOnly()
    {
        var files = Sources("LoginAudit").Where(file => !file.Name.EndsWith("Function.cs", StringComparison.Ordinal)
            && !file.Text.Contains("namespace LoginAudit.Http;", StringComparison.Ordinal)
            && file.Name is not ("RequestPipeline.cs" or "WebhookHttp.cs" or "Program.cs")).ToList();

        Assert.Empty(Lines(files, "", @"\bMicrosoft\.(AspNetCore\.(?!DataProtection\b)|Net\.Http\.Headers\b)"));
    }

    private static void MustNotUse(string folder, IEnumerable<string> others)
    {
        foreach (var other in others)
        {
            IArchRule rule = Types().That().ResideInNamespaceMatching($@"^LoginAudit\.{folder}(\.|$)").Should()
                .NotDependOnAny(Types().That().ResideInNamespaceMatching($@"^LoginAudit\.{other}(\.|$)"));
            rule.Check(App);
        }
    }

    private static List<(string Name, string Text)> Sources(string project)
    {
        var folder = Path.Combine(Repository.Root, "functions", project);
        var files = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(path => !BuildOutput().IsMatch(Path.GetRelativePath(folder, path)))
            .Select(path => (Path.GetFileName(path), Comment().Replace(File.ReadAllText(path), ""))).ToList();
        Assert.NotEmpty(files);
        return files;
    }

    private static List<string> Lines(List<(string Name, string Text)> files, string except, string pattern) =>
    [
        .. from file in files
           where file.Name != except
           from line in file.Text.Split('\n')
           where Regex.IsMatch(line, pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(10))
           select $"{file.Name}: {line.Trim()}",
    ];

    [GeneratedRegex(@"^(bin|obj)[/\\]")]
    private static partial Regex BuildOutput();

    [GeneratedRegex(@"//[^\n]*")]
    private static partial Regex Comment();
}
