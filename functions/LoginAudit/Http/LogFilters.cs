using Microsoft.Extensions.Logging;

namespace LoginAudit.Http;

/// <summary>
/// Holds back what the frameworks below us log of each request: addresses with their query, which has names and addresses in
/// it. No level in the app's settings brings it back.
/// </summary>
internal static class LogFilters
{
    private static readonly (string Category, LogLevel Lowest)[] Floors =
    [
        ("Azure", LogLevel.Warning),
        ("Microsoft.AspNetCore", LogLevel.Warning),
        // Opens the scope that puts the path of the request on every line.
        ("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None),
        ("Microsoft.IdentityModel", LogLevel.Warning),
        ("System.Net.Http", LogLevel.Warning),
    ];

    public static void Apply(LoggerFilterOptions options)
    {
        var providers = options.Rules.Select(rule => rule.ProviderName).Append(null).Distinct(StringComparer.Ordinal).ToList();
        foreach (var rule in options.Rules.Where(IsOfAFramework).ToList())
        {
            options.Rules.Remove(rule);
        }

        // A rule for one provider goes before those for all, so each provider that has rules gets its own.
        foreach (var provider in providers)
        {
            foreach (var (category, lowest) in Floors)
            {
                options.Rules.Add(new LoggerFilterRule(provider, category, lowest, null));
            }
        }
    }

    private static bool IsOfAFramework(LoggerFilterRule rule) => Array.Exists(
        Floors, floor => rule.CategoryName?.StartsWith(floor.Category, StringComparison.OrdinalIgnoreCase) == true);
}
