using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace LoginAudit.Http;

/// <summary>Settings of the app's own web server, in the Functions worker and elsewhere.</summary>
internal static class HttpServices
{
    public static void Add(IServiceCollection services)
    {
        // RequestBody has the limit. Kestrel's own, 30,000,000 bytes, would be an empty 500 instead of our 413.
        services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        // The worker would take the last entry of X-Forwarded-For away before ClientAddress sees it.
        services.PostConfigure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.None);
        services.AddSingleton<IStartupFilter, ProblemPages>();
        CompressedAnswer.AddTo(services);
    }
}
