using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using LoginAudit.Exports;
using LoginAudit.Log.Days;
using LoginAudit.Log.Tables;

namespace LoginAudit.Tests.Architecture;

/// <summary>Options, <c>local.settings.sample.json</c> and <c>host.json</c> say the same.</summary>
public sealed class SettingsTests
{
    private static readonly Dictionary<string, string> Sample = JsonDocument.Parse(Repository.Read("local.settings.sample.json"))
        .RootElement.GetProperty("Values").EnumerateObject()
        .ToDictionary(property => property.Name, property => property.Value.GetString()!, StringComparer.Ordinal);

    private static readonly JsonElement Host = JsonDocument.Parse(Repository.Read("host.json")).RootElement;

    /// <summary>Every setting of every options class, with its default.</summary>
    private static readonly Dictionary<string, (Type Type, object? Default)> Settings = (
        from type in typeof(LoginAuditServices).Assembly.GetTypes().Concat(typeof(RetentionOptions).Assembly.GetTypes())
        where type.Name.EndsWith("Options", StringComparison.Ordinal) && type.GetField("Section") is not null && type != typeof(AuditStorageOptions)
        let options = Activator.CreateInstance(type)
        from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.SetMethod is { IsPublic: true }
        select ($"{type.GetField("Section")!.GetRawConstantValue()}__{property.Name}", property.PropertyType, property.GetValue(options)))
        .ToDictionary(setting => setting.Item1, setting => (setting.PropertyType, (object?)setting.Item3), StringComparer.Ordinal);

    [Fact]
    public void Sample_Keys_AreTheOptionsAndTheHostsOwn()
    {
        Assert.Equal(
            Settings.Keys.Concat(["FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsStorage", "AuditStorage"]).Order(StringComparer.Ordinal),
            Sample.Keys.Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    [Fact]
    public void Sample_Values_AreTheDefaultsSaveWhatAzuriteNeeds()
    {
        var different = Settings
            .Where(setting => !Equals(
                TypeDescriptor.GetConverter(setting.Value.Type).ConvertFromInvariantString(Sample[setting.Key]), setting.Value.Default))
            .Select(setting => setting.Key);

        Assert.Equal(["Retention__DeleteBlobs"], different, StringComparer.Ordinal);
        Assert.Equal("true", Sample["Retention__DeleteBlobs"]);
    }

    [Fact]
    public void Sample_OfTheHost_IsAnIsolatedWorkerOnAzurite()
    {
        Assert.Equal("dotnet-isolated", Sample["FUNCTIONS_WORKER_RUNTIME"]);
        Assert.Equal("UseDevelopmentStorage=true", Sample["AzureWebJobsStorage"]);
        Assert.Equal("UseDevelopmentStorage=true", Sample[AuditStorageOptions.Section]);
    }

    [Fact]
    public void Host_RoutePrefix_IsEmpty()
    {
        Assert.Equal("", Host.GetProperty("extensions").GetProperty("http").GetProperty("routePrefix").GetString());
    }

    [Fact]
    public void Host_Queues_AreAsTheCodeTakesThem()
    {
        var queues = Host.GetProperty("extensions").GetProperty("queues");

        Assert.Equal(6, queues.GetProperty("maxDequeueCount").GetInt32());
        Assert.Equal(6, ExportRunner.MaxDequeueCount);
        Assert.Equal("base64", queues.GetProperty("messageEncoding").GetString());
    }

    [Fact]
    public void Host_File_IsInTheOutput()
    {
        Assert.Equal(
            Repository.Read("host.json"),
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "host.json")).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Program_IsAtMost25Lines()
    {
        var lines = Repository.Read("functions/LoginAudit/Program.cs").TrimEnd('\n').Split('\n');

        Assert.InRange(lines.Length, 1, 25);
        Assert.Contains(lines, line => line.Contains(".AddLoginAudit(", StringComparison.Ordinal));
    }
}
