using System.Text.Json;
using LoginAudit.LocalHost.Host.Rpc;
using NCrontab;

namespace LoginAudit.LocalHost.Host;

/// <summary>
/// Runs a function by its NCRONTAB expression, in UTC. It is noted in a file when it last ran and is to run next, so that a run that
/// was missed while nothing ran is made up at the start, as past due.
/// </summary>
internal sealed partial class TimerFunction
{
    private readonly Function _function;
    private readonly CrontabSchedule _schedule;
    private readonly string _file;
    private readonly Func<InvocationRequest, CancellationToken, Task> _invoke;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <param name="function">With a timer trigger.</param>
    /// <param name="dataFolder">Where the file is kept.</param>
    /// <param name="invoke">Runs the function; throws when it failed.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Gets a line for each failure.</param>
    public TimerFunction(
        Function function,
        string dataFolder,
        Func<InvocationRequest, CancellationToken, Task> invoke,
        TimeProvider time,
        ILogger logger)
    {
        (_function, _invoke, _time, _logger) = (function, invoke, time, logger);
        var expression = function.Text("schedule")!;
        var fields = expression.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        _schedule = CrontabSchedule.Parse(expression, new CrontabSchedule.ParseOptions { IncludingSeconds = fields == 6 });
        _file = Path.Combine(dataFolder, "timers", function.Name + ".json");
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        var start = _time.GetUtcNow();
        if (Read() is not { } known)
        {
            known = new Status(default, NextAfter(start), start);
            Write(known);
        }

        var next = known.Next;
        var isPastDue = next < start;
        while (!stopping.IsCancellationRequested)
        {
            var wait = next - _time.GetUtcNow();
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, _time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (stopping.IsCancellationRequested)
                {
                    return;
                }
            }

            await InvokeAsync(next, isPastDue, stopping);
            isPastDue = false;
            var now = _time.GetUtcNow();
            var last = next;
            next = NextAfter(now > next ? now : next);
            Write(new Status(last, next, now));
        }
    }

    private async Task InvokeAsync(DateTimeOffset due, bool isPastDue, CancellationToken stopping)
    {
        var request = new InvocationRequest { InvocationId = Guid.CreateVersion7().ToString(), FunctionId = _function.Id };
        var info = JsonSerializer.Serialize(new
        {
            Schedule = new { AdjustForDST = true },
            ScheduleStatus = new Status(Read()?.Last ?? default, due, _time.GetUtcNow()),
            IsPastDue = isPastDue,
        });
        request.InputData.Add(new ParameterBinding { Name = _function.Parameter, Data = new TypedData { Json = info } });
        try
        {
            await _invoke(request, stopping);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // As in the Functions host: there is no retry, the next run comes when it is due.
            Log.Failed(_logger, _function.Name, e.Message);
        }
        catch (Exception)
        {
            // LocalHost ends.
        }
    }

    private DateTimeOffset NextAfter(DateTimeOffset time) => new(_schedule.GetNextOccurrence(time.UtcDateTime), TimeSpan.Zero);

    private Status? Read()
    {
        try
        {
            return File.Exists(_file) ? JsonSerializer.Deserialize<Status>(File.ReadAllText(_file)) : null;
        }
        catch (JsonException)
        {
            // Cut off by a kill: as if it had never run.
            return null;
        }
    }

    private void Write(Status status)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
        File.WriteAllText(_file, JsonSerializer.Serialize(status));
    }

    private sealed record Status(DateTimeOffset Last, DateTimeOffset Next, DateTimeOffset LastUpdated);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Function} failed: {Failure}")]
        public static partial void Failed(ILogger logger, string function, string failure);
    }
}
