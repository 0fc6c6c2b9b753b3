using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using LoginAudit.LocalHost;
using LoginAudit.Tests.Hosting;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(LoginAudit.BrowserTests.Portal))]

// They count the events of one tenant, and some send more.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace LoginAudit.BrowserTests;

/// <summary>A LocalHost with its Azurite and its demo tenant, and a Chromium to look at it with.</summary>
public sealed partial class Portal : IAsyncLifetime
{
    /// <summary>Only where the sandbox of the test's own machine does not allow Chromium's.</summary>
    private static readonly string[] Arguments =
        ["--headless", "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];

    private readonly string _data = Directory.CreateTempSubdirectory("loginaudit-portal").FullName;
    private TestIssuer? _issuer;
    private RunningLocalHost? _host;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public string Root { get; private set; } = "";

    /// <summary>The tenant demo's key, which the printed link carries.</summary>
    public string Key { get; private set; } = "";

    /// <summary>Calls the API as the page does.</summary>
    public HttpClient Api { get; } = new();

    /// <summary>Errors of script, and what the page's own policy refused; answers of the API that tests ask for are none.</summary>
    public ConcurrentBag<string> Faults { get; } = [];

    /// <summary>Where a person can look at the pages.</summary>
    public static string Screenshots { get; } = Directory.CreateDirectory(Path.Combine(Repository.Root, "TestResults", "screenshots")).FullName;

    public async ValueTask InitializeAsync()
    {
        var port = Ports.FindFree(4);
        _issuer = await TestIssuer.StartAsync();
        _host = await RunningLocalHost.StartAsync(
            port,
            _data,
            storage: null,
            ("Exports__StartDelay", "00:00:00"),
            ("Access__RateBurst", "100000"),
            ("Access__Issuers__0__Authority", _issuer.Authority),
            ("Access__Issuers__0__Audience", "login-audit"),
            ("Access__Issuers__0__TenantClaim", "tenants"),
            ("Access__Issuers__0__PortalClientId", "portal"));
        var link = SignInLink().Match(_host.Output);
        Assert.True(link.Success, $"LocalHost printed no sign-in link: {_host.Output}");
        (Root, Key) = (link.Groups["root"].Value, link.Groups["key"].Value);
        Api.BaseAddress = new Uri(Root);
        Api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        Assertions.SetDefaultExpectTimeout(30_000); // the machine may be busy with the other tests
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = await FindChromiumAsync(), Args = Arguments });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        Api.Dispose();
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        if (_issuer is not null)
        {
            await _issuer.DisposeAsync();
        }

        Directory.Delete(_data, recursive: true);
    }

    /// <summary>A browser of its own, in Seoul and English unless told otherwise.</summary>
    public async Task<IPage> OpenAsync(string address = "/portal/", bool signedIn = true, int width = 1280, int height = 900, string locale = "en-US", ColorScheme scheme = ColorScheme.Light)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Root,
            Locale = locale,
            TimezoneId = "Asia/Seoul",
            ColorScheme = scheme,
            ViewportSize = new ViewportSize { Width = width, Height = height },
            HasTouch = width < 700,
            AcceptDownloads = true,
        });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(30_000);
        page.PageError += (_, error) => Faults.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.Contains("status of 4", StringComparison.Ordinal) && !message.Text.Contains("net::ERR_INTERNET_DISCONNECTED", StringComparison.Ordinal))
            {
                Faults.Add(message.Text);
            }
        };
        await page.GotoAsync(signedIn ? $"{address}#key={Key}" : address);
        return page;
    }

    public async Task<JsonElement> GetAsync(string address)
    {
        using var answer = await Api.GetAsync(address);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Every event that a search finds.</summary>
    public async Task<List<JsonElement>> SearchAllAsync(string query)
    {
        var events = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = await GetAsync($"/v1/tenants/demo/events?{query}&limit=1000{(cursor is null ? "" : $"&cursor={cursor}")}");
            events.AddRange(page.GetProperty("events").EnumerateArray());
            cursor = page.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);
        return events;
    }

    public async Task SendAsync(params object[] events)
    {
        using var answer = await Api.PostAsJsonAsync("/v1/tenants/demo/events", events);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Debian's where there is one; else it is installed, or null for Playwright's own.</summary>
    private static async Task<string?> FindChromiumAsync()
    {
        if (Find("chromium") is { } there)
        {
            return there;
        }

        if (Find("apt-get") is not null && Environment.IsPrivilegedProcess)
        {
            await RunAsync("apt-get", "update", "-qq");
            await RunAsync("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-cjk");
            return Find("chromium");
        }

        return Microsoft.Playwright.Program.Main(["install", "--with-deps", "chromium"]) == 0 ? null : throw new InvalidOperationException("There is no Chromium, and none could be installed.");
    }

    private static string? Find(string program) => Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false })!;
        process.StartInfo.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    [GeneratedRegex("(?<root>http://127.0.0.1:[0-9]+)/portal/#key=(?<key>[A-Za-z0-9_-]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex SignInLink();
}
