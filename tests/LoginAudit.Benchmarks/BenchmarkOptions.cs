using System.Globalization;

namespace LoginAudit.Benchmarks;

/// <summary>How much is measured.</summary>
/// <param name="Events">Stored in one tenant.</param>
/// <param name="Scales">The same for searches, which are measured at each of them.</param>
/// <param name="Days">That they are spread over.</param>
/// <param name="Rounds">Of which the median counts.</param>
/// <param name="Quick">Just enough to count requests; times say nothing.</param>
/// <param name="WriteDocs">Into docs/benchmarks.md.</param>
internal sealed record BenchmarkOptions(int Events, IReadOnlyList<int> Scales, int Days, int Rounds, bool Quick, bool WriteDocs)
{
    public static BenchmarkOptions? Parse(string[] args)
    {
        var quick = args.Contains("--quick", StringComparer.Ordinal);
        return Number("--events", quick ? 5_000 : 100_000) is { } events
            && Numbers("--scales", quick ? [2_000, 5_000] : [10_000, 100_000, 1_000_000]) is { } scales
            && Number("--days", quick ? 30 : 180) is { } days
            && Number("--rounds", quick ? 1 : 5) is { } rounds
                ? new BenchmarkOptions(events, scales, days, rounds, quick, args.Contains("--write-docs", StringComparer.Ordinal))
                : null;

        IReadOnlyList<int>? Numbers(string name, int[] whenNotGiven)
        {
            var at = Array.IndexOf(args, name);
            var numbers = at < 0 ? whenNotGiven
                : at + 1 < args.Length ? [.. args[at + 1].Split(',').Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)]
                : [];
            return numbers.Length > 0 && numbers.All(number => number > 0) ? numbers : null;
        }

        int? Number(string name, int whenNotGiven)
        {
            var at = Array.IndexOf(args, name);
            return at < 0 ? whenNotGiven
                : at + 1 < args.Length && int.TryParse(args[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
                : null;
        }
    }
}

/// <summary>What must hold on any machine: requests counted, never time.</summary>
internal static class Bound
{
    public static bool IsBroken { get; private set; }

    public static void AtMost(string what, long got, long most)
    {
        if (got > most)
        {
            IsBroken = true;
            Console.Error.WriteLine($"BROKEN: {what}: {got}, at most {most}.");
        }
    }
}
