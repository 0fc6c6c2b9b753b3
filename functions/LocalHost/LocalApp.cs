using System.Globalization;
using LoginAudit.LocalHost.OpenApi;
using LoginAudit.Portal;

namespace LoginAudit.LocalHost.Old;

/// <summary>The app on Kestrel: every function of it, over one storage account.</summary>
internal static class LocalApp
{
    /// <param name="port">On loopback; 0 takes a free one.</param>
    /// <param name="settings">App settings, by their names in local.settings.json (<c>Section__Name</c>).</param>
    /// <param name="configure">Adds to the services or replaces them.</param>
    public static WebApplication Build(
        int port, IReadOnlyDictionary<string, string?> settings, Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        // The functions have a limit of their own; Kestrel's would cut a sender off who is still to be told 413.
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        builder.Configuration.AddEnvironmentVariables();
        builder.Configuration.AddInMemoryCollection(settings.Select(pair =>
            KeyValuePair.Create(pair.Key.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal), pair.Value)));
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true)
            .SetMinimumLevel(LogLevel.Warning)
            .AddFilter("LoginAudit", LogLevel.Information);
        builder.Services.AddRouting();
        builder.Services.AddProblemDetails();
        builder.Services.AddSingleton(HostJson.Read(Repository.Root));
        builder.Services.AddLoginAudit(builder.Configuration);
        builder.Services.AddSingleton(new PortalFiles(PortalBuild.Folder));
        builder.Services.AddHostedService<QueuePump>();
        builder.Services.AddHostedService<TimerPump>();
        configure?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseRouting();
        app.MapFunctions();
        app.MapApiReference();
        return app;
    }
}
