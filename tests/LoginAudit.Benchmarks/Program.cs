using LoginAudit.Benchmarks;

if (args is ["export-worker", var connectionString, var job])
{
    Console.WriteLine(await ExportBenchmark.WorkAsync(connectionString, job));
    return 0;
}

var commands = new Dictionary<string, Func<BenchmarkOptions, Task<string>>>(StringComparer.Ordinal)
{
    ["ingest"] = IngestBenchmark.RunAsync,
    ["cpu"] = CpuBenchmark.RunAsync,
    ["search"] = SearchBenchmark.RunAsync,
    ["shards"] = ShardBenchmark.RunAsync,
    ["exports"] = ExportBenchmark.RunAsync,
    ["retention"] = RetentionBenchmark.RunAsync,
    ["start"] = StartBenchmark.RunAsync,
    ["postgres"] = PostgresBenchmark.RunAsync,
};
var names = args.Where(arg => !arg.StartsWith('-') && !char.IsAsciiDigit(arg[0])).ToList();
var asked = names is ["all"] ? [.. commands.Keys] : names;
if (asked.Count == 0 || asked.Exists(name => !commands.ContainsKey(name)) || BenchmarkOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine($"Usage: {string.Join('|', commands.Keys)}|all [--events N] [--scales N,N,...] [--days N] [--rounds N] [--quick] [--write-docs]");
    return 2;
}

const string Head = "# Benchmarks\n\nWritten by `dotnet run -c Release --project tests/LoginAudit.Benchmarks -- all --write-docs`.\n";
foreach (var name in asked)
{
    var report = await commands[name](options)
        + $"\nMedians of at least {options.Rounds} rounds, on {Report.Machine()} in memory. Its times say nothing about Azure; requests and rows do.\n";
    Console.WriteLine(report);
    if (options.WriteDocs)
    {
        Report.Write("benchmarks.md", Head, name, report);
    }
}

return Bound.IsBroken ? 1 : 0;
