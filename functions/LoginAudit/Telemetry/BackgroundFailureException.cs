namespace LoginAudit.Telemetry;

/// <summary>What a queue or timer function throws to the host, which logs it whole: the failure without its messages.</summary>
public sealed class BackgroundFailureException(Exception cause) : Exception(cause.Describe())
{
    /// <summary>Runs the work of such a function.</summary>
    /// <exception cref="BackgroundFailureException">It failed.</exception>
    public static async Task GuardAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw new BackgroundFailureException(e);
        }
    }
}
