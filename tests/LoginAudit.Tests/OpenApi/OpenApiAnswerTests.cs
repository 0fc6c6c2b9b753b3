using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LoginAudit.Exports;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LoginAudit.Tests.OpenApi;

/// <summary>Every call of the document is made, and every answer is as the document tells.</summary>
public sealed class OpenApiAnswerTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A run for each call, by its <c>operationId</c>, that ends in every answer that is the call's own.</summary>
    private static readonly Dictionary<string, Func<Run, Task>> Runs = new(StringComparer.Ordinal)
    {
        ["live"] = run => run.SendAsync("GET", "/health/live"),
        ["ready"] = async run =>
        {
            await run.SendAsync("GET", "/health/ready");
            // Until then all get one answer.
            ((FakeTimeProvider)run.App.Services.GetRequiredService<TimeProvider>()).Advance(TimeSpan.FromSeconds(5));
            run.App.Requests.BeforeSend = _ => throw new Azure.RequestFailedException(500, "Broken.");
            await run.SendAsync("GET", "/health/ready");
            // Until then all get one answer.
            ((FakeTimeProvider)run.App.Services.GetRequiredService<TimeProvider>()).Advance(TimeSpan.FromSeconds(5));
            run.App.Requests.BeforeSend = null;
        },
        ["openApi"] = async run =>
        {
            var first = await run.SendAsync("GET", "/openapi/v1.json");
            await run.SendAsync("GET", "/openapi/v1.json", headers: ("If-None-Match", first.Headers.ETag!.ToString()));
        },
        ["putTenant"] = async run =>
        {
            await run.SendAsync("PUT", "/v1/tenants/new", run.App.OperatorKey, new { displayName = "New", shards = 2 });
            await run.SendAsync("PUT", "/v1/tenants/new", run.App.OperatorKey, new { displayName = (string?)null });
            await run.SendAsync("PUT", "/v1/tenants/new", run.App.OperatorKey, new { shards = 3 });
            await run.SendAsync("PUT", "/v1/tenants/N", run.App.OperatorKey, new { });
        },
        ["getTenant"] = run => run.SendAsync("GET", "/v1/tenants/acme", run.App.OperatorKey),
        ["createKey"] = async run =>
        {
            await run.SendAsync("POST", "/v1/tenants/acme/keys", run.App.OperatorKey, new { roles = new[] { "read", "audit" }, expiresAt = "2027-01-01T00:00:00Z" });
            await run.SendAsync("POST", "/v1/tenants/acme/keys", run.App.OperatorKey, new { role = "read" });
        },
        ["listKeys"] = run => run.SendAsync("GET", "/v1/tenants/acme/keys", run.App.OperatorKey),
        ["revokeKey"] = async run =>
        {
            using var made = await run.App.SendAsync(HttpMethod.Post, "/v1/tenants/acme/keys", run.App.OperatorKey, new { roles = new[] { "read" } });
            var id = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
            await run.SendAsync("DELETE", $"/v1/tenants/acme/keys/{id}", run.App.OperatorKey);
            await run.SendAsync("DELETE", $"/v1/tenants/acme/keys/{id}", run.App.OperatorKey);
        },
        ["rotateKey"] = async run =>
        {
            var id = (await run.OperatorAsync("POST", "/v1/tenants/acme/keys", new { roles = new[] { "read" }, name = "portal" })).GetProperty("id").GetString();
            await run.SendAsync("POST", $"/v1/tenants/acme/keys/{id}/rotate", run.App.OperatorKey, new { expiresAt = "2027-01-01T00:00:00Z", oldExpiresAt = "2026-09-02T00:00:00Z" });
            await run.SendAsync("POST", $"/v1/tenants/acme/keys/{id}/rotate", run.App.OperatorKey, new { });
            await run.SendAsync("POST", $"/v1/tenants/acme/keys/{id}/rotate", run.App.OperatorKey, new { oldExpiresAt = "2020-01-01T00:00:00Z" });
            await run.SendAsync("GET", "/v1/tenants/acme/keys", run.App.OperatorKey);
        },
        ["deleteTenant"] = async run =>
        {
            await run.SendAsync("PUT", "/v1/tenants/gone", run.App.OperatorKey, new { suspended = true });
            await run.SendAsync("DELETE", "/v1/tenants/gone", run.App.OperatorKey);
            await run.SendAsync("PUT", "/v1/tenants/gone", run.App.OperatorKey, new { });
            await run.SendAsync("DELETE", "/v1/tenants/not-there", run.App.OperatorKey);
        },
        ["getAccess"] = async run =>
        {
            await run.SendAsync("GET", "/v1/tenants/acme/events?user=mina@example.com&q=a", run.Acme.Key);
            await run.App.TrailAsync("acme", 3, "action=search,tenant_put,key_create&from=2026-08-01T00:00:00Z&to=2026-09-02T00:00:00Z&limit=3", atLeast: true);
            await run.SendAsync("GET", "/v1/tenants/acme/access?action=look&limit=0", run.App.OperatorKey);
        },
        ["createSource"] = async run =>
        {
            await run.OperatorAsync("POST", "/v1/tenants/acme/sources", new { name = "okta-main", kind = "okta" });
            await run.SendAsync("POST", "/v1/tenants/acme/sources", run.App.OperatorKey, new { name = "okta main", kind = "octa", secret = "short" });
        },
        ["listSources"] = run => run.SendAsync("GET", "/v1/tenants/acme/sources", run.App.OperatorKey),
        ["getSource"] = async run =>
        {
            var made = await run.OperatorAsync("POST", "/v1/tenants/acme/sources", new { name = "okta-main", kind = "okta" });
            await run.SendAsync("GET", $"/v1/tenants/acme/sources/{made.GetProperty("id").GetString()}", run.App.OperatorKey);
            await run.SendAsync("GET", "/v1/tenants/acme/sources/x", run.App.OperatorKey);
        },
        ["rotateSource"] = async run =>
        {
            var made = await run.OperatorAsync("POST", "/v1/tenants/acme/sources", new { name = "okta-main", kind = "okta" });
            var path = $"/v1/tenants/acme/sources/{made.GetProperty("id").GetString()}/rotate";
            await run.SendAsync("POST", path, run.App.OperatorKey, new { secret = "0123456789abcdef0123456789abcdef" });
            await run.SendAsync("POST", path, run.App.OperatorKey, new { });
            await run.SendAsync("POST", path, run.App.OperatorKey, new { secret = "short" });
        },
        ["deleteSource"] = async run =>
        {
            var made = await run.OperatorAsync("POST", "/v1/tenants/acme/sources", new { name = "okta-main", kind = "okta" });
            await run.SendAsync("DELETE", $"/v1/tenants/acme/sources/{made.GetProperty("id").GetString()}", run.App.OperatorKey);
            await run.SendAsync("DELETE", $"/v1/tenants/acme/sources/{made.GetProperty("id").GetString()}", run.App.OperatorKey);
        },
        ["webhook"] = async run =>
        {
            var okta = await run.HookAsync("okta");
            await run.SendAsync("POST", okta, json: new { data = new { events = Array.Empty<object>() } }, headers: ("Authorization", Run.Secret));
            await run.SendAsync("POST", okta, json: new { }, headers: ("Authorization", "another"));
            await run.SendAsync("POST", await run.HookAsync("cloudevents"), json: new { }, headers: [("Authorization", Run.Secret), ("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-source", "/a"), ("ce-type", "other")]);
            await run.SendAsync("POST", await run.HookAsync("cloudevents"), json: new { }, headers: ("Authorization", Run.Secret));
            await run.SendAsync("POST", okta, headers: ("Authorization", Run.Secret));
            await run.SendAsync("POST", "/v1/webhooks/x", json: new { });
            await run.SendAsync("POST", okta, json: new { large = new string(' ', 2_000_000) }, headers: ("Authorization", Run.Secret));
            await run.ThrottledAsync("POST", "/v1/webhooks/throttled");
            run.App.Requests.BeforeSend = _ => throw new Azure.RequestFailedException(500, "Broken.");
            await run.SendAsync("POST", okta, json: new { }, headers: ("Authorization", Run.Secret));
            run.App.Requests.BeforeSend = null;
        },
        ["askWebhook"] = async run =>
        {
            await run.SendAsync("GET", await run.HookAsync("okta"), headers: ("x-okta-verification-challenge", "a"));
            await run.SendAsync("GET", "/v1/webhooks/x");
            await run.ThrottledAsync("GET", "/v1/webhooks/throttled");
            run.App.Requests.BeforeSend = _ => throw new Azure.RequestFailedException(500, "Broken.");
            await run.SendAsync("GET", "/v1/webhooks/0123456789abcdef0123456789abcdef");
            run.App.Requests.BeforeSend = null;
        },
        ["permitWebhook"] = async run =>
        {
            await run.SendAsync("OPTIONS", await run.HookAsync("cloudevents"), headers: ("WebHook-Request-Origin", "a.example.com"));
            await run.SendAsync("OPTIONS", await run.HookAsync("cloudevents"), headers: ("WebHook-Request-Origin", "caf\u00e9.example.com"));
            await run.SendAsync("OPTIONS", "/v1/webhooks/x");
            await run.ThrottledAsync("OPTIONS", "/v1/webhooks/throttled");
            run.App.Requests.BeforeSend = _ => throw new Azure.RequestFailedException(500, "Broken.");
            await run.SendAsync("OPTIONS", "/v1/webhooks/0123456789abcdef0123456789abcdef");
            run.App.Requests.BeforeSend = null;
        },
        ["ingest"] = async run =>
        {
            await run.SendAsync("POST", "/v1/tenants/acme/events", run.Acme.Key, run.FullEvent);
            await run.SendAsync("POST", "/v1/tenants/acme/events", run.Acme.Key, new[] { Run.SmallEvent(1), Run.SmallEvent(2) });
            using var mixed = await run.Acme.PostEventsAsync($"{JsonSerializer.Serialize(Run.SmallEvent(3))}\n{{\"result\":1}}\nno JSON", "application/x-ndjson");
            using var packed = await run.Acme.PostEventsAsync(Run.Gzip(JsonSerializer.Serialize(Run.SmallEvent(4))), encoding: "gzip");
            using var broken = await run.Acme.PostEventsAsync("""[{"eventType":"signin"},7]""");
            using var nothing = await run.Acme.PostEventsAsync("");
            using var large = await run.Acme.PostEventsAsync(new string(' ', 2_000_000));
            using var foreign = await run.Acme.PostEventsAsync([1], encoding: "br");
        },
        ["search"] = async run =>
        {
            await run.SearchAsync("limit=2&tz=Asia/Seoul&from=2026-08-20&to=2026-09-01");
            await run.SendAsync("GET", "/v1/tenants/acme/events?explain=true", run.App.OperatorKey);
            await run.SearchAsync("user=mina@example.com&ip=203.0.113.0/24,!2001:db8::/32&result=failure&result=!success&order=asc");
            await run.SearchAsync("from=2026-09-01T00:00:00&eventType=signin&usr=mina");
        },
        ["summary"] = async run =>
        {
            await run.SendAsync("GET", "/v1/tenants/acme/summary?tz=Asia/Seoul&bucket=hour&top=3", run.Acme.Key);
            await run.SendAsync("GET", "/v1/tenants/acme/summary?bucket=week", run.Acme.Key);
        },
        ["getEvent"] = async run =>
        {
            var page = await run.Acme.GetJsonAsync("events?user=mina@example.com");
            var id = page.GetProperty("events")[0].GetProperty("id").GetString();
            await run.SendAsync("GET", $"/v1/tenants/acme/events/{id}", run.Acme.Key);
            await run.SendAsync("GET", "/v1/tenants/acme/events/x", run.Acme.Key);
        },
        ["requestExport"] = async run =>
        {
            object query = new { from = "2026-08-01T00:00:00Z", result = new[] { "failure", "!interrupted" }, user = "mina@example.com" };
            await run.SendAsync("POST", "/v1/tenants/acme/exports", run.Acme.Key, new { format = "ndjson", gzip = true, query });
            await run.SendAsync("POST", "/v1/tenants/acme/exports", run.Acme.Key, new { language = "ko", timeZone = "Asia/Seoul" }, ("Idempotency-Key", "a"));
            await run.SendAsync("POST", "/v1/tenants/acme/exports", run.Acme.Key, new { language = "ja" }, ("Idempotency-Key", "a"));
            await run.SendAsync("POST", "/v1/tenants/acme/exports", run.Acme.Key, new { format = "xls", query = new { result = 1 } });
        },
        ["listExports"] = async run =>
        {
            await run.SendAsync("GET", "/v1/tenants/acme/exports?limit=1", run.Acme.Key);
            await run.SendAsync("GET", "/v1/tenants/acme/exports?limit=0", run.Acme.Key);
        },
        ["getExport"] = async run =>
        {
            foreach (var state in new[] { "queued", "ready", "failed", "cancelled" })
            {
                await run.SendAsync("GET", $"/v1/tenants/acme/exports/{await run.ExportAsync(state)}", run.Acme.Key);
            }

            await run.SendAsync("GET", "/v1/tenants/acme/exports/x", run.Acme.Key);
        },
        ["linkExport"] = async run =>
        {
            await run.SendAsync("POST", $"/v1/tenants/acme/exports/{await run.ExportAsync("queued")}/link", run.Acme.Key);
            await run.SendAsync("POST", $"/v1/tenants/acme/exports/{await run.ExportAsync("ready")}/link", run.Acme.Key);
            await run.SendAsync("POST", $"/v1/tenants/acme/exports/{await run.ExportAsync("failed")}/link", run.Acme.Key);
        },
        ["deleteExport"] = async run =>
        {
            await run.SendAsync("DELETE", $"/v1/tenants/acme/exports/{await run.ExportAsync("ready")}", run.Acme.Key);
            await run.SendAsync("DELETE", "/v1/tenants/acme/exports/x", run.Acme.Key);
        },
    };

    private DocumentedAnswers? _answers;
    private Run? _run;

    public async ValueTask InitializeAsync()
    {
        _answers = new DocumentedAnswers(await ApiOperation.ServedDocumentAsync());
        var app = await TestApp.StartAsync(
            azurite, new FakeTimeProvider(Now), handler: _answers, settings: [("Ingest__MaxBodyBytes", "1048576"), ("Exports__MaxRows", "1000"), ("Access__RateBurst", "400"), ("Access__RatePeriod", "01:00:00")]);
        var acme = await app.CreateTenantAsync("acme");
        _run = new Run(app, acme);
        await acme.IngestAsync([_run.FullEvent, .. Enumerable.Range(10, 5).Select(Run.SmallEvent)]);
    }

    public async ValueTask DisposeAsync()
    {
        await _run!.App.DisposeAsync();
        _answers!.Dispose();
    }

    [Fact]
    public async Task Answers_OfEveryCall_AreAsTheDocumentTells()
    {
        var operations = _answers!.Operations;
        var calls = operations.Select(operation => operation.Id).ToList();
        Assert.True(!calls.Except(Runs.Keys, StringComparer.Ordinal).Any(), $"Write a run for {string.Join(", ", calls.Except(Runs.Keys, StringComparer.Ordinal))}.");
        Assert.Empty(Runs.Keys.Except(calls, StringComparer.Ordinal));

        foreach (var operation in operations)
        {
            await Runs[operation.Id](_run!);
            if (operation.Role is not null)
            {
                await _run!.SendAsync(operation.Method, ApiOperation.PathOf(operation.Path, "acme"));
                await _run.SendAsync(operation.Method, ApiOperation.PathOf(operation.Path, "no-such-tenant"), _run.Acme.Key);
            }
        }

        // What is told for all calls alike needs no run of each; what a call tells itself does.
        var unseen = from operation in operations
                     from response in operation.Json.GetProperty("responses").EnumerateObject()
                     where !response.Value.TryGetProperty("$ref", out _) && !_answers.HasSeen(operation, response.Name)
                     select $"{operation}: {response.Name}";
        Assert.Empty(unseen);
    }

    [Fact]
    public async Task Answers_WithAFieldThatIsNotTold_AreFound()
    {
        var document = await ApiOperation.ServedDocumentAsync();
        var schemas = new AnswerSchemas(document);
        var live = document.GetProperty("components").GetProperty("schemas").GetProperty("LiveView");

        Assert.Empty(await schemas.CheckAsync(live, """{"status":"live"}"""));
        Assert.NotEmpty(await schemas.CheckAsync(live, """{"status":"live","since":"today"}"""));
        Assert.NotEmpty(await schemas.CheckAsync(live, """{"status":"dead"}"""));
        Assert.NotEmpty(await schemas.CheckAsync(live, """{"status":null}"""));
        Assert.NotEmpty(await schemas.CheckAsync(live, "{}"));
    }

    /// <summary>An app with a tenant, and what the runs need of them.</summary>
    private sealed class Run(TestApp app, TestTenant acme)
    {
        public TestApp App { get; } = app;

        public TestTenant Acme { get; } = acme;

        /// <summary>Has every field.</summary>
        public object FullEvent { get; } = new
        {
            source = "okta",
            sourceEventId = "full",
            occurredAt = "2026-09-01T20:59:00+09:00",
            eventType = "login",
            result = "failure",
            reason = "invalid_credentials",
            reasonRaw = "INVALID_CREDENTIALS",
            userId = "u-7",
            loginId = "mina@example.com",
            userName = "김민아",
            ip = "203.0.113.9",
            loginMethod = "phone_otp",
            serviceType = "pc_web",
            userAgent = "Mozilla/5.0",
            sessionId = "s",
            correlationId = "c",
            application = "Portal",
            country = "KR",
            city = "Seoul",
            asn = 4_294_967_295,
            riskLevel = "high",
            raw = new { uuid = "full" },
        };

        public static object SmallEvent(int number) => new
        {
            sourceEventId = $"event-{number}",
            occurredAt = Now.AddMinutes(-number).ToString("O", CultureInfo.InvariantCulture),
            eventType = "logout",
            result = "success",
            reason = (string?)null,
            ip = "2001:db8::7",
        };

        public static byte[] Gzip(string text)
        {
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            {
                gzip.Write(Encoding.UTF8.GetBytes(text));
            }

            return packed.ToArray();
        }

        public async Task<HttpResponseMessage> SendAsync(
            string method, string path, string? key = null, object? json = null, params (string Name, string Value)[] headers)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            if (key is not null)
            {
                request.Headers.Authorization = new("Bearer", key);
            }

            foreach (var (name, value) in headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            request.Content = json is null ? null : JsonContent.Create(json);
            return await App.Client.SendAsync(request);
        }

        public const string Secret = "0123456789abcdef0123456789abcdef";

        /// <summary>A new hook's address.</summary>
        public async Task<string> HookAsync(string kind) =>
            (await OperatorAsync("POST", "/v1/tenants/acme/sources", new { name = "hook", kind, secret = Secret })).GetProperty("url").GetString()!;

        /// <summary>Calls until it is told to wait.</summary>
        public async Task ThrottledAsync(string method, string path)
        {
            while ((int)(await SendAsync(method, path)).StatusCode != 429)
            {
                // Its bucket is not empty yet.
            }
        }

        /// <summary>An operator's call that makes something.</summary>
        public async Task<JsonElement> OperatorAsync(string method, string path, object json)
        {
            var answer = await SendAsync(method, path, App.OperatorKey, json);
            Assert.Equal(201, (int)answer.StatusCode);
            return await answer.Content.ReadFromJsonAsync<JsonElement>();
        }

        public Task SearchAsync(string query) => SendAsync("GET", $"/v1/tenants/acme/events?{query}", Acme.Key);

        /// <summary>The id of a job in this state.</summary>
        public async Task<string> ExportAsync(string state)
        {
            using var requested = await Acme.PostAsync("exports", new { format = "csv", query = new { to = "2026-09-01T12:00:00Z" } });
            var id = (await requested.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
            switch (state)
            {
                case "ready":
                    await WriteFileAsync(id);
                    break;
                case "failed":
                    App.Requests.BeforeSend = message => _ = message.Request.Uri.Query.Contains("comp=block", StringComparison.Ordinal)
                        ? throw new InvalidOperationException("Never.")
                        : 0;
                    await Assert.ThrowsAsync<InvalidOperationException>(() => WriteFileAsync(id));
                    App.Requests.BeforeSend = null;
                    break;
                case "cancelled":
                    await SendAsync("DELETE", $"/v1/tenants/acme/exports/{id}", Acme.Key);
                    break;
            }

            Assert.Equal(state, (await Acme.GetJsonAsync($"exports/{id}")).GetProperty("state").GetString());
            return id;
        }

        /// <summary>As the last try of the job's message.</summary>
        private Task WriteFileAsync(string id) => App.Services.GetRequiredService<ExportRunner>().RunAsync(
            BinaryData.FromObjectAsJson(new ExportMessage(ExportMessage.CurrentVersion, Acme.Id, id), JsonSerializerOptions.Web),
            ExportRunner.MaxDequeueCount,
            CancellationToken.None);
    }
}
