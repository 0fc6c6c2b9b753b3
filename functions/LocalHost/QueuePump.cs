using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using LoginAudit.Storage;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.LocalHost.Old;

/// <summary>Drives the queue functions as the Functions host does: batches, retries, poison queues, by host.json's settings.</summary>
internal sealed partial class QueuePump(
    IServiceProvider services, StorageClients storage, HostJson settings, TimeProvider time, ILogger<QueuePump> logger) : BackgroundService
{
    /// <summary>How long a message stays hidden while it is worked on; renewed at half of it, and short for a dead process's sake.</summary>
    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Functions.With<QueueTriggerAttribute>().Select(function => PumpAsync(function, stoppingToken)));

    private async Task PumpAsync(Function<QueueTriggerAttribute> function, CancellationToken stoppingToken)
    {
        var queue = storage.Queue(function.Trigger.QueueName);
        var inWork = new List<Task>();
        var pause = FirstPause;
        try
        {
            while (true)
            {
                inWork.RemoveAll(task => task.IsCompleted);
                var received = inWork.Count <= settings.NewBatchThreshold ? await ReceiveAsync(queue, stoppingToken) : [];
                inWork.AddRange(received.Select(message => Task.Run(() => WorkAsync(function, queue, message, stoppingToken), CancellationToken.None)));
                pause = received.Length > 0 ? FirstPause : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, settings.MaxPollingInterval.Ticks));
                await Task.Delay(pause, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAll(inWork);
        }
    }

    private async Task<QueueMessage[]> ReceiveAsync(QueueClient queue, CancellationToken stoppingToken)
    {
        try
        {
            return await queue.ReceiveMessagesAsync(settings.BatchSize, Hidden, stoppingToken);
        }
        catch (Exception e) when ((e.IsStorageFailure() || e is FormatException) && !stoppingToken.IsCancellationRequested)
        {
            // FormatException: a message that somebody put in without base64.
            Log.NoMessages(logger, queue.Name, e.Describe());
            return [];
        }
    }

    private async Task WorkAsync(
        Function<QueueTriggerAttribute> function, QueueClient queue, QueueMessage message, CancellationToken stoppingToken)
    {
        using var done = new CancellationTokenSource();
        var renewal = new Renewal(queue, message);
        var renewing = renewal.RunAsync(time, done.Token);
        var succeeded = false;
        try
        {
            // One try too many is left of a process that died in its last one: the Functions host does not call for it either.
            if (message.DequeueCount <= settings.MaxDequeueCount)
            {
                await function.CallAsync(services, message, stoppingToken);
                succeeded = true;
            }
        }
        catch (Exception e)
        {
            Log.Failed(logger, function.Name, message.DequeueCount, e.Describe());
        }

        await done.CancelAsync();
        await renewing;
        try
        {
            await SettleAsync(queue, message, renewal.Receipt, succeeded);
        }
        catch (Exception e) when (e.IsStorageFailure())
        {
            Log.NotSettled(logger, queue.Name, e.Describe());
        }
    }

    private async Task SettleAsync(QueueClient queue, QueueMessage message, string receipt, bool succeeded)
    {
        if (!succeeded && message.DequeueCount < settings.MaxDequeueCount)
        {
            await queue.UpdateMessageAsync(message.MessageId, receipt, visibilityTimeout: settings.VisibilityTimeout);
            return;
        }

        if (!succeeded)
        {
            await storage.PoisonAsync(queue.Name, message.Body, CancellationToken.None);
            Log.Poisoned(logger, queue.Name);
        }

        await queue.DeleteMessageAsync(message.MessageId, receipt);
    }

    /// <summary>Keeps a message hidden while its function runs.</summary>
    private sealed class Renewal(QueueClient queue, QueueMessage message)
    {
        public string Receipt { get; private set; } = message.PopReceipt;

        public async Task RunAsync(TimeProvider time, CancellationToken done)
        {
            try
            {
                while (true)
                {
                    await Task.Delay(Hidden / 2, time, done);
                    Receipt = (await queue.UpdateMessageAsync(
                        message.MessageId, Receipt, visibilityTimeout: Hidden, cancellationToken: CancellationToken.None)).Value.PopReceipt;
                }
            }
            catch (OperationCanceledException) when (done.IsCancellationRequested)
            {
                // The function has ended.
            }
            catch (Exception e) when (e.IsStorageFailure())
            {
                // The message will be seen again; the work on it knows how to be done twice.
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Function} failed, try {DequeueCount}: {Failure}")]
        public static partial void Failed(ILogger logger, string function, long dequeueCount, string failure);

        [LoggerMessage(2, LogLevel.Error, "A message of {Queue} went to its poison queue.")]
        public static partial void Poisoned(ILogger logger, string queue);

        [LoggerMessage(3, LogLevel.Warning, "No messages from {Queue}: {Failure}")]
        public static partial void NoMessages(ILogger logger, string queue, string failure);

        [LoggerMessage(4, LogLevel.Warning, "A message of {Queue} will be seen again: {Failure}")]
        public static partial void NotSettled(ILogger logger, string queue, string failure);
    }
}
