using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.LocalHost.Old;

/// <summary>A function: its method, and the parameter that triggers it.</summary>
internal sealed record Function<TTrigger>(string Name, MethodInfo Method, TTrigger Trigger)
    where TTrigger : Attribute
{
    /// <summary>Makes an instance, calls it, and waits for it.</summary>
    public async Task CallAsync(IServiceProvider services, object triggerValue, CancellationToken cancellationToken)
    {
        var instance = ActivatorUtilities.CreateInstance(services, Method.DeclaringType!);
        var arguments = Method.GetParameters().Select(parameter =>
            parameter.ParameterType == typeof(CancellationToken) ? cancellationToken : triggerValue);
        await (Task)Method.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, [.. arguments], null)!;
    }
}

/// <summary>Finds the app's functions by the attributes of the Functions worker.</summary>
internal static class Functions
{
    public static IEnumerable<Function<TTrigger>> With<TTrigger>(Assembly? assembly = null)
        where TTrigger : Attribute =>
        (assembly ?? typeof(LoginAuditServices).Assembly).GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance))
            .Select(method => (
                Method: method,
                Function: method.GetCustomAttribute<FunctionAttribute>(),
                Trigger: method.GetParameters().Select(p => p.GetCustomAttribute<TTrigger>()).FirstOrDefault(t => t is not null)))
            .Where(found => found.Function is not null && found.Trigger is not null)
            .Select(found => new Function<TTrigger>(found.Function!.Name, found.Method, found.Trigger!));
}
