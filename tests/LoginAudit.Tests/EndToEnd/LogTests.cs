using System.Collections.Concurrent;
using System.Diagnostics;
using LoginAudit.Retention;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>
/// No secret, address or name in any log or trace. Every <see cref="TestApp"/> captures its log at Trace and searches it for
/// what its test sent, so the whole end-to-end suite is held to it; here are the failures that are most likely to talk.
/// </summary>
public sealed class LogTests(AzuriteFixture azurite)
{
    private const string Name = "김민아-planted-name";
    private const string Login = "planted.login@example.com";
    private const string Address = "2001:db8:1234:5678::9abc";
    private const string Agent = "PlantedAgent/1.0 (planted)";
    private const string Word = "plantedword";

    private static readonly DateTimeOffset Now = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Logs_OfCallsThatGoWellAndBadly_HoldNoneOfThePlantedValues()
    {
        using var traces = new TraceCapture();
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        traces.OwnClient = $"server.port={app.Client.BaseAddress!.Port}";
        var acme = await app.CreateTenantAsync("acme");

        await CallEverythingAsync(app, acme);
        app.Requests.BeforeSend = message =>
            throw new IOException($"Connection to {Address} for {Login} with {acme.Key} broke at {message.Request.Uri}.");
        await CallEverythingAsync(app, acme);
        await Assert.ThrowsAnyAsync<Exception>(() => app.Services.GetRequiredService<RetentionRunner>().RunAsync(CancellationToken.None));
        app.Requests.BeforeSend = _ => throw new InvalidOperationException($"A bug of ours that quotes {Name}, {Login}, {Address}, {acme.Key}.");
        await CallEverythingAsync(app, acme);
        app.Requests.BeforeSend = null;
        await app.StopAsync();

        var planted = new[] { Name, Uri.EscapeDataString(Name), Login, Uri.EscapeDataString(Login), Address, Uri.EscapeDataString(Address), Agent, Word, acme.Key.Split('_', 4)[3], app.OperatorKey.Split('_', 4)[3] };
        Assert.Contains(app.Logs.Lines, line => line.Contains("A call failed: System.InvalidOperationException", StringComparison.Ordinal));
        Assert.Contains(app.Logs.Lines, line => line.Contains("Storage failed: System.AggregateException", StringComparison.Ordinal));
        Assert.NotEmpty(traces.Lines);
        Assert.DoesNotContain(app.Logs.Lines.Concat(traces.Lines), line => planted.Any(value => line.Contains(value, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public async Task Logs_OfQueueAndTimerFunctionsThatFail_HoldNoMessage()
    {
        await using var app = await TestApp.StartAsync(azurite, pumps: true);
        var acme = await app.CreateTenantAsync("acme");
        app.Requests.BeforeSend = message =>
        {
            if (message.Request.Uri.Path.Contains("/LoginDays", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"A bug of ours that quotes {Login} and {Word}.");
            }
        };

        using var requested = await acme.PostAsync("exports", new { query = new { user = Login, q = Word } });
        for (var i = 0; i < 600 && !app.Logs.Lines.Any(line => line.Contains("A message of exports failed, try ", StringComparison.Ordinal)); i++)
        {
            await Task.Delay(100);
        }

        app.Requests.BeforeSend = null;
        await app.StopAsync();
        Assert.Contains(app.Logs.Lines, line => line.Contains("A message of exports failed, try ", StringComparison.Ordinal) && line.Contains("System.InvalidOperationException", StringComparison.Ordinal));
        Assert.DoesNotContain(app.Logs.Lines, line => line.Contains(Login, StringComparison.Ordinal) || line.Contains(Word, StringComparison.Ordinal));
    }

    /// <summary>A level in the settings does not bring back what the frameworks say of each request.</summary>
    [Fact]
    public async Task Logs_OfTheFrameworks_StayQuietWhateverTheSettingsSay()
    {
        await using var app = await TestApp.StartAsync(
            azurite,
            configure: services => services.AddLogging(logging => logging
                .AddFilter("Microsoft", LogLevel.Trace)
                .AddFilter("Microsoft.AspNetCore.Hosting", LogLevel.Trace)
                .AddFilter<LogCapture>(null, LogLevel.Trace)
                .AddFilter<LogCapture>("Microsoft.AspNetCore.Routing", LogLevel.Trace)));
        var acme = await app.CreateTenantAsync("acme");

        await acme.GetJsonAsync($"events?user={Login}&q={Word}");

        Assert.DoesNotContain(app.Logs.Lines, line => line.StartsWith("Information Microsoft.AspNetCore", StringComparison.Ordinal));
    }

    private static async Task CallEverythingAsync(TestApp app, TestTenant acme)
    {
        var e = new
        {
            occurredAt = "2026-09-01T10:00:00Z", eventType = "login", result = "failure", reasonRaw = Word, userId = Login, loginId = Login,
            userName = Name, ip = Address, userAgent = Agent, sessionId = Word, raw = new { Login, Name },
        };
        string[] paths =
        [
            $"events?user={Uri.EscapeDataString(Login)}&ip={Uri.EscapeDataString(Address)}&q={Word}", $"events?user={Login}&limit={Word}", $"events/{Word}",
            $"events?{Word}={Login}", $"exports/{Word}", $"access?caller={Login}", $"keys/{Word}", $"{Word}/{Login}",
        ];
        var calls = paths.Select(acme.GetAsync).ToList();
        foreach (var body in new object[] { e, new[] { e }, new { e.occurredAt, eventType = Word, userName = Name, ip = Login }, new { query = new { user = Login, q = Word } } })
        {
            calls.Add(acme.PostAsync("events", body));
            calls.Add(acme.PostAsync("exports", body));
            calls.Add(app.SendAsync(HttpMethod.Put, "/v1/tenants/acme", app.OperatorKey, body));
            calls.Add(app.SendAsync(HttpMethod.Post, "/v1/tenants/acme/keys", app.OperatorKey, body));
        }

        calls.Add(acme.PostEventsAsync($$"""{"userName":"{{Name}}","loginId":"{{Login}}"""));
        calls.Add(app.SendAsync(HttpMethod.Get, "/v1/tenants/acme/events", acme.Key + "x"));
        foreach (var answer in await Task.WhenAll(calls))
        {
            answer.Dispose();
        }
    }

    /// <summary>Every activity of the process with its tags and events, as an exporter of traces would see them.</summary>
    private sealed class TraceCapture : IDisposable
    {
        private readonly ActivityListener _listener;
        private readonly ConcurrentQueue<string> _lines = new();

        public TraceCapture()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = _ => true,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = activity => Keep(
                    $"{activity.Source.Name} {activity.DisplayName} {activity.StatusDescription} "
                    + string.Join(", ", activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"))
                    + string.Join(", ", activity.Events.Select(e => $"{e.Name} {string.Join(", ", e.Tags.Select(tag => $"{tag.Key}={tag.Value}"))}"))),
            };
            ActivitySource.AddActivityListener(_listener);
        }

        /// <summary>Marks what the test's own client does, which is no part of the app.</summary>
        public string OwnClient { get; set; } = "none";

        public IReadOnlyCollection<string> Lines => _lines;

        public void Dispose() => _listener.Dispose();

        private void Keep(string line)
        {
            if (!line.StartsWith("System.Net.Http", StringComparison.Ordinal) || !line.Contains(OwnClient, StringComparison.Ordinal))
            {
                _lines.Enqueue(line);
            }
        }
    }
}
