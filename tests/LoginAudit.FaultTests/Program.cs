using LoginAudit.Benchmarks;
using LoginAudit.FaultTests;

if (args is ["worker", var work, var connectionString, var argument])
{
    await Worker.RunAsync(work, connectionString, argument);
    return 0;
}

var scenarios = new Dictionary<string, Func<FaultOptions, Task<string>>>(StringComparer.Ordinal)
{
    ["proxy"] = ProxyFaults.RunAsync,
    ["away"] = StorageAway.RunAsync,
    ["kill"] = Kills.RunAsync,
    ["senders"] = Senders.RunAsync,
    ["instances"] = Instances.RunAsync,
    ["flood"] = Floods.RunAsync,
    ["clocks"] = Clocks.RunAsync,
    ["fuzz"] = Fuzz.RunAsync,
};
var names = args.Where(arg => !arg.StartsWith('-') && !char.IsAsciiDigit(arg[0])).ToList();
var asked = names is ["all"] ? [.. scenarios.Keys] : names;
if (asked.Count == 0 || asked.Exists(name => !scenarios.ContainsKey(name)) || FaultOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine($"Usage: {string.Join('|', scenarios.Keys)}|all [--seed N] [--quick] [--write-docs]");
    return 2;
}

const string Head = "# Reliability\n\nWritten by `dotnet run -c Release --project tests/LoginAudit.FaultTests -- all --write-docs`. Each scenario ends with the same comparison, straight from storage: every acknowledged event is stored once, with all of its rows; every export is whole; nothing is of another tenant.\n";
var broken = 0;
foreach (var name in asked)
{
    Console.WriteLine($"{name} --seed {options.Seed} ...");
    try
    {
        var report = await scenarios[name](options) + $"\nSeed {options.Seed}, on {Report.Machine()}.\n";
        Console.WriteLine(report);
        if (options.WriteDocs)
        {
            Report.Write("reliability.md", Head, name, report);
        }
    }
    catch (BrokenException e)
    {
        broken++;
        Console.Error.WriteLine($"BROKEN: {name} --seed {options.Seed}: {e.Message}");
    }
}

Console.WriteLine($"{asked.Count - broken} scenarios held, {broken} broke");
return broken == 0 ? 0 : 1;
