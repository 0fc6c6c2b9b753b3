using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LoginAudit.BrowserTests;

/// <summary>The main job, as an administrator does it.</summary>
public sealed partial class PortalTests(Portal portal)
{
    private const string Seoul = "tz=Asia/Seoul";

    [Fact]
    public async Task SignIn_ByThePrintedLink_ShowsTheLogAndTakesTheKeyFromTheAddress()
    {
        var page = await portal.OpenAsync();

        await Expect(Rows(page).First).ToBeVisibleAsync();
        Assert.Equal("/portal/", await page.EvaluateAsync<string>("location.pathname + location.search + location.hash"));
        Assert.DoesNotContain(portal.Key, await page.EvaluateAsync<string>("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])"), StringComparison.Ordinal);
        Assert.Equal(["Description", "User", "Date", "IP address", "Login method", "Service type"], await page.Locator("table.events th").AllInnerTextsAsync());
        var newest = (await portal.SearchAllAsync($"{Seoul}&from={Day(-6)}&to={Day(0)}"))[0];
        Assert.Contains(newest.GetProperty("loginId").GetString()!, await Rows(page).First.InnerTextAsync(), StringComparison.Ordinal);
        await ShootAsync(page, "login");
        Assert.Empty(portal.Faults);
    }

    [Fact]
    public async Task SignIn_ByTypingAKey_TellsWhatIsNoKey()
    {
        var page = await portal.OpenAsync(signedIn: false);

        await page.GetByLabel("API key").FillAsync("hello");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(page.GetByText("This is no key of a tenant: la_…")).ToBeVisibleAsync();
        await page.GetByLabel("API key").FillAsync(portal.Key);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();

        await Expect(Rows(page).First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task SignIn_WithOpenIdConnect_ComesBackToTheSearchWithATokenInMemoryOnly()
    {
        var page = await portal.OpenAsync("/portal/?result=failure", signedIn: false);

        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("Sign in with 127.0.0.1") }).ClickAsync();

        await Expect(page.GetByText("Result is failed")).ToBeVisibleAsync();
        await Expect(Rows(page).First).ToContainTextAsync("failed");
        Assert.Equal("/portal/?result=failure", await page.EvaluateAsync<string>("location.pathname + location.search + location.hash"));
        Assert.DoesNotContain("eyJ", await page.EvaluateAsync<string>("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])"), StringComparison.Ordinal);
        await page.ReloadAsync();
        await Expect(page.GetByLabel("API key")).ToBeVisibleAsync();
        Assert.Empty(portal.Faults);
    }

