using LoginAudit.LocalHost;

try
{
    await LocalRun.RunAsync(LocalOptions.Parse(args));
    return 0;
}
catch (StartException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
