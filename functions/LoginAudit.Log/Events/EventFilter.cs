using System.Collections.Immutable;
using System.Text;

namespace LoginAudit.Log.Events;

/// <summary>One field's condition: any of these, and none of those. Empty on both sides lets everything through.</summary>
public sealed record Condition<T>(ImmutableArray<T> Any, ImmutableArray<T> None)
{
    public static Condition<T> Nothing { get; } = new([], []);

    public bool Matches(Func<T, bool> test) => (Any.IsEmpty || Any.Any(test)) && !None.Any(test);
}

/// <summary>The conditions of a search: OR within a field, AND across fields. Knows nothing of how events are stored.</summary>
public sealed record EventFilter
{
    public static EventFilter Everything { get; } = new();

    /// <summary>User ids or login ids, normalized.</summary>
    public Condition<string> User { get; init; } = Condition<string>.Nothing;

    public Condition<IpRange> Ip { get; init; } = Condition<IpRange>.Nothing;

    public Condition<EventType> EventType { get; init; } = Condition<EventType>.Nothing;

    public Condition<EventResult> Result { get; init; } = Condition<EventResult>.Nothing;

    public Condition<Reason> Reason { get; init; } = Condition<Reason>.Nothing;

    public Condition<LoginMethod> Method { get; init; } = Condition<LoginMethod>.Nothing;

    public Condition<ServiceType> Service { get; init; } = Condition<ServiceType>.Nothing;

    public Condition<string> Source { get; init; } = Condition<string>.Nothing;

    /// <summary>Words that all must be in the name, login id, reason text or user agent, whatever their case.</summary>
    public ImmutableArray<string> Words { get; init; } = [];

    /// <summary>Only what was received by then: an export's watermark.</summary>
    public DateTimeOffset? ReceivedThrough { get; init; }

    /// <summary>Holds what storage cannot test, so that it may read many rows for each one that matches.</summary>
    public bool HasExclusionsOrWords => !Words.IsEmpty || !User.None.IsEmpty || !Ip.None.IsEmpty || !EventType.None.IsEmpty
        || !Result.None.IsEmpty || !Reason.None.IsEmpty || !Method.None.IsEmpty || !Service.None.IsEmpty || !Source.None.IsEmpty;

    public bool Matches(LoginEvent e)
    {
        string[] users = User == Condition<string>.Nothing ? [] : [.. e.UserKeys()];
        return User.Matches(user => users.Contains(user, StringComparer.Ordinal))
            && Ip.Matches(range => e.Ip is { } ip && range.Contains(IpRange.Number(ip)))
            && EventType.Matches(value => e.EventType == value)
            && Result.Matches(value => e.Result == value)
            && Reason.Matches(value => e.Reason == value)
            && Method.Matches(value => e.LoginMethod == value)
            && Service.Matches(value => e.ServiceType == value)
            && Source.Matches(value => e.Source == value)
            && Words.All(word => HasWord(e, word))
            && (ReceivedThrough is not { } watermark || e.ReceivedAt <= watermark);
    }

    private static bool HasWord(LoginEvent e, string word) =>
        Has(e.UserName, word) || Has(e.LoginId, word) || Has(e.ReasonRaw, word) || Has(e.UserAgent, word);

    private static bool Has(string? text, string word) =>
        text is not null && text.Contains(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>The same text for the same conditions: what a cursor and an idempotency key are bound to.</summary>
    public string Canonical()
    {
        var text = new StringBuilder();
        Add("user", User, value => value);
        Add("ip", Ip, value => $"{IpRange.Hex(value.First)}-{IpRange.Hex(value.Last)}");
        Add("eventType", EventType, Code<EventType>.Text);
        Add("result", Result, Code<EventResult>.Text);
        Add("reason", Reason, Code<Reason>.Text);
        Add("method", Method, Code<LoginMethod>.Text);
        Add("service", Service, Code<ServiceType>.Text);
        Add("source", Source, value => value);
        Add("q", new Condition<string>(Words, []), value => value);
        return text.ToString();

        void Add<T>(string field, Condition<T> condition, Func<T, string> format)
        {
            AddSide(field, condition.Any, format);
            AddSide("!" + field, condition.None, format);
        }

        void AddSide<T>(string field, ImmutableArray<T> values, Func<T, string> format)
        {
            foreach (var value in values.Select(format).Order(StringComparer.Ordinal))
            {
                text.Append(field).Append('=').Append(value.Length).Append(':').Append(value).Append('\n');
            }
        }
    }
}
