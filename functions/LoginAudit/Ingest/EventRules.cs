using System.Buffers;
using LoginAudit.Http;
using LoginAudit.Log.Events;

namespace LoginAudit.Ingest;

/// <summary>What holds for the fields of every event, whoever sends it.</summary>
internal static class EventRules
{
    public const int IdLength = 256;
    public const int NameLength = 256;
    public const int AttackerTextLength = 1024;
    public const int ShortTextLength = 128;

    /// <summary>Stands where a control character was.</summary>
    public const char Replacement = '\uFFFD';

    private static readonly TimeSpan MaxAhead = TimeSpan.FromMinutes(5);

    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
        [.. Enumerable.Range(0, char.MaxValue + 1).Select(c => (char)c).Where(IsForbidden)]);

    /// <summary>Control characters, which storage or a reader may not take, become U+FFFD; tabs and line ends stay.</summary>
    public static string Clean(string text) => text.AsSpan().ContainsAny(Forbidden)
        ? string.Create(text.Length, text, (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = IsForbidden(source[i]) ? Replacement : source[i];
            }
        })
        : text;

    /// <summary>At most so many characters, never half of one.</summary>
    public static string Cut(string text, int maxLength) =>
        text.Length <= maxLength ? text : text[..(maxLength - (char.IsHighSurrogate(text[maxLength - 1]) ? 1 : 0))];

    /// <param name="field">How the sender calls it.</param>
    /// <param name="occurredAt">When the event happened.</param>
    /// <param name="now">When it was received.</param>
    /// <param name="maxAge">How long events are kept: what is older would be dropped at once.</param>
    /// <param name="faults">Gets the fault, if there is one.</param>
    public static void CheckAge(string field, DateTimeOffset occurredAt, DateTimeOffset now, TimeSpan maxAge, List<Fault> faults)
    {
        if (occurredAt < now - maxAge)
        {
            faults.Add(Fault.Of(FaultCodes.TooOld, field, IsoTime.Text(occurredAt), $"a time of the last {maxAge.TotalDays} days"));
        }
        else if (occurredAt > now + MaxAhead)
        {
            faults.Add(Fault.Of(
                FaultCodes.TooFarAhead, field, IsoTime.Text(occurredAt), $"a time at most {MaxAhead.TotalMinutes} minutes ahead"));
        }
    }

    private static bool IsForbidden(char c) =>
        (char.IsControl(c) && c is not '\t' and not '\r' and not '\n') || c is '\uFFFE' or '\uFFFF';
}
