namespace LoginAudit.LocalHost;

/// <summary>LocalHost cannot start; the message is one line that says what to do.</summary>
internal sealed class StartException(string message) : Exception(message);
