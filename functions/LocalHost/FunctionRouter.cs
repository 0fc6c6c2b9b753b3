using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Routing.Constraints;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Extensions.Options;

namespace LoginAudit.LocalHost;

/// <summary>An HTTP function, as the Functions host routes to it.</summary>
/// <param name="Name">The function's name; its place in the order.</param>
/// <param name="Route">Template without a leading slash, route prefix included.</param>
/// <param name="Methods">HTTP methods in any case. None: all.</param>
internal sealed record FunctionRoute(string Name, string Route, IReadOnlyCollection<string> Methods);

/// <summary>
/// Finds the function of a request as the Functions host does: functions in the order of their names, ignoring case, and
/// the first whose route and method match. A literal route has no precedence over a catch-all.
/// </summary>
internal sealed class FunctionRouter
{
    private readonly List<Candidate> _candidates;

    /// <param name="functions">In any order.</param>
    public FunctionRouter(IEnumerable<FunctionRoute> functions)
    {
        using var services = new ServiceCollection().BuildServiceProvider();
        var constraints = new DefaultInlineConstraintResolver(Options.Create(new RouteOptions()), services);
        _candidates = [.. functions.OrderBy(f => f.Name, StringComparer.OrdinalIgnoreCase).Select(f => Parse(f, constraints))];
    }

    /// <summary>In the order in which they are tried.</summary>
    public IEnumerable<FunctionRoute> Functions => _candidates.Select(candidate => candidate.Function);

    /// <param name="method">The request's HTTP method.</param>
    /// <param name="path">The request's path, decoded.</param>
    /// <param name="function">The function that takes the request.</param>
    /// <param name="values">Its route values.</param>
    public bool TryMatch(
        string method, PathString path, [NotNullWhen(true)] out FunctionRoute? function, out RouteValueDictionary values)
    {
        foreach (var candidate in _candidates)
        {
            values = [];
            if (candidate.Matches(method, path, values))
            {
                function = candidate.Function;
                return true;
            }
        }

        (function, values) = (null, []);
        return false;
    }

    private static Candidate Parse(FunctionRoute function, DefaultInlineConstraintResolver resolver)
    {
        var template = TemplateParser.Parse(function.Route);
        var defaults = new RouteValueDictionary();
        var constraints = new List<(string, IRouteConstraint)>();
        foreach (var parameter in template.Parameters)
        {
            if (parameter.DefaultValue is { } value)
            {
                defaults[parameter.Name!] = value;
            }

            foreach (var inline in parameter.InlineConstraints)
            {
                var constraint = resolver.ResolveConstraint(inline.Constraint) ?? throw new InvalidOperationException(
                    $"The route '{function.Route}' of {function.Name} has the unknown constraint '{inline.Constraint}'.");
                constraints.Add((parameter.Name!, parameter.IsOptional ? new OptionalRouteConstraint(constraint) : constraint));
            }
        }

        return new Candidate(function, new TemplateMatcher(template, defaults), constraints);
    }

    private sealed record Candidate(
        FunctionRoute Function, TemplateMatcher Template, List<(string Parameter, IRouteConstraint Constraint)> Constraints)
    {
        public bool Matches(string method, PathString path, RouteValueDictionary values) =>
            (Function.Methods.Count == 0 || Function.Methods.Contains(method, StringComparer.OrdinalIgnoreCase))
            && Template.TryMatch(path, values)
            && Constraints.TrueForAll(one =>
                one.Constraint.Match(null, null, one.Parameter, values, RouteDirection.IncomingRequest));
    }
}
