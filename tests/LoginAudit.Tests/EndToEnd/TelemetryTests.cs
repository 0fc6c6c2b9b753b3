using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json;
using Azure.Core.Pipeline;
using LoginAudit.Exports;
using LoginAudit.Health;
using LoginAudit.Log.Tables;
using LoginAudit.Retention;
using LoginAudit.Telemetry;
using LoginAudit.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using static LoginAudit.Tests.EndToEnd.ExportCalls;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>What the app tells of itself.</summary>
public sealed class TelemetryTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Meter_OfADayOfWork_CountsEachThingOnceAndNamesNoTenant()
    {
        using var measured = new Measurements();
        await using var app = await TestApp.StartAsync(azurite, Clock());
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync([Event(1), Event(2), Event(3)]);
        await acme.IngestAsync([Event(3), Event(4)]);
        object[] broken = [Event(5), new { occurredAt = "2026-09-01T10:00:00Z", eventType = "nonsense" }];
        using var partly = await acme.PostAsync("events", broken);
        await acme.GetJsonAsync("events?user=user-1");
        await ExportAsync(app, acme, """{"format":"csv"}""");
        var cancelled = await RequestAsync(acme, """{"format":"ndjson"}""");
        using var deleted = await app.SendAsync(HttpMethod.Delete, $"/v1/tenants/acme/exports/{cancelled}", acme.Key);
        await app.Services.GetRequiredService<RetentionRunner>().RunAsync(CancellationToken.None);

        var sums = measured.Of(app.Services);

        Assert.Equal(5, sums["loginaudit.events.accepted source=native"]);
        Assert.Equal(1, sums["loginaudit.events.duplicates source=native"]);
        Assert.Equal(1, sums["loginaudit.events.rejected source=native reason=invalid_value"]);
        Assert.Equal(2, sums["loginaudit.search.requests plan=user"]); // the day index, and the one day
        Assert.Equal(1, sums["loginaudit.search.rows plan=user"]);
        Assert.Equal(2, sums.Where(sum => sum.Key.StartsWith("loginaudit.exports state=queued", StringComparison.Ordinal)).Sum(sum => sum.Value));
        Assert.Equal(1, sums["loginaudit.exports state=ready format=csv"]);
        Assert.Equal(1, sums["loginaudit.exports state=cancelled format=ndjson"]);
        Assert.Equal(5, sums["loginaudit.exports.rows format=csv"]);
        Assert.Equal(1, sums["loginaudit.retention.runs"]);
        Assert.Contains(sums.Keys, key => key.StartsWith("loginaudit.ingest.duration source=native", StringComparison.Ordinal));
        Assert.Contains(sums.Keys, key => key.StartsWith("loginaudit.search.duration plan=user complete=True", StringComparison.Ordinal));
        Assert.DoesNotContain(sums.Keys, key => key.Contains("acme", StringComparison.Ordinal) || key.Contains("user-1", StringComparison.Ordinal));
    }

    [Fact]
    public void Instruments_OfTheMeter_AreDescribedWithUnits()
    {
        var instruments = new List<Instrument>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => instruments.Add(instrument) };
        listener.Start();
        using var services = new ServiceCollection().AddMetrics().AddSingleton<AuditMeter>().BuildServiceProvider();
        _ = services.GetRequiredService<AuditMeter>();

        var ours = instruments.Where(instrument => instrument.Meter.Scope == services.GetRequiredService<IMeterFactory>()).ToList();
        Assert.Equal(17, ours.Count);
        Assert.All(ours, instrument =>
        {
            Assert.StartsWith("loginaudit.", instrument.Name, StringComparison.Ordinal);
            Assert.Matches(@"^(s|\{[a-z]+\})$", instrument.Unit);
            Assert.EndsWith(".", instrument.Description, StringComparison.Ordinal);
            Assert.Contains($"`{instrument.Name}`", Architecture.Repository.Read("docs/operations.md"), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Watch_MessagesInThePoisonQueue_AreCounted()
    {
        using var measured = new Measurements();
        await using var app = await TestApp.StartAsync(azurite, Clock());
        await app.Services.GetRequiredService<ExportRunner>().RunAsync(BinaryData.FromString("no job"), 1, CancellationToken.None);

        await app.Services.GetRequiredService<PoisonQueueMetrics>().MeasureAsync(CancellationToken.None);

        Assert.Equal(1, measured.Of(app.Services)["loginaudit.queue.poisoned queue=exports-poison"]);
        Assert.Equal(0, measured.Of(app.Services)["loginaudit.queue.poisoned queue=tenant-deletions-poison"]);
    }

    [Fact]
    public async Task Storage_ThatTurnsRequestsAway_IsCountedForEachTry()
    {
        using var measured = new Measurements();
        using var busy = new Busy();
        await using var app = await TestApp.StartAsync(
            azurite, Clock(), configure: services => services.AddSingleton<StoragePipelineHook>(options => options.Transport = new HttpClientTransport(new HttpClient(busy, disposeHandler: false))));
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync([Event(1)]);
        busy.Path = "/LoginEvents2";

        using var answer = await acme.GetAsync("events");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(4, measured.Of(app.Services)["loginaudit.storage.turned_away service=emulator"]);
    }

    [Fact]
    public async Task Trace_OfARequestedExport_GoesOnInTheWorkerOfTheQueue()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "LoginAudit" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var app = await TestApp.StartAsync(azurite, Clock(), settings: ("Exports__Slice", "00:00:01"));
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync([Event(1), Event(2)]);

        using var sender = new Activity("an admin asks").Start();
        var id = await RequestAsync(acme, """{"format":"ndjson"}""");
        var trace = sender.TraceId;
        sender.Stop();
        var message = (await Queue(app).PeekMessageAsync()).Value.Body.ToString();
        await RunQueueAsync(app);

        Assert.Contains(trace.ToString(), JsonDocument.Parse(message).RootElement.GetProperty("traceParent").GetString(), StringComparison.Ordinal);
        Assert.Contains(spans, span => span.OperationName == "export slice" && span.Kind == ActivityKind.Consumer && span.TraceId == trace);
        Assert.Equal("ready", (await acme.GetJsonAsync($"exports/{id}")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Exporters_WhereOtlpIsSet_SendTracesMetricsAndLogs()
    {
        var received = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using var collector = builder.Build();
        collector.Map("/{**path}", (HttpContext context) =>
        {
            received.AddOrUpdate(context.Request.Path, 1, (_, count) => count + 1);
            return Results.Ok();
        });
        await collector.StartAsync();
        var address = collector.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

        await using (var app = await TestApp.StartAsync(
            azurite, settings: [("OTEL_EXPORTER_OTLP_ENDPOINT", address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("Telemetry__TracePercent", "100")]))
        {
            var acme = await app.CreateTenantAsync("acme");
            await acme.GetJsonAsync("events");
            app.Services.GetRequiredService<TracerProvider>().ForceFlush();
            app.Services.GetRequiredService<MeterProvider>().ForceFlush();
        }

        Assert.True(received.ContainsKey("/v1/traces"), string.Join(' ', received.Keys));
        Assert.True(received.ContainsKey("/v1/metrics"), string.Join(' ', received.Keys));
    }

    [Fact]
    public async Task Exporters_WhereNoneIsSet_AreNotMade()
    {
        await using var app = await TestApp.StartAsync(azurite, Clock());

        Assert.Null(app.Services.GetService<TracerProvider>());
        Assert.Null(app.Services.GetService<MeterProvider>());
    }

    [Fact]
    public async Task Exporters_WhereApplicationInsightsIsSet_AreMadeWithTheAppsIdentity()
    {
        await using var app = await TestApp.StartAsync(azurite, settings:
        [
            ("APPLICATIONINSIGHTS_CONNECTION_STRING", "InstrumentationKey=11111111-2222-3333-4444-555555555555;IngestionEndpoint=http://127.0.0.1:1/"),
            ("AuditStorage__clientId", "11111111-2222-3333-4444-555555555555"),
        ]);
        var acme = await app.CreateTenantAsync("acme");

        await acme.GetJsonAsync("events");

        Assert.NotNull(app.Services.GetService<TracerProvider>());
        Assert.NotNull(app.Services.GetService<MeterProvider>());
    }

    [Theory]
    [InlineData(null, null, false)]
    [InlineData("", "", false)]
    [InlineData("InstrumentationKey=1", null, true)]
    [InlineData(null, "http://127.0.0.1:4317", true)]
    public void IsConfigured_OfTheEnvironment_IsWhetherAnExporterIsNamed(string? azureMonitor, string? otlp, bool expected)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            [new("APPLICATIONINSIGHTS_CONNECTION_STRING", azureMonitor), new("OTEL_EXPORTER_OTLP_ENDPOINT", otlp)]).Build();

        Assert.Equal(expected, AuditTelemetry.IsConfigured(configuration));
    }

    /// <summary>Answers 503 to what touches a path, as storage does at its limit.</summary>
    private sealed class Busy() : DelegatingHandler(new SocketsHttpHandler())
    {
        public string? Path { get; set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Path is not null && request.RequestUri!.AbsolutePath.Contains(Path, StringComparison.Ordinal)
                ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable))
                : base.SendAsync(request, cancellationToken);
    }

    /// <summary>The sum of what each instrument of one app measured, by its tags.</summary>
    private sealed class Measurements : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly Dictionary<(object? Scope, string Key), double> _sums = [];

        public Measurements()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "LoginAudit")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.Start();
        }

        public Dictionary<string, double> Of(IServiceProvider services)
        {
            lock (_sums)
            {
                return _sums.Where(sum => sum.Key.Scope == services.GetRequiredService<IMeterFactory>())
                    .ToDictionary(sum => sum.Key.Key, sum => sum.Value, StringComparer.Ordinal);
            }
        }

        public void Dispose() => _listener.Dispose();

        private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var key = instrument.Name;
            foreach (var tag in tags)
            {
                key += $" {tag.Key}={tag.Value}";
            }

            lock (_sums)
            {
                _sums[(instrument.Meter.Scope, key)] = _sums.GetValueOrDefault((instrument.Meter.Scope, key)) + value;
            }
        }
    }
}
