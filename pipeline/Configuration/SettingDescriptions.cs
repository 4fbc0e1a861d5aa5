using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace CranePipeline.Configuration;

/// <summary>
/// What each setting means, taken from the documentation comments of the property that holds it, which the build puts beside the
/// assemblies; so the help cannot say anything else than the code.
/// </summary>
internal static partial class SettingDescriptions
{
    private static readonly ConcurrentDictionary<Assembly, IReadOnlyDictionary<string, string>> Comments = new();

    /// <summary>The meaning and the permitted values of a setting in a sentence or two, or "" where nothing is known.</summary>
    public static string Of(SettingMember member)
    {
        ArgumentNullException.ThrowIfNull(member);
        var declaring = member.Property.DeclaringType!;
        var name = $"P:{declaring.FullName?.Replace('+', '.')}.{member.Property.Name}";
        var meaning = Comments.GetOrAdd(declaring.Assembly, Read).GetValueOrDefault(name, "");
        return $"{meaning} {Permitted(member)}".Trim();
    }

    /// <summary>The permitted values: "One of linear, feature, entity." or "Between 1 and 16."; "" where the type says it all.</summary>
    private static string Permitted(SettingMember member)
    {
        var (_, element) = SettingShape.Of(member.Type);
        if (element.IsEnum)
        {
            return $"One of {string.Join(", ", ScalarValue.EnumNames(element))}.";
        }
        foreach (var rule in member.Rules)
        {
            var text = rule switch
            {
                RangeAttribute range => SettingRules.Bounds(range),
                AllowedValuesAttribute allowed => $"one of {string.Join(", ", allowed.Values)}",
                _ => null,
            };
            if (text is not null)
            {
                return $"{char.ToUpperInvariant(text[0])}{text[1..]}{(member.Ambient is { } word ? $", or {word}" : "")}.";
            }
        }
        return "";
    }

    private static IReadOnlyDictionary<string, string> Read(Assembly assembly)
    {
        var file = Path.Combine(AppContext.BaseDirectory, assembly.GetName().Name + ".xml");
        try
        {
            return XDocument
                .Load(file)
                .Descendants("member")
                .Where(member => member.Attribute("name") is not null && member.Element("summary") is not null)
                .GroupBy(member => member.Attribute("name")!.Value)
                .ToDictionary(group => group.Key, group => Flatten(group.First().Element("summary")!));
        }
        catch (Exception exception) when (exception is IOException or XmlException or UnauthorizedAccessException)
        {
            // A program published without them still prints settings, only without their meanings.
            return new Dictionary<string, string>();
        }
    }

    private static string Flatten(XElement summary)
    {
        var text = string.Concat(
            summary
                .DescendantNodes()
                .Select(node =>
                    node switch
                    {
                        XText characters => characters.Value,
                        XElement { Name.LocalName: "see" or "seealso" or "paramref" } link when !link.Nodes().Any() => Target(
                            link
                        ),
                        _ => "",
                    }
                )
        );
        return WhiteSpace().Replace(text, " ").Trim();
    }

    private static string Target(XElement link)
    {
        var target = (link.Attribute("cref") ?? link.Attribute("langword") ?? link.Attribute("name"))?.Value ?? "";
        var last = target.Split('(')[0].Split('.')[^1];
        // Properties and enumeration members have another name in a settings file; types have none.
        return target.StartsWith("P:", StringComparison.Ordinal) || target.StartsWith("F:", StringComparison.Ordinal)
            ? SettingSchema.NameOf(last)
            : last.Split(':')[^1];
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
