using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using LoginAudit.Auth;
using LoginAudit.Exports;
using LoginAudit.Http;
using LoginAudit.Ingest;
using LoginAudit.LocalHost;
using LoginAudit.Log.Events;
using LoginAudit.Log.Read;
using LoginAudit.Log.Tables;
using LoginAudit.Providers;
using LoginAudit.Providers.Reading;
using LoginAudit.Search;
using LoginAudit.Tenants;
using Microsoft.AspNetCore.Http;

namespace LoginAudit.FaultTests;

/// <summary>A parser of what comes from outside.</summary>
/// <param name="Name">For the report.</param>
/// <param name="Corpus">What its inputs are made of.</param>
/// <param name="Parse">Returns whether the input was taken; throws <see cref="ProblemException"/> where it was refused.</param>
internal sealed record Parser(string Name, IReadOnlyList<byte[]> Corpus, Func<byte[], bool> Parse)
{
    private const int MaxEvents = 5000;

    private static readonly TenantId Acme = TenantId.Parse("acme");
    private static readonly DateTimeOffset Now = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(180);
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "LoginAudit.FaultTests", "corpus");

    public static IReadOnlyList<Parser> All { get; } =
    [
        new("native events", Files("native"), Native),
        .. ProviderKinds.All.Select(kind => new Parser($"{kind} bodies", Fixtures(kind), body => Provider(kind, body))),
        new("headers and proofs of all kinds", Files("headers"), Headers),
        new("search, summary and list queries", Files("queries"), Queries),
        new("cursors, ids and keys", Files("texts"), Texts),
        new("queue messages", Files("messages"), Messages),
        new("requests of operators and admins", Files("requests"), Requests),
    ];

    private static bool Native(byte[] body)
    {
        var taken = false;
        var elements = EventBody.Split(body, MaxEvents, out var document);
        using var buffers = document;
        foreach (var element in elements)
        {
            var faults = new List<Fault>();
            if (element.Fault is null && NativeEventParser.Parse(element.Json, Acme, Now, MaxAge, faults) is { } e)
            {
                taken = true;
                Valid(e);
            }
            else
            {
                Must.Hold(faults.Count > 0 || element.Fault is not null, "An event is refused without a fault.");
                _ = JsonSerializer.Serialize(faults, ApiJson.Options);
            }
        }

        return taken;
    }

    private static bool Provider(string kind, byte[] body)
    {
        var provider = ProviderKinds.Find(kind)!;

        // A security event token is sent signed; what is read after that is its payload, which the proof has read too.
        if (kind == "set" && !EventBody.TryParse(body, out _))
        {
            return false;
        }

        var sent = kind == "set" ? Encoding.ASCII.GetBytes($"e30.{Base64Url.EncodeToString(body)}.c2lnbmF0dXJl") : body;
        var contentType = kind == "cloudevents" ? "application/cloudevents+json" : "application/json";
        var call = new WebhookCall(new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Content-Type"] = contentType }, sent, Now);
        return Map(provider, call);
    }

    private static bool Map(IProvider provider, WebhookCall call)
    {
        var taken = false;
        var settings = new HookSettings();
        foreach (var element in provider.Split(call, MaxEvents))
        {
            var faults = new List<Fault>();
            var draft = ElementReader.Read(provider, settings, element, faults, out var failed);
            Must.Hold(failed is null, $"{failed}");
            if (draft is { IsIgnored: false } && draft.ToEvent(element.Json, Acme, "source", Now, MaxAge, faults) is { } e)
            {
                taken = true;
                Valid(e);
            }
        }

        return taken;
    }

    /// <summary>Lines of headers, an empty line, and a body.</summary>
    private static bool Headers(byte[] input)
    {
        var end = input.AsSpan().IndexOf("\n\n"u8);
        var head = Encoding.Latin1.GetString(end < 0 ? input : input[..end]);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in head.Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                headers[line[..colon].Trim()] = line[(colon + 1)..].Trim();
            }
        }

        var call = new WebhookCall(headers, end < 0 ? default : input[(end + 2)..], Now);
        var taken = false;
        foreach (var kind in ProviderKinds.All)
        {
            var provider = ProviderKinds.Find(kind)!;
            var verdict = provider.JudgeAsync(call, new HookTrust(["whsec_bG9uZyBlbm91Z2ggZm9yIGEgc2VjcmV0"]), CancellationToken.None).AsTask().GetAwaiter().GetResult();
            Must.Hold(!verdict.IsAuthentic, $"{kind} takes what nobody has signed.");
            if (kind == "set")
            {
                continue; // it is split only once its signature is good
            }

            _ = provider.Verify(call);
            _ = provider.Permit(call);
            try
            {
                taken |= Map(provider, call);
            }
            catch (ProblemException)
            {
                // Refused by this kind.
            }
        }

        return taken;
    }

    private static bool Queries(byte[] input)
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new QueryString("?" + Encoding.Latin1.GetString(input).Replace("?", "", StringComparison.Ordinal));
        var given = RequestQuery.Read(context.Request);
        var search = Refusable(() => new SearchParameters(given).Parse(Acme, Now));
        if (search is not null)
        {
            // What is asked of storage, and what an export would keep of it.
            _ = ScanPlan.Of(search.Filter);
            _ = new SearchParameters(given).Settled(search);
        }

        var summary = Refusable(() => SummaryQuery.Parse(given, Now));
        var list = Refusable(() => ExportListQuery.Parse(given));
        return search is not null || summary is not null || list is not null;
    }

    private static bool Texts(byte[] input)
    {
        var text = Encoding.Latin1.GetString(input);
        var cursor = PageCursor.TryDecode(text, "bound", out _);
        var isEvent = EventId.TryParse(text, out var id);
        Must.Hold(!isEvent || id.ToString() == text, "An event's id is not the text that it was read from.");
        var isHook = HookId.TryParse(text, out var hook);
        Must.Hold(!isHook || hook.Value == text, "A hook's id is not the text that it was read from.");
        var isKey = ApiKey.TryParse(text, out var key);
        Must.Hold(!isKey || key.ToString() == text, "A key is not the text that it was read from.");
        var isTenant = TenantId.TryParse(text, out var tenant);
        Must.Hold(!isTenant || (tenant.Value == text && text.Length is > 1 and <= 63 && text.All(c => c is '-' || char.IsAsciiDigit(c) || char.IsAsciiLetterLower(c))), "A tenant has a name that it may not have.");
        return cursor || isEvent || isHook || isKey || isTenant;
    }

    private static bool Messages(byte[] input)
    {
        var body = BinaryData.FromBytes(input);
        return IsMessage(() => ExportQueue.Read(body)) | IsMessage(() => DeletionQueue.Read(body));

        static bool IsMessage<T>(Func<T> read)
        {
            try
            {
                _ = read();
                return true;
            }
            catch (FormatException)
            {
                return false;
            }
        }
    }

    private static bool Requests(byte[] input)
    {
        var export = Refusable(() => JsonBody.Read<ExportRequest>(input));
        if (export is not null)
        {
            var faults = new List<Fault>();
            _ = export.Check(faults);
            _ = Refusable(() => new SearchParameters(export.Parameters(faults)).ParseForExport(Acme, Now, faults));
        }

        var tenant = Refusable(() => JsonBody.Read<TenantRequest>(input).ToTenant(Acme, null, Now));
        var key = Refusable(() => JsonBody.Read<KeyRequest>(input).Check(Acme, Now));
        var source = Refusable(() => JsonBody.Read<SourceRequest>(input).Check());
        return export is not null || tenant is not null || key is not null || source is not null;
    }

    private static T? Refusable<T>(Func<T> parse)
        where T : class
    {
        try
        {
            return parse();
        }
        catch (ProblemException)
        {
            return null;
        }
    }

    /// <summary>What was taken can be stored, is the same when it is read, and is JSON in answers.</summary>
    private static void Valid(LoginEvent e)
    {
        var rows = EventRows.Write(e, "acme_20260901");
        Must.Hold(rows.Count is >= 1 and <= 4, $"An event has {rows.Count} rows.");
        Must.Hold(EventRows.SizeInTransaction(rows) <= TableLimits.TransactionBytes, "An event does not fit a transaction.");
        var read = EventRows.Read(rows[0], Acme);
        Must.Hold(read.Id == e.Id && read.LoginId == e.LoginId && read.UserName == e.UserName && Equals(read.Ip, e.Ip) && read.OccurredAt == e.OccurredAt, "An event is another one when it is read back.");
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json, LoginEventJson.WriterOptions))
        {
            LoginEventJson.Write(writer, e, withRaw: true);
        }

        using var parsed = JsonDocument.Parse(json.ToArray());
        Must.Hold(parsed.RootElement.GetProperty("id").GetString() == e.Id.ToString(), "An event's JSON has another id.");
    }

    private static List<byte[]> Files(string folder) => [.. Directory.EnumerateFiles(Path.Combine(Folder, folder)).Order(StringComparer.Ordinal).SelectMany(Inputs)];

    /// <summary>A file that is named <c>*.lines</c> holds one a line.</summary>
    private static IEnumerable<byte[]> Inputs(string path) => path.EndsWith(".lines", StringComparison.Ordinal)
        ? File.ReadAllLines(path).Select(Encoding.UTF8.GetBytes)
        : [File.ReadAllBytes(path)];

    /// <summary>The payloads that the tests map, in the shapes of the providers.</summary>
    private static List<byte[]> Fixtures(string kind)
    {
        var folders = Directory.GetDirectories(Path.Combine(Repository.Root, "tests", "LoginAudit.Tests", "Providers"));
        var folder = folders.Single(name => Path.GetFileName(name).Equals(kind.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase));
        return
        [
            .. Directory.EnumerateFiles(Path.Combine(folder, "fixtures"), "*.json").Order(StringComparer.Ordinal)
                .Where(path => !path.EndsWith(".headers.json", StringComparison.Ordinal) && !path.EndsWith(".settings.json", StringComparison.Ordinal)).Select(File.ReadAllBytes),
        ];
    }
}
