using System.Collections;
using System.Globalization;
using System.Text;

namespace CranePipeline.Configuration;

/// <summary>Prints the effective settings, each with where it came from, as YAML that can be read back or as one line of JSON.</summary>
internal static class SettingsPrinter
{
    private const int Column = 44;
    private const int Width = 96;

    /// <summary>The settings as YAML, a comment with the origin behind each.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="withMeanings">Whether a comment above each says what it means and which values it may have.</param>
    public static string Yaml<TRoot>(LoadedConfiguration<TRoot> configuration, bool withMeanings = false)
        where TRoot : class
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var text = new StringBuilder();
        foreach (var line in Lines(configuration))
        {
            if (withMeanings && line.Member is not null)
            {
                WriteMeaning(text, line);
            }
            text.Append(line.Text);
            if (line.Origin is { } origin)
            {
                text.Append(' ', Math.Max(2, Column - line.Text.Length)).Append("# ").Append(origin);
            }
            text.Append('\n');
        }
        return text.ToString();
    }

    /// <summary>One JSON object: <c>settings</c> in canonical form, <c>origins</c> from dotted path to origin.</summary>
    public static string Json<TRoot>(LoadedConfiguration<TRoot> configuration)
        where TRoot : class
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var origins = new SortedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var line in Lines(configuration).Where(line => line.Origin is not null))
        {
            origins[line.Path] = line.Origin.ToString();
        }
        return CanonicalJson.Of(
            new SortedDictionary<string, object?> { ["settings"] = configuration.Settings, ["origins"] = origins }
        );
    }

    private static void WriteMeaning(StringBuilder text, Line line)
    {
        var indent = line.Text.Length - line.Text.TrimStart().Length;
        var words = SettingDescriptions.Of(line.Member!).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var column = 0;
        foreach (var word in words)
        {
            if (column == 0 || column + 1 + word.Length > Width)
            {
                text.Append(column == 0 ? "" : "\n").Append(' ', indent).Append('#');
                column = indent + 1;
            }
            text.Append(' ').Append(word);
            column += 1 + word.Length;
        }
        text.Append(words.Length == 0 ? "" : "\n");
    }

    private static List<Line> Lines<TRoot>(LoadedConfiguration<TRoot> configuration)
        where TRoot : class
    {
        var lines = new List<Line>();
        Section(lines, configuration.Settings, configuration.Tree, "", 0);
        return lines;
    }

    private static void Section(List<Line> lines, object section, SettingNode? written, string prefix, int depth)
    {
        foreach (var member in SettingSchema.Of(section.GetType()).Members)
        {
            var value = member.Property.GetValue(section) ?? member.Ambient;
            if (member.IsInline && value is not null)
            {
                Section(lines, value, written, prefix, depth);
            }
            else
            {
                var node = (written as SectionNode)?.Find(member.Name);
                var first = lines.Count;
                Value(lines, member.Name, value, node, prefix + member.Name, depth);
                lines[first] = lines[first] with { Member = member };
            }
        }
    }

    private static void Value(List<Line> lines, string name, object? value, SettingNode? node, string path, int depth)
    {
        var head = new string(' ', 2 * depth) + Scalar(name) + ":";
        var origin = node is null or ScalarNode { IsEmpty: true } ? SettingOrigin.Default : node.Origin;
        if (value is null || Flow(value) is not { } flow)
        {
            if (value is null)
            {
                lines.Add(new Line($"{head} null", path, origin));
            }
            else if (value is IDictionary dictionary)
            {
                lines.Add(new Line(head, path, null));
                foreach (DictionaryEntry entry in dictionary)
                {
                    var key = (string)entry.Key;
                    Value(lines, key, entry.Value, (node as SectionNode)?.Find(key), $"{path}.{key}", depth + 1);
                }
            }
            else if (value is IEnumerable items)
            {
                lines.Add(new Line(head, path, origin));
                foreach (var item in items)
                {
                    lines.Add(new Line($"{new string(' ', 2 * depth)}  - {Nested(item!)}", path, null));
                }
            }
            else
            {
                lines.Add(new Line(head, path, null));
                Section(lines, value, node, path + ".", depth + 1);
            }
            return;
        }
        lines.Add(new Line($"{head} {flow}", path, origin));
    }

    /// <summary>The value on one line, or null where it takes lines of its own.</summary>
    private static string? Flow(object value) =>
        value switch
        {
            IDictionary { Count: 0 } => "{}",
            IDictionary => null,
            string text => Scalar(text),
            IEnumerable items => items.Cast<object?>().All(item => item is null or string || item.GetType().IsValueType)
                ? $"[{string.Join(", ", items.Cast<object?>().Select(item => item is null ? "null" : Flow(item)))}]"
                : null,
            _ when value.GetType().IsEnum => SettingSchema.NameOf(value.ToString()!),
            _ when SettingShape.Of(value.GetType()).Kind == SettingKind.Scalar => value is bool flag
                ? (flag ? "true" : "false")
                : Number(value),
            _ => SettingSchema.Of(value.GetType()).Members.Count == 0 ? "{}" : null,
        };

    /// <summary>A record inside a list, in flow style so that it stays one line.</summary>
    private static string Nested(object value)
    {
        if (value is string || value.GetType().IsValueType)
        {
            return Flow(value)!;
        }
        return value switch
        {
            IDictionary dictionary => Braces(dictionary.Keys.Cast<string>().Select(key => (key, dictionary[key]))),
            IEnumerable items => $"[{string.Join(", ", items.Cast<object>().Select(Nested))}]",
            _ => Braces(
                SettingSchema.Of(value.GetType()).Members.Select(member => (member.Name, member.Property.GetValue(value)))
            ),
        };
    }

    private static string Braces(IEnumerable<(string Name, object? Value)> members)
    {
        var written = members
            .Where(member => member.Value is not null)
            .Select(member => $"{Scalar(member.Name)}: {Nested(member.Value!)}");
        return $"{{{string.Join(", ", written)}}}";
    }

    private static string Number(object value) => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture);

    private static string Scalar(string text)
    {
        var isPlain =
            text.Length > 0
            && text.All(letter => char.IsAsciiLetterOrDigit(letter) || "_-./+ ".Contains(letter))
            && char.IsAsciiLetter(text[0])
            && text[^1] != ' '
            && !text.Contains(" #", StringComparison.Ordinal)
            && text.ToUpperInvariant() is not ("NULL" or "TRUE" or "FALSE" or "YES" or "NO" or "ON" or "OFF");
        // A JSON string is a YAML double-quoted scalar.
        return isPlain ? text : CanonicalJson.Of(text);
    }

    private sealed record Line(string Text, string Path, SettingOrigin? Origin, SettingMember? Member = null);
}
