using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using LoginAudit.LocalHost;

namespace LoginAudit.Benchmarks;

/// <summary>Sections of a page of docs/, one for each command, each between two marks.</summary>
internal static class Report
{
    /// <summary>What the figures were measured on.</summary>
    public static string Machine()
    {
        var package = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "functions", "LocalHost", "azurite", "package.json")));
        var azurite = package.RootElement.GetProperty("dependencies").GetProperty("azurite").GetString();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, .NET {Environment.Version}, Azurite {azurite}");
    }

    /// <param name="page">Of docs/, such as <c>benchmarks.md</c>.</param>
    /// <param name="head">Of the page, where there is none yet.</param>
    /// <param name="command">Whose section.</param>
    /// <param name="report">What is in it.</param>
    public static void Write(string page, string head, string command, string report)
    {
        var path = Path.Combine(Repository.Root, "docs", page);
        var (start, end) = ($"<!-- {command} -->", $"<!-- /{command} -->");
        var text = File.Exists(path) ? File.ReadAllText(path) : head;
        var section = $"{start}\n{report.TrimEnd()}\n{end}";
        var from = text.IndexOf(start, StringComparison.Ordinal);
        text = from < 0 ? $"{text.TrimEnd()}\n\n{section}\n" : text[..from] + section + text[(text.IndexOf(end, StringComparison.Ordinal) + end.Length)..];
        File.WriteAllText(path, text);
    }
}
