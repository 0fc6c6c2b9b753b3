using System.Globalization;
using System.Net;
using System.Text.Json;
using LoginAudit.Http;
using LoginAudit.Portal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LoginAudit.Tests.Http;

/// <summary>The web server of the Functions worker, as Program.cs makes it.</summary>
public sealed class WorkerSetupTests
{
    [Fact]
    public void Worker_Settings_AreTheAppsOwn()
    {
        using var host = BuildWorker();

        Assert.Null(host.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.MaxRequestBodySize);
        Assert.Equal(ForwardedHeaders.None, host.Services.GetRequiredService<IOptions<ForwardedHeadersOptions>>().Value.ForwardedHeaders);
        Assert.Contains(host.Services.GetServices<IStartupFilter>(), filter => filter is ProblemPages);
        Assert.Equal("", host.Services.GetRequiredService<IOptions<PortalOptions>>().Value.Folder);
    }

    [Theory]
    [InlineData("throw", 500, "internal_error", "An error of ours. It is logged.")]
    [InlineData("404", 404, "not_found", "There is no such call.")]
    [InlineData("405", 405, "invalid_request", "The request could not be answered.")]
    [InlineData("413", 413, "body_too_large", "The body is too large.")]
    public async Task ProblemPages_NoFunctionAnswers_IsOurProblem(string what, int status, string code, string title)
    {
        var (context, body) = await RunAsync(what);

        Assert.Equal(status, context.Response.StatusCode);
        Assert.Equal("application/problem+json", context.Response.ContentType);
        Assert.Equal("nosniff", context.Response.Headers.XContentTypeOptions);
        var problem = JsonDocument.Parse(body).RootElement;
        Assert.Equal((status, code, title), (
            problem.GetProperty("status").GetInt32(), problem.GetProperty("code").GetString()!, problem.GetProperty("title").GetString()!));
    }

    private static async Task<(HttpContext Context, byte[] Body)> RunAsync(string what)
    {
        using var host = BuildWorker();
        var app = new ApplicationBuilder(host.Services);
        var filter = new ProblemPages(NullLogger<ProblemPages>.Instance);
        filter.Configure(next => next.Run(request =>
        {
            request.Response.StatusCode = what == "throw"
                ? throw new InvalidOperationException("secret")
                : int.Parse(what, CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        }))(app);
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = host.Services };
        context.Response.Body = body;
        context.Connection.RemoteIpAddress = IPAddress.Loopback;

        await app.Build()(context);

        return (context, body.ToArray());
    }

    private static IHost BuildWorker()
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.ConfigureFunctionsWebApplication();
        builder.Configuration["AuditStorage"] = "UseDevelopmentStorage=true";
        builder.Services.AddLoginAudit(builder.Configuration);
        return builder.Build();
    }
}
