using System.Text.Json;
using LoginAudit.LocalHost.Host;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LoginAudit.Tests.Hosting;

/// <summary>LocalHost runs timers as the Functions host does.</summary>
public sealed class TimerFunctionTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Timer_OnAnEmptyFolder_RunsAtItsNextTime_NotPastDue()
    {
        var run = new Run(_folder.Path, Noon);

        Assert.Empty(run.Invocations);
        run.Time.Advance(TimeSpan.FromMinutes(19));
        Assert.Empty(run.Invocations);
        run.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.False(Assert.Single(run.Invocations).GetProperty("IsPastDue").GetBoolean());
        run.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, run.Invocations.Count);
        Assert.Equal(Noon.AddMinutes(20), run.Invocations[1].GetProperty("ScheduleStatus").GetProperty("Last").GetDateTimeOffset());
        await run.StopAsync();
    }

    [Fact]
    public async Task Timer_ThatMissedARun_RunsAtOnce_PastDue()
    {
        await new Run(_folder.Path, Noon).StopAsync();

        var later = new Run(_folder.Path, Noon.AddHours(3));

        Assert.True(Assert.Single(later.Invocations).GetProperty("IsPastDue").GetBoolean());
        later.Time.Advance(TimeSpan.FromMinutes(20));
        Assert.False(later.Invocations[1].GetProperty("IsPastDue").GetBoolean());
        await later.StopAsync();
    }

    [Fact]
    public async Task Timer_WhoseFunctionFails_RunsAtItsNextTimeAgain()
    {
        var run = new Run(_folder.Path, Noon) { Fails = true };

        run.Time.Advance(TimeSpan.FromMinutes(20));
        run.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.Single(run.Invocations);
        run.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(2, run.Invocations.Count);
        await run.StopAsync();
    }

    /// <summary>A timer of minute 20 of each hour, on a clock that the test moves.</summary>
    private sealed class Run
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;

        public Run(string folder, DateTimeOffset start)
        {
            Time = new FakeTimeProvider(start);
            var trigger = JsonElement.Parse("""{"name":"timer","type":"timerTrigger","schedule":"0 20 * * * *"}""");
            _running = new TimerFunction(
                new Function("1", "Retention", trigger),
                folder,
                (request, _) =>
                {
                    Invocations.Add(JsonElement.Parse(request.InputData[0].Data.Json));
                    return Fails ? Task.FromException(new InvalidOperationException("It fails.")) : Task.CompletedTask;
                },
                Time,
                NullLogger.Instance).RunAsync(_stop.Token);
        }

        public FakeTimeProvider Time { get; }

        public bool Fails { get; init; }

        public List<JsonElement> Invocations { get; } = [];

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await _running;
        }
    }
}
