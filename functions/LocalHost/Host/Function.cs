using System.Text.Json;
using LoginAudit.LocalHost.Host.Rpc;

namespace LoginAudit.LocalHost.Host;

/// <summary>A function as the worker describes it: its id, its name and the binding that triggers it.</summary>
internal sealed record Function(string Id, string Name, JsonElement Trigger)
{
    private const string TriggerSuffix = "Trigger";

    /// <summary><c>httpTrigger</c>, <c>queueTrigger</c>, <c>timerTrigger</c>.</summary>
    public string Kind => Text("type")!;

    /// <summary>Name of the parameter that the trigger's value is bound to.</summary>
    public string Parameter => Text("name")!;

    /// <exception cref="StartException">None of its bindings is a trigger.</exception>
    public static Function Of(RpcFunctionMetadata metadata)
    {
        var bindings = metadata.RawBindings.Select(binding => JsonElement.Parse(binding)).ToList();
        var trigger = bindings.Find(binding => IsTrigger(binding.GetProperty("type").GetString()!));
        return trigger.ValueKind == JsonValueKind.Object
            ? new Function(metadata.FunctionId, metadata.Name, trigger)
            : throw new StartException($"The function {metadata.Name} has no trigger.");
    }

    public bool Is(string kind) => Kind.Equals(kind, StringComparison.OrdinalIgnoreCase);

    /// <summary>A property of the trigger, or null.</summary>
    public string? Text(string property) =>
        Trigger.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>The methods of an HTTP trigger; empty takes every method.</summary>
    public IReadOnlyList<string> Methods => Trigger.TryGetProperty("methods", out var methods)
        ? [.. methods.EnumerateArray().Select(method => method.GetString()!)]
        : [];

    private static bool IsTrigger(string type) => type.EndsWith(TriggerSuffix, StringComparison.OrdinalIgnoreCase);
}
