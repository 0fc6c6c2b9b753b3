using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using LoginAudit.Log.Tables;
using LoginAudit.Storage;

namespace LoginAudit.Exports;

/// <summary>
/// The message that watches a claimed job. It is hidden until the worker's lease ends, and each renewal of the lease
/// moves it on: nobody sees it unless the worker has died, whose own message the Functions host hides for 10 minutes.
/// It is also the message that the next slice begins with. So a job has one guard, however long it takes.
/// </summary>
internal sealed class ExportGuard
{
    private readonly QueueClient _queue;
    private readonly ExportJob _job;
    private readonly string? _owner;
    private readonly string _id;

    /// <summary>Null once somebody else has had the message: it is theirs, and they keep it alive.</summary>
    private string? _receipt;

    internal ExportGuard(QueueClient queue, ExportJob job, string? owner, SendReceipt sent)
    {
        (_queue, _job, _owner, _id, _receipt) = (queue, job, owner, sent.MessageId, sent.PopReceipt);
    }

    /// <summary>
    /// Moves it to the end of a renewed lease. One that cannot be moved is seen too early, which does no harm.
    /// </summary>
    public async Task RenewAsync(int tries, TimeSpan lease, CancellationToken cancellationToken)
    {
        try
        {
            await UpdateAsync(_owner, tries, lease, cancellationToken);
        }
        catch (Exception e) when (e.IsStorageFailure())
        {
            // Tried again with the next renewal.
        }
    }

    /// <summary>Makes it a message for whoever comes next, to be seen at once.</summary>
    /// <returns>False if somebody else has had it: then a new one must be sent.</returns>
    public Task<bool> TryHandOnAsync(int tries, CancellationToken cancellationToken) =>
        UpdateAsync(owner: null, tries, TimeSpan.Zero, cancellationToken);

    /// <summary>Ends the watch. A message that is left behind finds nothing to do.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        if (_receipt is null)
        {
            return;
        }

        try
        {
            await _queue.DeleteMessageAsync(_id, _receipt, cancellationToken);
        }
        catch (RequestFailedException e) when (e.IsMessageGone())
        {
            // Somebody else has it.
        }
        catch (Exception e) when (e.IsStorageFailure())
        {
            // It finds the job done, or in the hands of another claim.
        }
    }

    private async Task<bool> UpdateAsync(string? owner, int tries, TimeSpan delay, CancellationToken cancellationToken)
    {
        if (_receipt is null)
        {
            return false;
        }

        try
        {
            var updated = await _queue.UpdateMessageAsync(
                _id, _receipt, ExportQueue.Text(_job, owner, tries), delay, cancellationToken);
            _receipt = updated.Value.PopReceipt;
            return true;
        }
        catch (RequestFailedException e) when (e.IsMessageGone())
        {
            _receipt = null;
            return false;
        }
    }
}
