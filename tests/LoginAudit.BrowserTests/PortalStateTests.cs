using System.Text.Json;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static LoginAudit.BrowserTests.PortalTests;
using static Microsoft.Playwright.Assertions;

namespace LoginAudit.BrowserTests;

/// <summary>Languages, narrow screens, keyboards, assistive technology, hostile text, and what goes wrong.</summary>
public sealed class PortalStateTests(Portal portal)
{
    [Theory]
    [InlineData("en-US", "Login", "Description|User|Date|IP address|Login method|Service type", "Log Download")]
    [InlineData("ko-KR", "로그인", "설명|구성원|일시|IP 주소|로그인 방법|서비스 유형", "로그 다운로드")]
    [InlineData("ja-JP", "ログイン", "説明|メンバー|日時|IPアドレス|ログイン方法|サービスタイプ", "ログのダウンロード")]
    public async Task Page_InEachLanguage_HasItsWords(string locale, string title, string headings, string downloads)
    {
        var page = await portal.OpenAsync(locale: locale);

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = title, Level = 1 })).ToBeVisibleAsync();
        await Expect(Rows(page).First).ToBeVisibleAsync();
        Assert.Equal(headings.Split('|'), await page.Locator("table.events th").AllInnerTextsAsync());
        Assert.Equal(locale[..2], await page.EvaluateAsync<string>("document.documentElement.lang"));
        await page.GetByRole(AriaRole.Tab, new() { Name = downloads }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = downloads, Level = 1 })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Tab, new() { Name = title }).ClickAsync();
        await Expect(Rows(page).First).ToBeVisibleAsync();
        await ShootAsync(page, $"login-{locale[..2]}");
        Assert.Empty(portal.Faults);
    }

    [Fact]
    public async Task Settings_OfLanguageZoneAndTheme_AreKept()
    {
        var page = await portal.OpenAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Settings" }).ClickAsync();
        await page.GetByLabel("Language").SelectOptionAsync("ko");
        await page.GetByLabel("화면 모드").SelectOptionAsync("dark");
        await page.GetByLabel("시간대").SelectOptionAsync("America/Los_Angeles");
        await page.GetByRole(AriaRole.Button, new() { Name = "닫기" }).ClickAsync();

        await page.GotoAsync("about:blank");
        var request = await page.RunAndWaitForRequestAsync(() => page.GotoAsync($"/portal/#key={portal.Key}"), sent => sent.Url.Contains("/events?", StringComparison.Ordinal));
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "로그인", Level = 1 })).ToBeVisibleAsync();
        Assert.Contains("tz=America%2FLos_Angeles", request.Url, StringComparison.Ordinal);
        await Expect(Rows(page).First).ToBeVisibleAsync();
        await ShootAsync(page, "login-dark");
    }

    [Fact]
    public async Task Page_OnAPhone_HasCardsAndNothingIsCut()
    {
        var page = await portal.OpenAsync(width: 390, height: 844);
        var cards = page.Locator("ul.cards li");
        await Expect(cards.First).ToBeVisibleAsync();
        await Expect(page.Locator("table.events")).ToBeHiddenAsync();
        await AssertFitsAsync(page);
        await ShootAsync(page, "mobile");

        await page.GetByRole(AriaRole.Button, new() { Name = "Show search" }).TapAsync();
        await page.GetByLabel("Period").SelectOptionAsync("30");
        await page.GetByRole(AriaRole.Button, new() { Name = "Search", Exact = true }).TapAsync();
        await Expect(page).ToHaveURLAsync(new Regex("days=30"));
        await page.GetByText("Sign-ins over time").First.TapAsync();
        await Expect(page.Locator(".u-over")).ToBeVisibleAsync();
        await AssertFitsAsync(page);
        await cards.First.TapAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("User agent");
        await ShootAsync(page, "mobile-detail");
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).TapAsync();
        await page.GetByRole(AriaRole.Tab, new() { Name = "Log Download" }).TapAsync();
        await AssertFitsAsync(page);
        await ShootAsync(page, "mobile-log-download");
    }

    [Fact]
    public async Task Page_ByKeyboardAlone_SearchesAndOpens()
    {
        var page = await portal.OpenAsync();
        await Expect(Rows(page).First).ToBeVisibleAsync();
        await FocusAsync(page, "Advanced");
        await page.Keyboard.PressAsync("Enter");
        await FocusAsync(page, "Value");
        await page.Keyboard.TypeAsync("hayun.kang@example.com");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("User is hayun.kang@example.com")).ToBeVisibleAsync();
        await Expect(Rows(page).First).ToContainTextAsync("hayun.kang@example.com");
        await FocusAsync(page, "Login succeeded");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Pages_ForAssistiveTechnology_HaveNoViolation(ColorScheme scheme)
    {
        var signIn = await portal.OpenAsync(signedIn: false, scheme: scheme);
        await Expect(signIn.GetByLabel("API key")).ToBeVisibleAsync();
        await AssertAccessibleAsync(signIn, "sign-in");

        var page = await portal.OpenAsync("/portal/?result=failure&days=30", scheme: scheme);
        await Expect(Rows(page).First).ToBeVisibleAsync();
        await Expect(page.Locator(".u-over")).ToBeVisibleAsync();
        await AssertAccessibleAsync(page, "login");
        await Rows(page).First.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await AssertAccessibleAsync(page, "detail");
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Download" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await AssertAccessibleAsync(page, "download");
        await page.GetByRole(AriaRole.Button, new() { Name = "Request", Exact = true }).ClickAsync();
        await Expect(page.Locator("li.job").First).ToBeVisibleAsync();
        await AssertAccessibleAsync(page, "log download");

        var phone = await portal.OpenAsync(width: 390, height: 844, scheme: scheme);
        await Expect(phone.Locator("ul.cards li").First).ToBeVisibleAsync();
        await AssertAccessibleAsync(phone, "phone");
    }

    [Fact]
    public async Task Text_OfEvents_IsShownAsTextAndBreaksNothing()
    {
        var mark = $"hostile{TimeProvider.System.GetTimestamp()}";
        await portal.SendAsync(
            new { sourceEventId = $"{mark}-1", occurredAt = Now(), eventType = "login", result = "failure", loginId = mark, userName = "<img src=x onerror=\"window.hacked=1\"><script>window.hacked=1</script>", ip = "203.0.113.1", userAgent = "</script><svg onload=window.hacked=1>" },
            new { sourceEventId = $"{mark}-2", occurredAt = Now(), eventType = "login", result = "success", loginId = mark, userName = "\u202Egnihsihp\u202C \u2066\u2067", ip = "203.0.113.2", userAgent = new string('a', 10_000) },
            new { sourceEventId = $"{mark}-3", occurredAt = Now(), eventType = "login", result = "success", loginId = mark, userName = new string('W', 200), ip = "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", userAgent = "{{constructor.constructor('window.hacked=1')()}}" });
        foreach (var (width, height) in new[] { (1280, 900), (390, 844) })
        {
            var page = await portal.OpenAsync($"/portal/?user={mark}", width: width, height: height);
            var list = page.Locator("#list");
            await Expect(list.GetByText("<img src=x onerror=\"window.hacked=1\"><script>window.hacked=1</script>").Nth(width > 760 ? 0 : 1)).ToBeVisibleAsync();
            await AssertFitsAsync(page);
            var openers = page.Locator(width > 760 ? "table.events .opener" : "ul.cards .opener");
            Assert.Equal(3, await openers.CountAsync());
            for (var i = 0; i < 3; i++)
            {
                await openers.Nth(i).ClickAsync();
                await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync(mark);
                await AssertFitsAsync(page);
                await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
                await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
            }

            Assert.Null(await page.EvaluateAsync<JsonElement?>("window.hacked"));
            await ShootAsync(page, $"hostile-{width}");
        }
    }

    [Fact]
    public async Task Search_WithoutHits_SaysWhatToDo()
    {
        var page = await portal.OpenAsync("/portal/?user=nobody-at-all");

        await Expect(page.GetByText("No sign-ins match")).ToBeVisibleAsync();
        await Expect(page.GetByText("Choose a longer period or remove conditions.")).ToBeVisibleAsync();
        await ShootAsync(page, "empty");
    }

    [Fact]
    public async Task Search_ThatTakesLong_TellsHowFarItHasComeAndCanBeStopped()
    {
        var page = await portal.OpenAsync(signedIn: false);
        var calls = 0;
        await page.RouteAsync("**/events?**", async route =>
        {
            calls++;
            await Task.Delay(300);
            await route.FulfillAsync(new() { ContentType = "application/json", Body = $$"""{"events":[],"nextCursor":"c{{calls}}","searchedThrough":"2026-09-0{{Math.Max(1, 9 - calls)}}T00:00:00Z","complete":false}""" });
        });
        await page.GotoAsync("about:blank");
        await page.GotoAsync($"/portal/?user=x#key={portal.Key}");

        await Expect(page.GetByText(new Regex("Searched back to Sep [1-8], 2026"))).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Go on" })).ToBeVisibleAsync();
        await page.WaitForTimeoutAsync(800);
        var stopped = calls;
        await page.WaitForTimeoutAsync(800);
        Assert.Equal(stopped, calls);
        await page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Stop" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Errors_OfTheSearch_NameTheFieldAndLetTryAgain()
    {
        var page = await portal.OpenAsync("/portal/?ip=not-an-address");

        await Expect(page.GetByText("got 'not-an-address'").First).ToBeVisibleAsync();
        await ShootAsync(page, "error");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("Remove condition") }).ClickAsync();
        await Expect(Rows(page).First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Connection_Lost_IsToldAndComesBack()
    {
        var page = await portal.OpenAsync();
        await Expect(Rows(page).First).ToBeVisibleAsync();
        await page.Context.SetOfflineAsync(true);
        await Expect(page.GetByText("Check your network.").First).ToBeVisibleAsync();
        await page.Context.SetOfflineAsync(false);
        await Expect(page.GetByText("Check your network.")).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData("Chart", null, null, ".u-over")]
    [InlineData("DownloadDialog", AriaRole.Button, "Download", "[role=dialog]")]
    [InlineData("DownloadsPage", AriaRole.Tab, "Log Download", "h1:has-text('Log Download')")]
    public async Task Part_DoesNotArrive_IsToldAndAskedForAgainWhileTheRestGoesOn(string file, AriaRole? role, string? opener, string part)
    {
        var page = await portal.OpenAsync(signedIn: false);
        await page.RouteAsync($"**/portal/assets/{file}-*.js", route => route.AbortAsync(RequestAbortErrorCode.InternetDisconnected));
        await page.GetByLabel("API key").FillAsync(portal.Key);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(Rows(page).First).ToBeVisibleAsync();
        if (role is { } of)
        {
            await page.GetByRole(of, new() { Name = opener, Exact = true }).ClickAsync();
        }

        await Expect(page.GetByText("Check your network.")).ToBeVisibleAsync();
        await ShootAsync(page, $"part-{file}");
        await page.UnrouteAllAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();

        await Expect(page.Locator(part)).ToBeVisibleAsync();
        await Expect(page.GetByText("Check your network.")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Session_Ended_AsksToSignInAgainAndKeepsTheSearch()
    {
        var page = await portal.OpenAsync("/portal/?result=failure&days=30");
        await Expect(Rows(page).First).ToBeVisibleAsync();
        await page.RouteAsync("**/v1/**", route => route.FulfillAsync(new() { Status = 401, ContentType = "application/problem+json", Body = """{"title":"No.","status":401,"code":"unauthenticated"}""" }));
        await page.GetByRole(AriaRole.Tab, new() { Name = "Log Download" }).ClickAsync();
        await Expect(page.GetByText("Your session has ended")).ToBeVisibleAsync();
        await ShootAsync(page, "session-ended");
        await page.UnrouteAllAsync();
        await page.GetByLabel("API key").FillAsync(portal.Key);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Log Download", Level = 1 })).ToBeVisibleAsync();
        await page.GoBackAsync();
        await Expect(page.GetByText("Result is failed")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task FirstView_Scripts_AreAtMost350KilobytesPacked()
    {
        var page = await portal.OpenAsync(signedIn: false);
        var sizes = new List<int>();
        page.Response += (_, answer) => sizes.Add(answer.Url.EndsWith(".js", StringComparison.Ordinal) && answer.Headers.TryGetValue("content-length", out var length) ? int.Parse(length, System.Globalization.CultureInfo.InvariantCulture) : 0);
        await page.GotoAsync("about:blank");
        await page.GotoAsync($"/portal/?fresh#key={portal.Key}");
        await Expect(Rows(page).First).ToBeVisibleAsync();
        await Expect(page.Locator(".u-over")).ToBeVisibleAsync();

        Assert.InRange(sizes.Sum(), 1, 350 * 1024);
    }

    /// <summary>Tab after tab until something with this name has the focus.</summary>
    private static async Task FocusAsync(IPage page, string name)
    {
        for (var i = 0; i < 80; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            var focused = await page.EvaluateAsync<string>("(() => { const e = document.activeElement; return (e.getAttribute('aria-label') ?? e.labels?.[0]?.innerText ?? e.innerText ?? '').trim(); })()");
            if (focused.StartsWith(name, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"The keyboard does not reach '{name}'.");
    }

    private static async Task AssertFitsAsync(IPage page) =>
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), "The page is wider than the screen.");

    private static async Task AssertAccessibleAsync(IPage page, string what)
    {
        await page.WaitForTimeoutAsync(500); // what fades in has no contrast yet
        // Fluent UI's own marks, which pass the focus on: nobody ever rests on one.
        var result = await page.RunAxe(new AxeRunContext { Exclude = [new AxeSelector("[data-tabster-dummy]")] });
        Assert.True(result.Violations.Length == 0, $"{what}: " + string.Join("\n", result.Violations.Select(violation => $"{violation.Id}: {violation.Help}: {string.Join(" | ", violation.Nodes.Select(node => node.Html))}")));
    }
}
