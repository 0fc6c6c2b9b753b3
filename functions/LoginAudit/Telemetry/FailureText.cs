using System.Globalization;
using System.Text;
using Azure;

namespace LoginAudit.Telemetry;

/// <summary>
/// An exception for a log: its types, the service's codes and the stack, and none of its messages, which may quote an address,
/// a name or a part of a body.
/// </summary>
internal static class FailureText
{
    public static string Describe(this Exception exception)
    {
        var text = new StringBuilder();
        Append(text, exception);
        return text.ToString();
    }

    private static void Append(StringBuilder text, Exception exception)
    {
        text.Append(exception.GetType().FullName);
        if (exception is RequestFailedException failed)
        {
            text.Append(CultureInfo.InvariantCulture, $" (status {failed.Status}, code {failed.ErrorCode})");
        }

        if (exception is BackgroundFailureException)
        {
            text.Append(": ").Append(exception.Message); // one of these texts
        }

        text.Append('\n').Append(exception.StackTrace);
        foreach (var inner in exception is AggregateException many ? many.InnerExceptions : (IEnumerable<Exception?>)[exception.InnerException])
        {
            if (inner is not null)
            {
                text.Append("\n caused by ");
                Append(text, inner);
            }
        }
    }
}
