using LoginAudit.LocalHost;
using LoginAudit.LocalHost.OpenApi;

try
{
    if (args is ["--write-openapi"])
    {
        await ApiDocument.WriteAsync();
        return 0;
    }

    await LocalRun.RunAsync(LocalOptions.Parse(args));
    return 0;
}
catch (StartException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
