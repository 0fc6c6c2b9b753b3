using System.Diagnostics;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using LoginAudit.Log.Tables;
using LoginAudit.Storage;

namespace LoginAudit.Tests.Architecture;

/// <summary><c>infra/</c>, as the Bicep CLI builds it: it makes what the code expects, opens nothing, and deletes no more than is past its time.</summary>
public sealed class InfraTests
{
    private static readonly Lazy<JsonElement> Main = new(() => JsonDocument.Parse(Bicep("build", "--stdout", "infra/main.bicep")).RootElement);

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonElement Storage = Template("audit");

    [Fact]
    public void Lint_OfAllFiles_HasNothingToSay()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "infra"), "*.bicep"))
        {
            Assert.Equal("", Bicep("lint", file));
        }

        Assert.Equal("", Bicep("build-params", "--outfile", Path.GetTempFileName(), "infra/main.bicepparam"));
        var levels = JsonDocument.Parse(Repository.Read("infra/bicepconfig.json"), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })
            .RootElement.GetProperty("analyzers").GetProperty("core").GetProperty("rules").EnumerateObject().Select(rule => rule.Value.GetProperty("level").GetString());
        Assert.All(levels, level => Assert.Equal("error", level));
    }

    [Fact]
    public void Storage_OfTheAuditAccount_HasTheTablesQueuesAndContainersOfTheCode()
    {
        Assert.Equal([TableKeys.LoginDaysTable, StoreKeys.ExportJobsTable], Texts(Storage, "variables", "tenantTables"));
        Assert.Equal([StoreKeys.TenantsTable, StoreKeys.HeartbeatsTable, StoreKeys.WebhooksTable], Texts(Main.Value, "variables", "homeTables"));
        Assert.Equal(
            [StoreKeys.ExportsQueue, StoreKeys.ExportsQueue + "-poison", StoreKeys.DeletionsQueue, StoreKeys.DeletionsQueue + "-poison"], Texts(Main.Value, "variables", "queues"));
        Assert.Equal([StoreKeys.KeyRingContainer], Texts(Main.Value, "variables", "homeContainers"));
        Assert.Equal([StoreKeys.ExportsContainer, StoreKeys.RejectedContainer], Texts(Storage, "variables", "expiringContainers"));
    }

    [Fact]
    public void Lifecycle_OfFiles_DeletesThoseOfTheTwoContainersAfterTheParametersDays()
    {
        var rule = Assert.Single(Resource(Storage, "Microsoft.Storage/storageAccounts/managementPolicies").GetProperty("properties").GetProperty("policy").GetProperty("rules").EnumerateArray());
        var definition = rule.GetProperty("definition");

        Assert.True(rule.GetProperty("enabled").ValueKind == JsonValueKind.True);
        Assert.Equal(
            """{"delete":{"daysAfterCreationGreaterThan":"[parameters('keepFilesDays')]"}}""",
            Compact(definition.GetProperty("actions").GetProperty("baseBlob")));
        var prefixes = definition.GetProperty("filters").GetProperty("copy")[0];
        Assert.Equal("prefixMatch", prefixes.GetProperty("name").GetString());
        Assert.Equal("[length(variables('expiringContainers'))]", prefixes.GetProperty("count").GetString());
        Assert.Equal("[format('{0}/', variables('expiringContainers')[copyIndex('prefixMatch')])]", prefixes.GetProperty("input").GetString());
        foreach (var parameter in new[] { "keepDays", "keepFilesDays" })
        {
            var days = Main.Value.GetProperty("parameters").GetProperty(parameter);
            Assert.Equal((1, 180, 180), (days.GetProperty("minValue").GetInt32(), days.GetProperty("maxValue").GetInt32(), days.GetProperty("defaultValue").GetInt32()));
        }
    }

    [Fact]
    public void Blobs_ThatAreDeleted_AreGone()
    {
        Assert.Equal(
            """{"deleteRetentionPolicy":{"enabled":false},"containerDeleteRetentionPolicy":{"enabled":false},"isVersioningEnabled":false}""",
            Compact(Resource(Storage, "Microsoft.Storage/storageAccounts/blobServices").GetProperty("properties")));
    }

    [Theory]
    [InlineData("audit")]
    [InlineData("others")]
    [InlineData("host")]
    public void Accounts_OfStorage_TakeTokensOverTlsOnly(string module)
    {
        var properties = Resource(Template(module), "Microsoft.Storage/storageAccounts").GetProperty("properties");

        Assert.False(properties.GetProperty("allowSharedKeyAccess").GetBoolean());
        Assert.False(properties.GetProperty("allowBlobPublicAccess").GetBoolean());
        Assert.False(properties.GetProperty("allowCrossTenantReplication").GetBoolean());
        Assert.True(properties.GetProperty("supportsHttpsTrafficOnly").GetBoolean());
        Assert.Equal("TLS1_2", properties.GetProperty("minimumTlsVersion").GetString());
    }

    [Fact]
    public void App_OfTheFunctions_IsFlexConsumptionOverHttpsWithTheIdentity()
    {
        var app = Template("app");
        var site = Resource(app, "Microsoft.Web/sites");
        var properties = site.GetProperty("properties");

        Assert.Equal("""{"tier":"FlexConsumption","name":"FC1"}""", Compact(Resource(app, "Microsoft.Web/serverfarms").GetProperty("sku")));
        Assert.Equal("UserAssigned", site.GetProperty("identity").GetProperty("type").GetString());
        Assert.True(properties.GetProperty("httpsOnly").GetBoolean());
        Assert.Equal("1.2", properties.GetProperty("siteConfig").GetProperty("minTlsVersion").GetString());
        Assert.Equal("""{"name":"dotnet-isolated","version":"10.0"}""", Compact(properties.GetProperty("functionAppConfig").GetProperty("runtime")));
        Assert.Equal(2, Resources(app, "Microsoft.Web/sites/basicPublishingCredentialsPolicies").Count(policy => !policy.GetProperty("properties").GetProperty("allow").GetBoolean()));
        var concurrency = app.GetProperty("variables").GetProperty("httpConcurrency").GetInt32();
        var host = JsonDocument.Parse(Repository.Read("host.json")).RootElement.GetProperty("extensions").GetProperty("http");
        Assert.InRange(concurrency, 1, host.GetProperty("maxConcurrentRequests").GetInt32() / 2);
    }

    [Fact]
    public void Settings_OfTheApp_AreTheOptionsAndTheAddresses()
    {
        var sample = JsonDocument.Parse(Repository.Read("local.settings.sample.json")).RootElement.GetProperty("Values").EnumerateObject()
            .ToDictionary(setting => setting.Name, setting => setting.Value.GetString(), StringComparer.Ordinal);
        var options = Main.Value.GetProperty("variables").GetProperty("options").EnumerateObject().ToDictionary(setting => setting.Name, setting => setting.Value.GetString(), StringComparer.Ordinal);

        // What is not an option: the runtime is the app's own, and the accounts come by identity.
        Assert.Equal(
            sample.Keys.Except(["FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsStorage", "AuditStorage"], StringComparer.Ordinal).Order(StringComparer.Ordinal),
            options.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("false", options["Retention__DeleteBlobs"]);
        var other = options.Where(option => !option.Value!.StartsWith('[') && option.Value != sample[option.Key]).Select(option => option.Key);
        Assert.Equal(["Retention__DeleteBlobs"], other);
        Assert.Equal("[string(parameters('keepDays'))]", options["Retention__Days"]);
        Assert.Equal("[string(parameters('keepFilesDays'))]", options["Exports__KeepDays"]);

        var app = Main.Value.GetProperty("resources").GetProperty("app").GetProperty("properties").GetProperty("parameters").GetProperty("settings").GetProperty("value").GetString()!;
        foreach (var setting in new[]
        {
            "AzureWebJobsStorage__blobServiceUri", "AuditStorage__tableServiceUri", "AuditStorage__blobServiceUri", "AuditStorage__queueServiceUri", "AuditStorage__clientId", "AuditStorage__credential",
            "APPLICATIONINSIGHTS_CONNECTION_STRING", "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
        })
        {
            Assert.Contains($"'{setting}'", app, StringComparison.Ordinal);
        }

        var accounts = Main.Value.GetProperty("variables").GetProperty("accountSettings").GetString()!;
        foreach (var property in typeof(TenantAccountOptions).GetProperties().Select(property => property.Name).Where(name => name != nameof(TenantAccountOptions.ConnectionString)))
        {
            Assert.Contains($"AuditStorage__Accounts__{{0}}__{property}", accounts, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Roles_OfTheIdentity_AreFourOnTwoKindsOfAccountAndOneOnTelemetry()
    {
        var ids = Resource(Storage, "Microsoft.Resources/deployments").GetProperty("properties").GetProperty("template").GetProperty("variables").GetProperty("roleIds");

        Assert.Equal(
            """{"tableDataContributor":"0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3","blobDataContributor":"ba92f5b4-2d11-453d-a403-e96b0029c9fe","blobDataOwner":"b7e6dc6d-f1e8-4753-8033-0f276bb0955b","queueDataContributor":"974c5e8b-45b9-4653-ba55-5f855dd0fb88"}""",
            Compact(ids));
        Assert.Equal(
            "[if(empty(parameters('queues')), createObject('value', createArray('tableDataContributor', 'blobDataContributor')), createObject('value', createArray('tableDataContributor', 'blobDataContributor', 'queueDataContributor')))]",
            RolesOf(Storage).GetString());
        Assert.Equal("""{"value":["blobDataOwner"]}""", Compact(RolesOf(Template("host"))));
        Assert.Equal("3913510d-42f4-4e42-8a64-420c390055eb", Template("monitoring").GetProperty("variables").GetProperty("monitoringMetricsPublisher").GetString());
    }

    [Fact]
    public void Outputs_OfAllFiles_HoldNoSecret()
    {
        Assert.Equal(
            ["functionApp", "address", "portal", "ingest", "webhook", "health", "auditAccount", "workspaceId"],
            Main.Value.GetProperty("outputs").EnumerateObject().Select(output => output.Name));
        Assert.DoesNotContain("listKeys", Main.Value.GetRawText(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("AccountKey", Main.Value.GetRawText(), StringComparison.OrdinalIgnoreCase);
        Assert.All(Main.Value.GetProperty("outputs").EnumerateObject(), output =>
        {
            Assert.NotEmpty(output.Value.GetProperty("metadata").GetProperty("description").GetString()!);
            Assert.DoesNotContain("operatorKeyHash", output.Value.GetRawText(), StringComparison.OrdinalIgnoreCase);
        });
    }

    [Fact]
    public void Parameters_OfTheDeployment_AreDescribedAndBounded()
    {
        Assert.All(Main.Value.GetProperty("parameters").EnumerateObject(), parameter =>
        {
            Assert.NotEmpty(parameter.Value.GetProperty("metadata").GetProperty("description").GetString()!);
            if (parameter.Value.TryGetProperty("type", out var type) && type.GetString() == "int")
            {
                Assert.True(
                    parameter.Value.TryGetProperty("allowedValues", out _)
                        || (parameter.Value.TryGetProperty("minValue", out _) && parameter.Value.TryGetProperty("maxValue", out _)),
                    parameter.Name);
            }
        });
    }

    [Fact]
    public void Alerts_OfTheDeployment_AskForWhatTheAppMeasuresAndAreExplained()
    {
        var operations = Repository.Read("docs/operations.md");
        var meter = Repository.Read("functions/LoginAudit/Telemetry/AuditMeter.cs");
        var alerts = Template("alerts").GetProperty("variables").GetProperty("queries").EnumerateArray().ToList();

        Assert.Equal(["poison-queue", "server-errors", "retention-late", "events-rejected", "trail-lost"], alerts.Select(alert => alert.GetProperty("name").GetString()));
        Assert.All(alerts, alert =>
        {
            Assert.Contains($"`{alert.GetProperty("name").GetString()}`", operations, StringComparison.Ordinal);
            var metric = alert.GetProperty("query").GetString()!.Split('"') is [_, var name, ..] ? name : null;
            Assert.True(metric is null || meter.Contains($"\"{metric}\"", StringComparison.Ordinal), metric);
        });
        Assert.Contains("`throttling`", operations, StringComparison.Ordinal);
    }

    [Fact]
    public void Workflows_OfTheRepository_PinActionsByShaAndGrantByJob()
    {
        var workflows = Directory.GetFiles(Path.Combine(Repository.Root, ".github", "workflows"), "*.yml").Select(File.ReadAllText).ToList();

        Assert.NotEmpty(workflows);
        Assert.All(workflows, workflow =>
        {
            var actions = workflow.Split('\n').Select(line => line.Trim().TrimStart('-', ' ')).Where(line => line.StartsWith("uses:", StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(actions);
            Assert.All(actions, action => Assert.Matches("^uses: [a-z-]+(/[a-z-]+)+@[0-9a-f]{40} # v[0-9.]+$", action));
            Assert.Contains("\npermissions: {}\n", workflow.ReplaceLineEndings("\n"), StringComparison.Ordinal);
            Assert.DoesNotContain("secrets.", workflow, StringComparison.Ordinal);
            Assert.DoesNotContain("write-all", workflow, StringComparison.Ordinal);
        });
    }

    private static string Bicep(params string[] arguments)
    {
        var tool = typeof(InfraTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "Bicep").Value!;
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(tool, File.GetUnixFileMode(tool) | UnixFileMode.UserExecute);
        }

        using var process = Process.Start(new ProcessStartInfo(tool, arguments)
        {
            WorkingDirectory = Repository.Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal("", errors.Result);
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    /// <summary>What a module of the deployment is built into.</summary>
    private static JsonElement Template(string module) =>
        Main.Value.GetProperty("resources").GetProperty(module).GetProperty("properties").GetProperty("template");

    /// <summary>Named ones, or, in a file with nothing that needs names, a list.</summary>
    private static IEnumerable<JsonElement> Resources(JsonElement template, string type)
    {
        var resources = template.GetProperty("resources");
        return (resources.ValueKind == JsonValueKind.Array ? resources.EnumerateArray() : resources.EnumerateObject().Select(resource => resource.Value))
            .Where(resource => resource.GetProperty("type").GetString() == type);
    }

    private static JsonElement Resource(JsonElement template, string type) => Assert.Single(Resources(template, type));

    private static JsonElement RolesOf(JsonElement template) =>
        Resource(template, "Microsoft.Resources/deployments").GetProperty("properties").GetProperty("parameters").GetProperty("roles");

    private static IEnumerable<string?> Texts(JsonElement template, params string[] path) =>
        path.Aggregate(template, (element, name) => element.GetProperty(name)).EnumerateArray().Select(text => text.GetString());

    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element, Plain);
}
