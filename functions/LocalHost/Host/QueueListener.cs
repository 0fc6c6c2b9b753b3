using System.Text;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace LoginAudit.LocalHost.Host;

/// <summary>
/// Takes the messages of one queue as the Functions host does: in batches, hidden while they are worked on, tried again after a
/// failure, and moved to the poison queue after the last try.
/// </summary>
/// <param name="connectionString">Of the storage account.</param>
/// <param name="name">Of the queue.</param>
/// <param name="settings">Of queue triggers, in host.json.</param>
/// <param name="run">Runs the function on a message, whose text is decoded; throws when it failed.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Gets a line for each failure.</param>
internal sealed partial class QueueListener(
    string connectionString,
    string name,
    QueueSettings settings,
    Func<QueueMessage, CancellationToken, Task> run,
    TimeProvider time,
    ILogger logger)
{
    private const string PoisonSuffix = "-poison";

    /// <summary>How long a message stays hidden while it is worked on; renewed at half of it.</summary>
    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Without an encoding: a message that is not base64 must not fail the batch that it comes in.</summary>
    private readonly QueueClient _queue = new(connectionString, name, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None });

    private readonly QueueClient _poison =
        new(connectionString, name + PoisonSuffix, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None });

    /// <summary>Listens until the token ends it; then waits for the messages that are in work.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var inWork = new List<Task>();
        var pause = FirstPause;
        while (!stopping.IsCancellationRequested)
        {
            inWork.RemoveAll(task => task.IsCompleted);
            var received = inWork.Count <= settings.NewBatchThreshold ? await ReceiveAsync(stopping) : [];
            inWork.AddRange(received.Select(message => Task.Run(() => WorkAsync(message, stopping), CancellationToken.None)));
            pause = received.Length > 0 ? FirstPause : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, settings.MaxPollingInterval.Ticks));
            await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(inWork);
    }

    private async Task<QueueMessage[]> ReceiveAsync(CancellationToken stopping)
    {
        try
        {
            return await _queue.ReceiveMessagesAsync(settings.BatchSize, Hidden, stopping);
        }
        catch (RequestFailedException e) when (e.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            return [];
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return [];
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or OperationCanceledException)
        {
            Log.NotReceived(logger, name, e.Message);
            return [];
        }
    }

    private async Task WorkAsync(QueueMessage message, CancellationToken stopping)
    {
        using var done = new CancellationTokenSource();
        var renewal = new Renewal(_queue, message, time);
        var renewing = renewal.RunAsync(done.Token);
        var outcome = await TryAsync(message, stopping);
        await done.CancelAsync();
        await renewing;
        try
        {
            await SettleAsync(message, renewal.Receipt, outcome);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException)
        {
            Log.NotSettled(logger, name, e.Message);
        }
    }

    private async Task<Outcome> TryAsync(QueueMessage message, CancellationToken stopping)
    {
        if (Decode(message) is not { } decoded)
        {
            return Outcome.Poison;
        }

        // A worker that dies in its last try leaves a message with one count too many; it is not tried again.
        if (message.DequeueCount > settings.MaxDequeueCount)
        {
            return Outcome.Poison;
        }

        try
        {
            await run(decoded, stopping);
            return Outcome.Done;
        }
        catch (Exception e)
        {
            Log.Failed(logger, name, message.DequeueCount, e.Message);
            return message.DequeueCount >= settings.MaxDequeueCount ? Outcome.Poison : Outcome.Again;
        }
    }

    private async Task SettleAsync(QueueMessage message, string receipt, Outcome outcome)
    {
        if (outcome == Outcome.Again)
        {
            await _queue.UpdateMessageAsync(message.MessageId, receipt, visibilityTimeout: settings.VisibilityTimeout);
            return;
        }

        if (outcome == Outcome.Poison)
        {
            await _poison.CreateIfNotExistsAsync();
            await _poison.SendMessageAsync(message.Body);
            Log.Poisoned(logger, name);
        }

        await _queue.DeleteMessageAsync(message.MessageId, receipt);
    }

    /// <summary>The message with its text decoded, or null if that is not base64 of UTF-8.</summary>
    private static QueueMessage? Decode(QueueMessage message)
    {
        try
        {
            var bytes = Convert.FromBase64String(message.Body.ToString());
            var text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes);
            return QueuesModelFactory.QueueMessage(
                message.MessageId, message.PopReceipt, text, message.DequeueCount, message.NextVisibleOn, message.InsertedOn, message.ExpiresOn);
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            return null;
        }
    }

    private enum Outcome
    {
        Done,
        Again,
        Poison,
    }

    /// <summary>Keeps a message hidden while its function runs.</summary>
    private sealed class Renewal(QueueClient queue, QueueMessage message, TimeProvider time)
    {
        public string Receipt { get; private set; } = message.PopReceipt;

        public async Task RunAsync(CancellationToken done)
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
            catch (Exception e) when (e is RequestFailedException or AggregateException)
            {
                // The message will be seen again.
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A message of {Queue} failed, try {DequeueCount}: {Failure}")]
        public static partial void Failed(ILogger logger, string queue, long dequeueCount, string failure);

        [LoggerMessage(2, LogLevel.Error, "A message of {Queue} went to its poison queue.")]
        public static partial void Poisoned(ILogger logger, string queue);

        [LoggerMessage(3, LogLevel.Warning, "No messages from {Queue}: {Failure}")]
        public static partial void NotReceived(ILogger logger, string queue, string failure);

        [LoggerMessage(4, LogLevel.Warning, "A message of {Queue} will be seen again: {Failure}")]
        public static partial void NotSettled(ILogger logger, string queue, string failure);
    }
}
