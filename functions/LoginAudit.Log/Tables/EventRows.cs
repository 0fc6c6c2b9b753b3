using System.Buffers;
using System.IO.Compression;
using System.Net;
using Azure.Data.Tables;
using LoginAudit.Log.Events;

namespace LoginAudit.Log.Tables;

/// <summary>An event as its rows, and back. Every row carries all columns; <see cref="Raw"/> is in the <c>e_</c> row only.</summary>
internal static class EventRows
{
    public const string Id = "Id";
    public const string OccurredAt = "OccurredAt";
    public const string ReceivedAt = "ReceivedAt";
    public const string Source = "Source";
    public const string SourceEventId = "SourceEventId";
    public const string EventType = "EventType";
    public const string Result = "Result";
    public const string Reason = "Reason";
    public const string ReasonRaw = "ReasonRaw";
    public const string UserId = "UserId";
    public const string LoginId = "LoginId";
    public const string UserName = "UserName";
    public const string Ip = "Ip";
    public const string IpHex = "IpHex";
    public const string LoginMethod = "LoginMethod";
    public const string ServiceType = "ServiceType";
    public const string UserAgent = "UserAgent";
    public const string SessionId = "SessionId";
    public const string CorrelationId = "CorrelationId";
    public const string Application = "Application";
    public const string Country = "Country";
    public const string City = "City";
    public const string Asn = "Asn";
    public const string RiskLevel = "RiskLevel";
    public const string Raw = "Raw";
    public const string RawDropped = "RawDropped";

    /// <summary>All that a search reads: everything but the raw payload.</summary>
    public static string[] SearchColumns { get; } =
    [
        Id, ReceivedAt, Source, SourceEventId, EventType, Result, Reason, ReasonRaw, UserId, LoginId, UserName, Ip, LoginMethod,
        ServiceType, UserAgent, SessionId, CorrelationId, Application, Country, City, Asn, RiskLevel, RawDropped,
    ];

    /// <summary>Characters that JSON holds as they are.</summary>
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ._-/:;(),");

    public static List<TableEntity> Write(LoginEvent e, string partitionKey) => Write(e, e.Id, partitionKey);

    /// <param name="e">The event.</param>
    /// <param name="id">Its id, which is a hash: who has it already need not make it again.</param>
    /// <param name="partitionKey">Of all of its rows.</param>
    public static List<TableEntity> Write(LoginEvent e, EventId id, string partitionKey)
    {
        var packed = e.Raw is { } raw ? Compress(raw.Span) : null;
        var rawDropped = e.RawDropped || packed?.Length > TableLimits.PropertyBytes;
        var ip = e.Ip is { } address ? IpRange.Number(address) : (UInt128?)null;
        var columns = Columns(e, id, ip, partitionKey);
        if (rawDropped)
        {
            columns.Add(RawDropped, true);
        }

        var rows = new List<TableEntity>(4);
        var main = AddRow(TableKeys.AllRows);
        if (packed is not null && !rawDropped)
        {
            main.Add(Raw, packed);
        }

        foreach (var user in e.UserKeys())
        {
            AddRow(TableKeys.UserRows(user));
        }

        if (ip is { } number)
        {
            AddRow(TableKeys.IpRows(number));
        }

        return rows;

        TableEntity AddRow(string family)
        {
            // Its own dictionary, of values that all rows share.
            var row = new TableEntity(columns) { RowKey = TableKeys.EventRow(family, id.Ticks, id.Key.Value) };
            rows.Add(row);
            return row;
        }
    }

    /// <summary>Cheaper than the id of the event, which is a hash.</summary>
    public static EventId IdOf(TableEntity row) =>
        EventId.TryParse(row.GetString(Id), out var id) ? id : throw new FormatException("An event row has no valid Id.");

    public static LoginEvent Read(TableEntity row, TenantId tenant)
    {
        var id = IdOf(row);
        return new LoginEvent
        {
            Tenant = tenant,
            Source = row.GetString(Source),
            SourceEventId = row.GetString(SourceEventId),
            OccurredAt = id.OccurredAt,
            ReceivedAt = row.GetDateTimeOffset(ReceivedAt)!.Value,
            EventType = Code<EventType>.Parse(row.GetString(EventType)),
            Result = Code<EventResult>.Parse(row.GetString(Result)),
            Reason = row.GetString(Reason) is { } reason ? Code<Reason>.Parse(reason) : null,
            ReasonRaw = row.GetString(ReasonRaw),
            UserId = row.GetString(UserId),
            LoginId = row.GetString(LoginId),
            UserName = row.GetString(UserName),
            Ip = row.GetString(Ip) is { } ip ? IPAddress.Parse(ip) : null,
            LoginMethod = row.GetString(LoginMethod) is { } method ? Code<LoginMethod>.Parse(method) : null,
            ServiceType = Code<ServiceType>.Parse(row.GetString(ServiceType)),
            UserAgent = row.GetString(UserAgent),
            SessionId = row.GetString(SessionId),
            CorrelationId = row.GetString(CorrelationId),
            Application = row.GetString(Application),
            Country = row.GetString(Country),
            City = row.GetString(City),
            Asn = row.GetInt64(Asn),
            RiskLevel = row.GetString(RiskLevel),
            Raw = row.GetBinary(Raw) is { } packed ? Decompress(packed) : (ReadOnlyMemory<byte>?)null,
            RawDropped = row.GetBoolean(RawDropped) ?? false,
        };
    }

