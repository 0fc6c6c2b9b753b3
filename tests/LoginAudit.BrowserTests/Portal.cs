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

    private const string HowToInstall =
        "Install it: 'apt-get update && apt-get install -y chromium fonts-noto-cjk' on Debian, or any package that puts"
        + " 'chromium' or 'google-chrome' on the PATH.";

    private readonly (string Name, string Value)[] _settings;
    private readonly string? _chromium;
    private TestIssuer? _issuer;
    private RunningLocalHost? _host;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public Portal()
        : this(chromium: null)
    {
    }

    /// <param name="chromium">Its program, if not the one that is found or installed.</param>
    /// <param name="settings">More app settings, <c>Section__Name</c>.</param>
    internal Portal(string? chromium, params (string Name, string Value)[] settings) =>
        (_chromium, _settings) = (chromium, settings);

    /// <summary>All that it starts has this folder in its command line.</summary>
    internal string Data { get; } = Directory.CreateTempSubdirectory("loginaudit-portal").FullName;

    public string Root { get; private set; } = "";

    /// <summary>The tenant demo's key, which the printed link carries.</summary>
    public string Key { get; private set; } = "";

    /// <summary>Calls the API as the page does.</summary>
    public HttpClient Api { get; } = new();

    /// <summary>Errors of script, and what the page's own policy refused; answers of the API that tests ask for are none.</summary>
    public ConcurrentBag<string> Faults { get; } = [];

    /// <summary>Where a person can look at the pages.</summary>
    public static string Screenshots { get; } = Directory.CreateDirectory(Path.Combine(Repository.Root, "TestResults", "screenshots")).FullName;

    /// <summary>Stops what it has started if it fails: nobody disposes of a fixture that did not come up.</summary>
    public async ValueTask InitializeAsync()
    {
        try
        {
            await StartAsync();
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_browser is not null)
            {
                await _browser.DisposeAsync();
            }
        }
        finally
        {
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

            Directory.Delete(Data, recursive: true);
        }
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

    private async Task StartAsync()
    {
        // What is missing is installed first: that has no time limit, and tells on the console how far it is.
        var chromium = _chromium ?? await FindChromiumAsync();
        await RunningLocalHost.InstallAsync();

        Assertions.SetDefaultExpectTimeout(30_000); // the machine may be busy with the other tests
        _playwright = await Playwright.CreateAsync();
        try
        {
            _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = chromium,
                Args = [.. Arguments, $"--disk-cache-dir={Path.Combine(Data, "cache")}"],
                Timeout = 180_000,
            });
        }
        catch (PlaywrightException e)
        {
            throw new InvalidOperationException(
                $"Chromium, {chromium ?? "Playwright's own"}, did not start. {HowToInstall}", e);
        }

        _issuer = await TestIssuer.StartAsync();
        _host = await RunningLocalHost.StartAsync(
            Ports.FindFree(4),
            Data,
            storage: null,
            [
                ("Exports__StartDelay", "00:00:00"),
                ("Access__RateBurst", "100000"),
                ("Access__Issuers__0__Authority", _issuer.Authority),
                ("Access__Issuers__0__Audience", "login-audit"),
                ("Access__Issuers__0__TenantClaim", "tenants"),
                ("Access__Issuers__0__PortalClientId", "portal"),
                .. _settings,
            ]);
        var link = SignInLink().Match(_host.Output);
        Assert.True(link.Success, $"LocalHost printed no sign-in link: {_host.Output}");
        (Root, Key) = (link.Groups["root"].Value, link.Groups["key"].Value);
        Api.BaseAddress = new Uri(Root);
        Api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    /// <summary>The machine's where there is one; else it is installed, or null for Playwright's own.</summary>
    /// <exception cref="InvalidOperationException">There is none, and none could be installed.</exception>
    private static async Task<string?> FindChromiumAsync()
    {
        if (FindChromium() is { } there)
        {
            return there;
        }

        if (Find("apt-get") is not null && Environment.IsPrivilegedProcess)
        {
            Console.WriteLine("Installing chromium and fonts-noto-cjk with apt-get, once; this may take minutes ...");
            await RunAsync("apt-get", "update", "-qq");
            await RunAsync("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-cjk");
            if (FindChromium() is { } installed)
            {
                return installed;
            }
        }

        Console.WriteLine("Installing Playwright's Chromium, once; this may take minutes ...");
        return Microsoft.Playwright.Program.Main(["install", "chromium"]) == 0
            ? null
            : throw new InvalidOperationException($"The tests need Chromium, and there is none. {HowToInstall}");
    }

    private static string? FindChromium() =>
        new[] { "chromium", "google-chrome", "chromium-browser" }.Select(Find).FirstOrDefault(path => path is not null);

    private static string? Find(string program) => Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false };
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"'{program} {string.Join(' ', arguments)}' ended with {process.ExitCode}. {HowToInstall}");
        }
    }

    [GeneratedRegex("(?<root>http://127.0.0.1:[0-9]+)/portal/#key=(?<key>[A-Za-z0-9_-]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex SignInLink();
}
