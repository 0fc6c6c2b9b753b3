using System.Diagnostics;
using System.Globalization;
using LoginAudit.Http;

namespace LoginAudit.FaultTests;

/// <summary>Every parser of what comes from outside gets what nobody would send.</summary>
internal static class Fuzz
{
    private const int BytesOfAnInput = 1024;
    private const long MostBytes = 10 * 1024 * 1024;
    private const double MostMilliseconds = 10;

    public static Task<string> RunAsync(FaultOptions options)
    {
        var inputs = options.Pick(3_000, 1_000_000);
        var rows = new string[Parser.All.Count];
        var broken = new List<string>();
        Parallel.ForEach(Enumerable.Range(0, rows.Length), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            try
            {
                rows[i] = Run(Parser.All[i], options, inputs);
            }
            catch (BrokenException e)
            {
                lock (broken)
                {
                    broken.Add(e.Message);
                }
            }
        });
        Must.Hold(broken.Count == 0, string.Join('\n', broken));
        return Task.FromResult(
            "## Fuzzing\n\nInputs made of a corpus (the payloads of the tests, and `tests/LoginAudit.FaultTests/corpus/`) by changing bytes, parts, types, lengths and depths. For each: no exception but the parser's own refusal; what is taken can be stored, read back and written as JSON; at most 10 ms and 10 MB for 1 KB. Times are the best of 4 tries.\n\n| parser | inputs | taken | slowest, ms for 1 KB | most memory, KB for 1 KB |\n|---|---|---|---|---|\n"
            + string.Concat(rows));
    }

    private static string Run(Parser parser, FaultOptions options, int inputs)
    {
        var mutator = new Mutator(new Random(options.Seed), parser.Corpus);
        var (taken, slowest, most) = (0, 0.0, 0L);
        foreach (var known in parser.Corpus)
        {
            Try(parser, known); // compiles the parser, and the corpus itself holds
        }

        for (var i = 0; i < inputs; i++)
        {
            var input = mutator.Next();
            var scale = Math.Max(1, (double)input.Length / BytesOfAnInput);
            var (isTaken, milliseconds, bytes) = Try(parser, input);
            for (var again = 0; again < 3 && milliseconds / scale > MostMilliseconds / 2; again++)
            {
                // The machine may have been elsewhere.
                milliseconds = Math.Min(milliseconds, Try(parser, input).Milliseconds);
            }

            Must.Hold(options.Quick || milliseconds / scale <= MostMilliseconds, $"{parser.Name}: {milliseconds:F1} ms for {Convert.ToBase64String(input)}");
            Must.Hold(bytes / scale <= MostBytes, $"{parser.Name}: {bytes} bytes for {Convert.ToBase64String(input)}");
            (taken, slowest, most) = (taken + (isTaken ? 1 : 0), Math.Max(slowest, milliseconds / scale), Math.Max(most, (long)(bytes / scale)));
        }

        Must.Hold(taken > 0, $"{parser.Name}: of {inputs} inputs none was taken.");
        return string.Create(CultureInfo.InvariantCulture, $"| {parser.Name} | {inputs} | {taken} | {slowest:F1} | {most / 1024} |\n");
    }

    private static (bool Taken, double Milliseconds, long Bytes) Try(Parser parser, byte[] input)
    {
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var startedAt = Stopwatch.GetTimestamp();
        bool taken;
        try
        {
            taken = parser.Parse(input);
        }
        catch (ProblemException)
        {
            taken = false;
        }
        catch (Exception e) when (e is not BrokenException)
        {
            throw new BrokenException($"{parser.Name}: {e.GetType().Name} for {Convert.ToBase64String(input)}\n{e}");
        }
        catch (BrokenException e)
        {
            throw new BrokenException($"{parser.Name}: {e.Message} {Convert.ToBase64String(input)}");
        }

        return (taken, Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds, GC.GetAllocatedBytesForCurrentThread() - bytes);
    }
}
