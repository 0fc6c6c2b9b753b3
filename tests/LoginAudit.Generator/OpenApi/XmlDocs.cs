using System.Reflection;
using System.Xml.Linq;
using LoginAudit.Log.Events;

namespace LoginAudit.Generator.OpenApi;

/// <summary>
/// What the XML documentation says of the app's classes and properties. The OpenAPI package has a generator that reads it too,
/// but for public types and methods only.
/// </summary>
internal static class XmlDocs
{
    // Both assemblies have a type Program, which nobody asks for.
    private static readonly Dictionary<string, XElement> Members = new[] { typeof(LoginAuditServices), typeof(LoginEvent), typeof(XmlDocs) }
        .SelectMany(type => XDocument.Load(Path.ChangeExtension(type.Assembly.Location, ".xml")).Descendants("member"))
        .DistinctBy(member => member.Attribute("name")!.Value, StringComparer.Ordinal)
        .ToDictionary(member => member.Attribute("name")!.Value, StringComparer.Ordinal);

    public static string? Summary(Type type) => Text(Find($"T:{Name(type)}")?.Element("summary"));

    public static string? Remarks(Type type) => Text(Find($"T:{Name(type)}")?.Element("remarks"));

    /// <summary>Of a record's parameter too, whose property has no documentation of its own.</summary>
    public static string? Summary(PropertyInfo property)
    {
        var type = property.DeclaringType!;
        var own = Text(Find($"P:{Name(type)}.{property.Name}")?.Element("summary"));
        return own ?? Text(Find($"T:{Name(type)}")?.Elements("param").FirstOrDefault(param => param.Attribute("name")?.Value == property.Name));
    }

    private static string Name(Type type) => type.FullName!.Replace('+', '.');

    private static XElement? Find(string id) => Members.GetValueOrDefault(id) is { } member
        ? member.Element("inheritdoc")?.Attribute("cref")?.Value is { } other ? Find(other) : member
        : null;

    private static string? Text(XElement? element) => element is null
        ? null
        : string.Join(' ', string.Concat(element.Nodes().Select(Text)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement element => element.Attribute("cref")?.Value.Split('.')[^1] ?? element.Value,
        _ => "",
    };
}
