using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LoginAudit.Http;
using LoginAudit.Providers;

namespace LoginAudit.Tests.Providers;

/// <summary>Payloads in the shape of each provider's, and the events that come of them.</summary>
public sealed class FixtureTests
{
    /// <summary>Set to 1 it writes the golden files anew, to be looked at line by line before they are committed; never in CI.</summary>
    private const string RewriteLever = "LOGINAUDIT_REWRITE_GOLDEN";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string, string> Fixtures() => [.. Fixture.All()];

    /// <summary>All but those of names that no <see cref="JsonNode"/> holds.</summary>
    public static TheoryData<string, string> ChangeableFixtures() => [.. Fixture.All().Where(fixture => !fixture.Name.EndsWith("-are-no-text", StringComparison.Ordinal))];

    public static TheoryData<string> Kinds() => [.. ProviderKinds.All];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fixtures_OfAKind_AreAtLeast12(string kind)
    {
        Assert.True(Fixture.All().Count(fixture => fixture.Kind == kind) >= 12);
    }

    [Fact]
    public void Lever_IsNotSetInCi()
    {
        Assert.False(Rewrites && Environment.GetEnvironmentVariable("CI") == "true");
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Map_Fixture_IsItsGoldenFile(string kind, string name)
    {
        var fixture = Fixture.Read(kind, name);

        var mapped = new JsonArray([.. fixture.Map()]).ToJsonString(Indented) + "\n";

        if (Rewrites)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(fixture.GoldenPath)!);
            File.WriteAllText(fixture.GoldenPath, mapped);
        }

        Assert.Equal(File.ReadAllText(fixture.GoldenPath).ReplaceLineEndings("\n"), mapped.ReplaceLineEndings("\n"));
    }

    /// <summary>
    /// Any one value removed or of another type: nothing throws but for a body that cannot be read at all, and every other element
    /// of the body becomes what it was.
    /// </summary>
    [Theory]
    [MemberData(nameof(ChangeableFixtures))]
    public void Map_AnyOneFieldRemovedOrRetyped_NeverThrowsAndLosesNoNeighbour(string kind, string name)
    {
        var fixture = Fixture.Read(kind, name);
        var lines = Encoding.UTF8.GetString(fixture.Body).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (!TryParse(fixture.Body, out var body))
        {
            Assert.True(lines.Length > 1);
            return; // NDJSON: each of its lines is a fixture of its own kind elsewhere.
        }

        var original = fixture.Map(Encoding.UTF8.GetBytes(body!.ToJsonString())).ConvertAll(result => result.ToJsonString());
        foreach (var path in Paths(body!).ToList())
        {
            foreach (var replacement in new[] { null, "7", "\"text\"", "\"\"", "{}", "[]", "null", "true", "[null]", "{\"a\":[1]}" })
            {
                var changed = Mutate(body!, path, replacement);
                List<string> results;
                try
                {
                    results = fixture.Map(Encoding.UTF8.GetBytes(changed.ToJsonString())).ConvertAll(result => result.ToJsonString());
                }
                catch (ProblemException e)
                {
                    Assert.InRange(e.Status, 400, 415);
                    continue;
                }

                // Inside an element, only that element may differ.
                if (path.Count(step => int.TryParse(step, out _)) > 0 && results.Count == original.Count)
                {
                    var different = original.Zip(results).Count(pair => pair.First != pair.Second);
                    Assert.True(different <= MostTouched(kind), $"{string.Join('/', path)} = {replacement ?? "removed"} changed {different} elements.");
                }
            }
        }
    }

    private static bool Rewrites => Environment.GetEnvironmentVariable(RewriteLever) == "1";

    /// <summary>An activity of Google's stands in each of its events.</summary>
    private static int MostTouched(string kind) => kind == "google" ? 2 : 1;

    private static bool TryParse(byte[] body, out JsonNode? node)
    {
        try
        {
            node = JsonNode.Parse(body);
            return node is not null;
        }
        catch (JsonException)
        {
            node = null;
            return false;
        }
    }

    private static IEnumerable<string[]> Paths(JsonNode node, params string[] path)
    {
        var children = node switch
        {
            JsonObject o => o.Select(pair => (pair.Key, pair.Value)),
            JsonArray a => a.Select((value, index) => ($"{index}", value)),
            _ => [],
        };
        foreach (var (name, value) in children)
        {
            string[] here = [.. path, name];
            yield return here;
            if (value is not null)
            {
                foreach (var below in Paths(value, here))
                {
                    yield return below;
                }
            }
        }
    }

    private static JsonNode Mutate(JsonNode body, string[] path, string? replacement)
    {
        var copy = body.DeepClone();
        var parent = path[..^1].Aggregate(copy, (at, step) => at is JsonArray array ? array[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)]! : at[step]!);
        var value = replacement is null ? null : JsonNode.Parse(replacement);
        if (parent is JsonArray items)
        {
            items[int.Parse(path[^1], System.Globalization.CultureInfo.InvariantCulture)] = value;
        }
        else if (replacement is null)
        {
            parent.AsObject().Remove(path[^1]);
        }
        else
        {
            parent[path[^1]] = value;
        }

        return copy;
    }
}
