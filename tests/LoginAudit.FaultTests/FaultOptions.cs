using System.Globalization;

namespace LoginAudit.FaultTests;

/// <summary>How much is done.</summary>
/// <param name="Seed">Of all that is random; the same seed makes the same faults, as far as threads allow.</param>
/// <param name="Quick">Just enough to see that a scenario holds.</param>
/// <param name="WriteDocs">Into docs/reliability.md.</param>
internal sealed record FaultOptions(int Seed, bool Quick, bool WriteDocs)
{
    public static FaultOptions? Parse(string[] args)
    {
        var at = Array.IndexOf(args, "--seed");
        var seed = at < 0 ? Random.Shared.Next(1, int.MaxValue)
            : at + 1 < args.Length && int.TryParse(args[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given
            : 0;
        return seed == 0 ? null : new FaultOptions(seed, args.Contains("--quick", StringComparer.Ordinal), args.Contains("--write-docs", StringComparer.Ordinal));
    }

    public T Pick<T>(T quick, T full) => Quick ? quick : full;
}

/// <summary>What must hold does not.</summary>
internal sealed class BrokenException(string message) : Exception(message);

internal static class Must
{
    public static void Hold(bool holds, string what)
    {
        if (!holds)
        {
            throw new BrokenException(what);
        }
    }

    /// <summary>
    /// Waits for what comes by itself. For long: a message whose answer was lost is hidden for a minute, and one that failed for half a minute, several
    /// times over.
    /// </summary>
    public static async Task ComeAsync(string what, Func<Task<bool>> hasCome)
    {
        var limit = TimeProvider.System.GetUtcNow().AddMinutes(8);
        while (!await hasCome())
        {
            Hold(TimeProvider.System.GetUtcNow() < limit, $"{what} did not come.");
            await Task.Delay(50);
        }
    }
}
