using System.Text.RegularExpressions;

namespace LoginAudit.Tests.Architecture;

/// <summary>
/// <c>*Function → feature → Storage → Events</c>, read from the source: what a file names, in a <c>using</c> or in full or
/// relative to its own namespace, it depends on.
/// </summary>
public sealed partial class DependencyTests
{
    private const string AspNetCore = @"\bMicrosoft\.(AspNetCore(?!\.DataProtection\b)|Net\.Http\.Headers|Extensions\.Primitives)\b";

    /// <summary>No HTTP, for all its name: it encrypts what Storage keeps.</summary>
    private const string DataProtection = @"\bMicrosoft\.AspNetCore\.DataProtection\b";

    private const string StorageSdk =
        @"\bAzure\.(Data|Storage|Identity|Core)\b|^\s*(global\s+)?using\s+(static\s+)?Azure\b"
        + @"|\b(Table|TableService|Blob|BlobService|BlobContainer|BlockBlob|Queue|QueueService)Client\b";

    private const string AnyAzure = @"\bAzure\b";

    private const string AboveEvents = @"(?<![\w.])(LoginAudit\.)?(Storage|Ingest|Providers|Search|Exports|Retention|Access|Portal|Health|Http)\.[A-Z]"
        + @"|\busing\s+(static\s+)?LoginAudit\.(?!Events\b)";

    private const string AboveStorage = @"(?<![\w.])(LoginAudit\.)?(Ingest|Providers|Search|Exports|Retention|Access|Portal|Health|Http)\.[A-Z]"
        + @"|\busing\s+(static\s+)?LoginAudit\.(?!(Events|Storage)\b)";

    private static readonly List<SourceFile> Files = ReadApp();

    [Fact]
    public void Sources_OfTheApp_AreFound()
    {
        Assert.Contains(Files, file => file.Name == "Keys.cs" && file.Namespace == "LoginAudit.Storage");
        Assert.Contains(Files, file => file.Name == "SearchFunction.cs" && file.Namespace == "LoginAudit.Search");
        Assert.True(Files.Count > 50);
    }

    [Fact]
    public void HttpTypes_OutsideFunctionsAndHttp_AreNotUsed()
    {
        // The telemetry's wiring names the framework's source of spans, and uses none of its types.
        var files = Files.Where(file => !file.IsFunction && file.Namespace != "LoginAudit.Http")
            .Select(file => file with { Text = file.Text.Replace("\"Microsoft.AspNetCore\"", "", StringComparison.Ordinal) });

        Assert.Empty(Violations(files, AspNetCore));
    }

    [Fact]
    public void StorageSdk_OutsideStorage_IsNotUsed()
    {
        // The trigger of a queue hands over the SDK's message: the one type of it that a function class sees.
        var files = Files.Where(file => file.Namespace != "LoginAudit.Storage" && file.Name is not ("LoginAuditServices.cs" or "AuditTelemetry.cs"))
            .Select(file => file.IsFunction && file.Text.Contains("QueueTrigger", StringComparison.Ordinal)
                ? file with { Text = file.Text.Replace("using Azure.Storage.Queues.Models;", "", StringComparison.Ordinal) }
                : file);

        Assert.Empty(Violations(files, StorageSdk));
    }

    [Fact]
    public void DataProtection_OutsideStorage_IsNotUsed()
    {
        Assert.Empty(Violations(Files.Where(file => file.Namespace != "LoginAudit.Storage"), DataProtection));
    }

    [Fact]
    public void Events_NeitherAzureNorHttpNorWhatIsAbove_IsUsed()
    {
        var files = Files.Where(file => file.Namespace == "LoginAudit.Events").ToList();

        Assert.NotEmpty(files);
        Assert.Empty(Violations(files, $"{AspNetCore}|{AnyAzure}|{AboveEvents}"));
    }

    [Fact]
    public void Storage_WhatIsAboveIt_IsNotUsed()
    {
        var files = Files.Where(file => file.Namespace == "LoginAudit.Storage").ToList();

        Assert.NotEmpty(files);
        Assert.Empty(Violations(files, $"{AspNetCore}|{AboveStorage}"));
    }

    [Fact]
    public void FunctionClasses_AreUsedByNobody()
    {
        var names = string.Join('|', Files.Where(file => file.IsFunction).Select(file => Path.GetFileNameWithoutExtension(file.Name)));

        Assert.Empty(Violations(Files.Where(file => !file.IsFunction), $@"\b({names})\b"));
    }

