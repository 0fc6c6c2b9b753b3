using System.Net;

namespace LoginAudit.Log.Events;

/// <summary>
/// What a summary needs of a day's events: how they ended by quarter of an hour, why they failed, for whom, and from where. Counts of
/// several days add up. Times and reasons are exact; of users and addresses the busiest <see cref="Kept"/> of each day are kept.
/// </summary>
internal sealed class EventCounts
{
    /// <summary>Users and addresses that are kept of a day that is over.</summary>
    public const int Kept = 1000;

    /// <summary>While counting: twenty times as many, so that who comes late is seen too.</summary>
    private const int Counted = 20 * Kept;

    /// <summary>By the start of the quarter, in UTC ticks.</summary>
    public Dictionary<long, ResultCounts> Quarters { get; } = [];

    /// <summary>Of events that did not succeed.</summary>
    public Dictionary<Reason, long> Reasons { get; } = [];

    /// <summary>Failures by user: by the login id in normal form, else by the user id.</summary>
    public Dictionary<string, long> Users { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>Failures by address, and the users who were tried from there.</summary>
    public Dictionary<UInt128, AddressCounts> Addresses { get; private set; } = [];

    public void Add(LoginEvent e)
    {
        var quarter = e.OccurredAt.UtcTicks - (e.OccurredAt.UtcTicks % LocalTime.Quarter.Ticks);
        Quarters[quarter] = Quarters.GetValueOrDefault(quarter).Plus(e.Result);
        if (e.Reason is { } reason && e.Result != EventResult.Success)
        {
            Reasons[reason] = Reasons.GetValueOrDefault(reason) + 1;
        }

        if (e.Result != EventResult.Failure)
        {
            return;
        }

        var user = (e.LoginId ?? e.UserId) is { } id && UserKey.TryNormalize(id, out var normalized) ? normalized : null;
        if (user is not null)
        {
            Users[user] = Users.GetValueOrDefault(user) + 1;
        }

        if (e.Ip is { } ip)
        {
            AddressOf(IpRange.Number(ip)).Add(user);
        }

        if (Users.Count > 2 * Counted || Addresses.Count > 2 * Counted)
        {
            Trim(Counted);
        }
    }

    public void Add(EventCounts other)
    {
        foreach (var (quarter, counts) in other.Quarters)
        {
            Quarters[quarter] = Quarters.GetValueOrDefault(quarter).Plus(counts);
        }

        foreach (var (reason, count) in other.Reasons)
        {
            Reasons[reason] = Reasons.GetValueOrDefault(reason) + count;
        }

        foreach (var (user, count) in other.Users)
        {
            Users[user] = Users.GetValueOrDefault(user) + count;
        }

        foreach (var (address, counts) in other.Addresses)
        {
            AddressOf(address).Add(counts);
        }
    }

    /// <summary>Leaves the busiest users and addresses.</summary>
    public void Trim(int kept)
    {
        Users = TopUsers(kept).ToDictionary(StringComparer.Ordinal);
        Addresses = TopAddresses(kept).ToDictionary();
    }

    public IEnumerable<KeyValuePair<string, long>> TopUsers(int count) =>
        Users.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(count);

    /// <summary>By the users who were tried from there: one address that tries many is what a spraying attack looks like.</summary>
    public IEnumerable<KeyValuePair<UInt128, AddressCounts>> TopAddresses(int count) => Addresses
        .OrderByDescending(pair => pair.Value.Users.Count).ThenByDescending(pair => pair.Value.Failures).ThenBy(pair => pair.Key).Take(count);

    public static IPAddress ToAddress(UInt128 number)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        var address = new IPAddress(bytes);
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    private AddressCounts AddressOf(UInt128 address)
    {
        if (!Addresses.TryGetValue(address, out var counts))
        {
            Addresses[address] = counts = new AddressCounts();
        }

        return counts;
    }
}

/// <summary>Events by how they ended.</summary>
internal readonly record struct ResultCounts(long Success, long Failure, long Interrupted)
{
    public ResultCounts Plus(EventResult result) => result switch
    {
        EventResult.Success => this with { Success = Success + 1 },
        EventResult.Failure => this with { Failure = Failure + 1 },
        _ => this with { Interrupted = Interrupted + 1 },
    };

    public ResultCounts Plus(ResultCounts other) => new(Success + other.Success, Failure + other.Failure, Interrupted + other.Interrupted);
}

/// <summary>What failed from one address.</summary>
internal sealed class AddressCounts
{
    public long Failures { get; private set; }

    public DistinctCount Users { get; } = new();

    public void Add(string? user)
    {
        Failures++;
        if (user is not null)
        {
            Users.Add(user);
        }
    }

    public void Add(AddressCounts other) => Add(other.Failures, other.Users.Hashes);

    public void Add(long failures, IEnumerable<ulong> hashes)
    {
        Failures += failures;
        Users.AddHashes(hashes);
    }
}
