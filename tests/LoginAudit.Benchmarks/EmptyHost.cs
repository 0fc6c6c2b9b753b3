using System.Globalization;
using LoginAudit.InProcess;
using LoginAudit.LocalHost;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace LoginAudit.Benchmarks;

/// <summary>An HTTP function that does nothing.</summary>
public sealed class EmptyFunction
{
    [Function("Empty")]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "empty")] HttpRequest request) => Results.Ok();
}

/// <summary>LocalHost's Kestrel and binder with the empty function only: <c>empty-host {port}</c>, until it is ended.</summary>
internal static class EmptyHost
{
    public static async Task RunAsync(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        builder.Services.AddRouting();
        await using var app = builder.Build();
        app.UseRouting();
        app.MapFunctions(typeof(EmptyFunction).Assembly);
        await app.RunAsync();
    }
}
