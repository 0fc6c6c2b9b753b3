using System.Threading.Channels;
using LoginAudit.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LoginAudit.Auth;

/// <summary>
/// Writes what no call is to wait for or to fail for: the access trail, and when a key was last used. What cannot be written
/// is counted and logged.
/// </summary>
public sealed partial class BackgroundWrites : IHostedService
{
    private const int Capacity = 10_000;
    private const int Parallel = 8;

    private readonly Channel<Func<CancellationToken, Task>> _waiting = Channel.CreateBounded<Func<CancellationToken, Task>>(Capacity);
    private readonly CancellationTokenSource _giveUp = new();
    private readonly AuditMeter _meter;
    private readonly ILogger<BackgroundWrites> _logger;
    private Task _writing = Task.CompletedTask;

    public BackgroundWrites(AuditMeter meter, ILogger<BackgroundWrites> logger)
    {
        (_meter, _logger) = (meter, logger);
    }

    /// <summary>Returns at once; the write runs soon.</summary>
    public void Add(Func<CancellationToken, Task> write)
    {
        if (!_waiting.Writer.TryWrite(write))
        {
            _meter.WriteLost();
            Log.Full(_logger, Capacity);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _writing = System.Threading.Tasks.Parallel.ForEachAsync(
            _waiting.Reader.ReadAllAsync(CancellationToken.None),
            new ParallelOptions { MaxDegreeOfParallelism = Parallel },
            async (write, _) => await WriteAsync(write));
        return Task.CompletedTask;
    }

    /// <summary>Writes what still waits, for as long as the host gives it.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        await using var limit = cancellationToken.Register(_giveUp.Cancel);
        await _writing;
    }

    private async Task WriteAsync(Func<CancellationToken, Task> write)
    {
        try
        {
            await write(_giveUp.Token);
        }
        catch (Exception e)
        {
            // Whatever it is: nobody else is there to hear of it, and the writes behind it must go on.
            _meter.WriteLost();
            Log.Lost(_logger, e.Describe());
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "An entry of the access trail, or the last use of a key, is lost: {Failure}")]
        public static partial void Lost(ILogger logger, string failure);

        [LoggerMessage(2, LogLevel.Error, "An entry of the access trail, or the last use of a key, is lost: {Capacity} wait already.")]
        public static partial void Full(ILogger logger, int capacity);
    }
}
