using System.Globalization;
using LoginAudit.LocalHost;
using LoginAudit.LocalHost.Host;
using LoginAudit.Portal;

namespace LoginAudit.InProcess;

/// <summary>
/// The function classes on Kestrel in this process, for tests that need its clock or a fault inside it. Calls find their function by
/// LocalHost's router, as they do in Azure.
/// </summary>
internal static class InProcessApp
{
    /// <param name="port">On loopback; 0 takes a free one.</param>
    /// <param name="settings">App settings, by their names in local.settings.json (<c>Section__Name</c>).</param>
    /// <param name="configure">Adds to the services or replaces them.</param>
    public static WebApplication Build(
        int port, IReadOnlyDictionary<string, string?> settings, Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        builder.Configuration.AddEnvironmentVariables();
        builder.Configuration[$"{PortalOptions.Section}:{nameof(PortalOptions.Folder)}"] = PortalBuild.Folder;
        builder.Configuration.AddInMemoryCollection(settings.Select(pair =>
            KeyValuePair.Create(pair.Key.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal), pair.Value)));
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true)
            .SetMinimumLevel(LogLevel.Warning)
            .AddFilter("LoginAudit", LogLevel.Information);
        builder.Services.AddRouting();
        builder.Services.AddSingleton(HostJson.Read(Repository.Root));
        builder.Services.AddLoginAudit(builder.Configuration);
        builder.Services.AddHostedService<QueuePump>();
        configure?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseRouting();
        app.UseFunctionRouter();
        app.MapFunctions();
        return app;
    }
}