    [Fact]
    public void KeysAndFilters_AreMadeInOneFileEach()
    {
        Assert.Empty(Violations(Files.Where(file => file.Name != "Filters.cs"), @"\bCreateQueryFilter\b| eq '|(PartitionKey|RowKey) (eq|ge|gt|le|lt) "));
        Assert.Empty(Violations(Files.Where(file => file.Name != "Keys.cs"), "\"(LoginEvents|LoginDays|Tenants|ExportJobs|Heartbeats|AccessTrail|Webhooks|data-protection|rejected-events|tenant-deletions)\"|\\$?\"[eui]_"));
    }

    [Theory]
    [InlineData("using Microsoft.AspNetCore.Http;", AspNetCore)]
    [InlineData("var a = new Microsoft.AspNetCore.Http.DefaultHttpContext();", AspNetCore)]
    [InlineData("using Microsoft.AspNetCore.DataProtection.Repositories;", DataProtection)]
    [InlineData("using Azure.Data.Tables;", StorageSdk)]
    [InlineData("using Azure;", StorageSdk)]
    [InlineData("private TableClient _table;", StorageSdk)]
    [InlineData("void A(Azure.Storage.Blobs.Specialized.BlockBlobClient blob) { }", StorageSdk)]
    [InlineData("catch (Azure.RequestFailedException)", AnyAzure)]
    [InlineData("using LoginAudit.Search;", AboveStorage)]
    [InlineData("using static LoginAudit.Search.SearchQuery;", AboveStorage)]
    [InlineData("using Q = LoginAudit.Search.SearchQuery;", AboveStorage)]
    [InlineData("Search.SearchQuery query", AboveStorage)]
    [InlineData("LoginAudit.Http.Fault fault", AboveStorage)]
    [InlineData("using LoginAudit.Storage;", AboveEvents)]
    [InlineData("Storage.Limits.PageRows", AboveEvents)]
    public void Violations_BreachOfARule_IsFound(string line, string rule)
    {
        Assert.Single(Violations([Parse("A.cs", $"namespace LoginAudit.X;\n{line}")], rule));
    }

    [Theory]
    [InlineData("// like Microsoft.AspNetCore.Http", AspNetCore)]
    [InlineData("using Microsoft.AspNetCore.DataProtection.Repositories;", AspNetCore)]
    [InlineData("/* TableClient */", StorageSdk)]
    [InlineData("using LoginAudit.Storage;", StorageSdk)]
    [InlineData("using LoginAudit.Events;", AboveStorage)]
    [InlineData("var jobs = storage.ExportJobs;", AboveStorage)]
    [InlineData("LoginAudit.Events.ShortHash.Length", AboveEvents)]
    public void Violations_CommentOrOtherName_IsNone(string line, string rule)
    {
        Assert.Empty(Violations([Parse("A.cs", $"namespace LoginAudit.X;\n{line}")], rule));
    }

    private static List<string> Violations(IEnumerable<SourceFile> files, string rule) =>
    [
        .. from file in files
           from line in file.Text.Split('\n')
           where Regex.IsMatch(line, rule, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(10))
           select $"{file.Namespace} {file.Name}: {line.Trim()}",
    ];

    private static List<SourceFile> ReadApp()
    {
        var app = Path.Combine(Repository.Root, "functions", "LoginAudit");
        return
        [
            .. from path in Directory.EnumerateFiles(app, "*.cs", SearchOption.AllDirectories)
               let relative = Path.GetRelativePath(app, path).Replace('\\', '/')
               where !relative.StartsWith("bin/", StringComparison.Ordinal) && !relative.StartsWith("obj/", StringComparison.Ordinal)
                   && relative != "Program.cs"
               select Parse(Path.GetFileName(path), File.ReadAllText(path)),
        ];
    }

    private static SourceFile Parse(string name, string source)
    {
        // Comments out, texts left in.
        var text = Token().Replace(source.ReplaceLineEndings("\n"), match => match.Value.StartsWith('/') ? "" : match.Value);
        return new SourceFile(name, Namespace().Match(text).Groups["name"].Value, text);
    }

    private sealed record SourceFile(string Name, string Namespace, string Text)
    {
        public bool IsFunction => Name.EndsWith("Function.cs", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/|""(\\.|[^""\\\n])*""", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Token();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Namespace();
}