    /// <summary>How much of an event a first row holds, to tell the fuller of two versions.</summary>
    public static int GivenFields(TableEntity row) => SearchColumns.Count(row.ContainsKey);

    /// <summary>An upper bound of what all rows of an event take in a transaction's body, in bytes.</summary>
    public static int SizeInTransaction(List<TableEntity> rows)
    {
        const int longerKey = 40; // of a user or an address, than that of the first row
        var first = SizeInTransaction(rows[0]);
        var raw = rows[0].GetBinary(Raw) is { } packed ? SizeInTransaction(Raw, packed) : 0;
        return first + ((rows.Count - 1) * (first - raw + longerKey));
    }

    /// <summary>An upper bound of what a row takes in a transaction's body, in bytes.</summary>
    public static int SizeInTransaction(TableEntity row)
    {
        const int envelope = 700; // multipart and HTTP headers of one operation, with its address
        var size = envelope;
        foreach (var (name, value) in row)
        {
            size += SizeInTransaction(name, value);
        }

        return size;
    }

    private static int SizeInTransaction(string name, object value)
    {
        const int punctuation = 8;
        const int typeAnnotation = 30;
        return name.Length + punctuation + value switch
        {
            string text => EscapedLength(text),
            byte[] bytes => (((bytes.Length + 2) / 3) * 4) + name.Length + typeAnnotation,
            _ => 40 + name.Length + typeAnnotation,
        };
    }

    private static int EscapedLength(string text)
    {
        const int escapeSequence = 6;
        var escaped = 0;
        for (var rest = text.AsSpan(); rest.IndexOfAnyExcept(Plain) is >= 0 and var at; rest = rest[(at + 1)..])
        {
            escaped++;
        }

        return text.Length + (escaped * (escapeSequence - 1));
    }

    private static Dictionary<string, object> Columns(LoginEvent e, EventId id, UInt128? address, string partitionKey)
    {
        // With the comparer that a row's own dictionary has, which is then a plain copy.
        var row = new Dictionary<string, object>(SearchColumns.Length + 6, comparer: null)
        {
            [nameof(ITableEntity.PartitionKey)] = partitionKey,
            [nameof(ITableEntity.RowKey)] = "",
        };
        row.Add(Id, id.ToString());
        row.Add(OccurredAt, e.OccurredAt);
        row.Add(ReceivedAt, e.ReceivedAt);
        row.Add(Source, e.Source);
        row.Add(SourceEventId, e.SourceEventId);
        row.Add(EventType, Code<EventType>.Text(e.EventType));
        row.Add(Result, Code<EventResult>.Text(e.Result));
        AddText(Reason, e.Reason is { } reason ? Code<Reason>.Text(reason) : null);
        AddText(ReasonRaw, e.ReasonRaw);
        AddText(UserId, e.UserId);
        AddText(LoginId, e.LoginId);
        AddText(UserName, e.UserName);
        if (address is { } number)
        {
            row.Add(Ip, e.Ip!.ToString());
            row.Add(IpHex, IpRange.Hex(number));
        }

        AddText(LoginMethod, e.LoginMethod is { } method ? Code<LoginMethod>.Text(method) : null);
        row.Add(ServiceType, Code<ServiceType>.Text(e.ServiceType));
        AddText(UserAgent, e.UserAgent);
        AddText(SessionId, e.SessionId);
        AddText(CorrelationId, e.CorrelationId);
        AddText(Application, e.Application);
        AddText(Country, e.Country);
        AddText(City, e.City);
        if (e.Asn is { } asn)
        {
            row.Add(Asn, asn);
        }

        AddText(RiskLevel, e.RiskLevel);
        return row;

        void AddText(string column, string? value)
        {
            if (value is not null)
            {
                row.Add(column, value);
            }
        }
    }

    private static byte[] Compress(ReadOnlySpan<byte> json)
    {
        var buffer = new byte[BrotliEncoder.GetMaxCompressedLength(json.Length)];
        return BrotliEncoder.TryCompress(json, buffer, out var written, quality: 4, window: 18)
            ? buffer[..written]
            : throw new InvalidOperationException("Brotli needs more room than it asked for.");
    }

    private static byte[] Decompress(byte[] packed)
    {
        using var source = new MemoryStream(packed);
        using var brotli = new BrotliStream(source, CompressionMode.Decompress);
        using var json = new MemoryStream();
        brotli.CopyTo(json);
        return json.ToArray();
    }
}
