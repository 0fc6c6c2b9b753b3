namespace LoginAudit.Log.Tables;

/// <summary>Bounds every loop of the form: read, change, write if nobody changed it since.</summary>
internal static class Attempts
{
    /// <summary>In each round somebody else has won: whoever loses so often meets a fault, not a crowd.</summary>
    public const int Most = 16;

    /// <summary>The number of the next attempt; the first is 1.</summary>
    /// <exception cref="TooManyAttemptsException">The last one has been lost too.</exception>
    public static int Next(int attempt) => attempt < Most ? attempt + 1 : throw new TooManyAttemptsException();
}

/// <summary>Every attempt was lost. It is a storage failure: the same call may succeed later.</summary>
internal sealed class TooManyAttemptsException : Exception;
