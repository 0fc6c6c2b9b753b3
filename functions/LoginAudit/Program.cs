using LoginAudit;
using LoginAudit.Http;
using LoginAudit.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.UseMiddleware<HostHeadersMiddleware>();
builder.Services.AddLoginAudit(builder.Configuration);
if (AuditTelemetry.IsConfigured(builder.Configuration))
{
    // The host leaves the app's logs to the app, which sends them itself.
    builder.Services.Configure<WorkerOptions>(worker => worker.Capabilities["WorkerOpenTelemetryEnabled"] = bool.TrueString);
}

await builder.Build().RunAsync();