    [Theory]
    [InlineData("User", "hayun.kang@example.com", "user=hayun.kang@example.com")]
    [InlineData("IP address", "198.51.100.0/24", "ip=198.51.100.0/24")]
    [InlineData("Event", "Logout", "eventType=logout")]
    [InlineData("Result", "failed", "result=failure")]
    [InlineData("Reason", "wrong ID or password", "reason=invalid_credentials")]
    [InlineData("Login method", "Passkey", "method=passkey")]
    [InlineData("Service type", "Mobile App", "service=mobile_app")]
    [InlineData("Source", "entra", "source=entra")]
    [InlineData("Words", "kang", "q=kang")]
    public async Task Search_ByEachCondition_ShowsWhatTheApiFinds(string field, string value, string query)
    {
        var page = await portal.OpenAsync();
        await AddConditionAsync(page, field, value);

        var found = await portal.SearchAllAsync($"{query}&{Seoul}&from={Day(-6)}&to={Day(0)}");
        await Expect(page.GetByText($"{Math.Min(50, found.Count)} sign-ins")).ToBeVisibleAsync();
        Assert.Equal(Math.Min(50, found.Count), await Rows(page).CountAsync());
        Assert.Equal("?" + query, Uri.UnescapeDataString(await page.EvaluateAsync<string>("location.search")));
        await Expect(page.GetByText($"{field} is {value}")).ToBeVisibleAsync();

        await page.ReloadAsync();
        await page.GotoAsync($"/portal/?{query}#key={portal.Key}");
        await Expect(page.GetByText($"{Math.Min(50, found.Count)} sign-ins")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("Remove condition") }).ClickAsync();
        await Expect(page.GetByText($"{field} is {value}")).ToHaveCountAsync(0);
        Assert.Equal("", await page.EvaluateAsync<string>("location.search"));
    }

    [Fact]
    public async Task Search_WithoutOne_LeavesItOut()
    {
        var page = await portal.OpenAsync();
        await AddConditionAsync(page, "Service type", "PC Web", isNot: true);

        await Expect(page.GetByText("Service type is not PC Web")).ToBeVisibleAsync();
        await Expect(page.Locator("table.events tbody td.service", new() { HasText = "PC Web" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Search_PagedToTheEnd_ShowsEveryEventOfLocalDaysOnce()
    {
        var page = await portal.OpenAsync($"/portal/?from={Day(-3)}&to={Day(-1)}");
        var all = await portal.SearchAllAsync($"{Seoul}&from={Day(-3)}&to={Day(-1)}");
        Assert.InRange(all.Count, 60, 2000);

        await Expect(Rows(page).First).ToBeVisibleAsync();
        while (await page.GetByRole(AriaRole.Button, new() { Name = "Load more" }).IsVisibleAsync())
        {
            var before = await Rows(page).CountAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Load more" }).ClickAsync();
            await page.WaitForFunctionAsync($"() => document.querySelectorAll('table.events tbody tr').length > {before} || document.body.innerText.includes('All of the period is shown')");
        }

        await Expect(page.GetByText("All of the period is shown")).ToBeVisibleAsync();
        Assert.Equal(all.Count, await Rows(page).CountAsync());
        await page.GetByRole(AriaRole.Columnheader, new() { Name = "Date" }).GetByRole(AriaRole.Button).ClickAsync();
        await Expect(Rows(page).First).ToContainTextAsync(all[^1].GetProperty("loginId").GetString()!);
        Assert.Contains("order=asc", await page.EvaluateAsync<string>("location.search"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Detail_OfAnEvent_ShowsAllOfItWithThePayloadAndFilters()
    {
        var id = $"detail-{TimeProvider.System.GetTimestamp()}";
        await portal.SendAsync(new { sourceEventId = id, occurredAt = Now(), eventType = "login", result = "failure", reason = "unknown_user", loginId = $"{id}@example.com", ip = "203.0.113.200", userAgent = "Agent/1", raw = new { nested = new[] { 1, 2 } } });
        var page = await portal.OpenAsync($"/portal/?user={id}@example.com");

        await Rows(page).First.GetByRole(AriaRole.Button).ClickAsync();
        var detail = page.GetByRole(AriaRole.Dialog);
        await Expect(detail).ToContainTextAsync("Login failed: unknown user");
        await Expect(detail).ToContainTextAsync("Agent/1");
        await Expect(detail.Locator("pre")).ToContainTextAsync("\"nested\": [");
        await ShootAsync(page, "detail");
        await detail.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("IP address") }).ClickAsync();

        await Expect(page.GetByText("IP address is 203.0.113.200")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Download_OfACsv_IsWatchedUntilItIsReadyAndHoldsTheTable()
    {
        var page = await portal.OpenAsync($"/portal/?from={Day(-2)}&to={Day(-1)}&result=failure");
        await Expect(page.GetByText("All of the period is shown")).ToBeVisibleAsync();
        var shown = await Rows(page).Locator("td.ip").AllInnerTextsAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Download" }).ClickAsync();
        await ShootAsync(page, "download-dialog");
        await page.GetByRole(AriaRole.Button, new() { Name = "Request", Exact = true }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/portal/downloads$"));
        var job = page.Locator("li.job").First;
        await Expect(job).ToContainTextAsync("Result: failed");
        await Expect(job.GetByText("Ready")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await ShootAsync(page, "log-download");
        var download = await page.RunAndWaitForDownloadAsync(() => job.GetByRole(AriaRole.Button, new() { Name = "Download" }).ClickAsync());

        Assert.Equal($"login-audit_demo_{Day(-2).Replace("-", "", StringComparison.Ordinal)}_{Day(-1).Replace("-", "", StringComparison.Ordinal)}.csv", download.SuggestedFilename);
        var lines = (await File.ReadAllTextAsync(await download.PathAsync(), Encoding.UTF8)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("Description,User,Date,IP address,Login method,Service type,event_id", lines[0].TrimStart('\uFEFF'), StringComparison.Ordinal);
        Assert.Equal(shown, lines[1..].Select(line => CsvCells().Matches(line)[3].Value));

        page.Dialog += async (_, dialog) => await dialog.AcceptAsync();
        var count = await page.Locator("li.job").CountAsync();
        await job.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(page.Locator("li.job")).ToHaveCountAsync(count - 1);
        Assert.Empty(portal.Faults);
    }

    [Fact]
    public async Task Download_BeingWritten_ShowsHowFarItIsAndIsCancelled()
    {
        var page = await portal.OpenAsync(signedIn: false);
        var state = "running";
        var asked = new List<string>();
        await page.RouteAsync("**/v1/tenants/demo/exports*", route => route.FulfillAsync(new()
        {
            ContentType = "application/json",
            Body = $$"""{"exports":[{"id":"0123456789abcdef01234567","state":"{{state}}","format":"csv","gzip":true,"language":"en","timeZone":"UTC","description":"Everything of September","query":{},"from":"2026-09-01T00:00:00Z","to":"2026-10-01T00:00:00Z","requestedAt":"2026-10-01T00:00:00Z","requestedBy":"k","rows":12345,"progress":0.4}]}""",
        }));
        await page.RouteAsync("**/v1/tenants/demo/exports/*", async route =>
        {
            asked.Add($"{route.Request.Method} {new Uri(route.Request.Url).AbsolutePath}");
            state = "cancelled";
            await route.FulfillAsync(new() { Status = 204 });
        });

        await page.GotoAsync($"/portal/downloads#key={portal.Key}");
        var job = page.Locator("li.job");
        await Expect(job).ToContainTextAsync("Being written");
        await Expect(job).ToContainTextAsync("12,345");
        await Expect(job.GetByRole(AriaRole.Progressbar)).ToHaveAttributeAsync("aria-valuenow", "0.4");
        await job.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await Expect(job).ToContainTextAsync("Cancelled");
        Assert.Equal(["DELETE /v1/tenants/demo/exports/0123456789abcdef01234567"], asked);
    }

    [Fact]
    public async Task Download_WithColumnsInJapanese_AsksForThose()
    {
        var page = await portal.OpenAsync(locale: "ja-JP");
        await page.GetByRole(AriaRole.Button, new() { Name = "ダウンロード", Exact = true }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("形式").SelectOptionAsync("parquet");
        await dialog.GetByLabel("列").ClickAsync();
        await page.GetByRole(AriaRole.Menuitemcheckbox, new() { Name = "event_id", Exact = true }).ClickAsync();
        await page.Keyboard.PressAsync("Escape");
        var request = await page.RunAndWaitForRequestAsync(
            () => dialog.GetByRole(AriaRole.Button, new() { Name = "依頼", Exact = true }).ClickAsync(), sent => sent.Method == "POST");

        var body = JsonDocument.Parse(request.PostData!).RootElement;
        Assert.Equal("parquet", body.GetProperty("format").GetString());
        Assert.Equal("ja", body.GetProperty("language").GetString());
        Assert.Equal(22, body.GetProperty("columns").GetArrayLength());
        await Expect(page.Locator("li.job").First).ToContainTextAsync("Parquet");
    }

    [Fact]
    public async Task Chart_DraggedAndTopsClicked_NarrowTheSearch()
    {
        var page = await portal.OpenAsync();
        var chart = page.Locator(".u-over");
        await Expect(chart).ToBeVisibleAsync();
        var box = (await chart.BoundingBoxAsync())!;
        var figure = page.GetByRole(AriaRole.Figure);
        var ofAWeek = await figure.InnerTextAsync();

        await page.Mouse.MoveAsync(box.X + (box.Width * 2.1f / 7), box.Y + 40);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + (box.Width * 3.5f / 7), box.Y + 40, new() { Steps = 5 });
        await page.Mouse.UpAsync();

        await page.WaitForURLAsync(new Regex("from="));
        var query = System.Web.HttpUtility.ParseQueryString(new Uri(page.Url).Query);
        Assert.Equal(LocalStart(-4), query["from"]);
        Assert.Equal(LocalStart(-2), query["to"]);

        // Until the counts of the narrower period come, the names are those of the week.
        await Expect(figure).Not.ToHaveTextAsync(ofAWeek, new() { UseInnerText = true });
        var top = page.Locator(".top").First.GetByRole(AriaRole.Button).First;
        var user = await top.InnerTextAsync();
        await top.ClickAsync();
        await Expect(page.GetByText($"User is {user}")).ToBeVisibleAsync();
        await Expect(page.GetByText("Result is failed")).ToBeVisibleAsync();
        await Expect(Rows(page).First).ToContainTextAsync("Login failed");
        await page.GoBackAsync();
        await Expect(page.GetByText($"User is {user}")).ToHaveCountAsync(0);
    }

    internal static ILocator Rows(IPage page) => page.Locator("table.events tbody tr");

    internal static Task ShootAsync(IPage page, string name) =>
        page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Portal.Screenshots, name + ".png") });

    internal static string Now() => TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);

    private static async Task AddConditionAsync(IPage page, string field, string value, bool isNot = false)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Advanced" }).ClickAsync();
        await page.GetByLabel("Condition").SelectOptionAsync(field);
        if (isNot)
        {
            await page.GetByLabel("is / is not").SelectOptionAsync("is not");
        }

        var input = page.GetByLabel("Value");
        if (await input.EvaluateAsync<string>("e => e.tagName") == "SELECT")
        {
            await input.SelectOptionAsync(value);
        }
        else
        {
            await input.FillAsync(value);
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
    }

    /// <summary>A date in Seoul, so many days from today.</summary>
    private static string Day(int days) => Local().AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string LocalStart(int days) =>
        Local().Date.AddDays(days).AddHours(-9).ToString("yyyy-MM-dd'T'HH:mm:ss'.000Z'", CultureInfo.InvariantCulture);

    private static DateTimeOffset Local() => TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul"));

    [GeneratedRegex("(?<=^|,)(\"([^\"]|\"\")*\"|[^,]*)", RegexOptions.ExplicitCapture)]
    private static partial Regex CsvCells();
}
