using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;

namespace CranePipeline.Configuration;

/// <summary>
/// The one JSON text of a settings object: names in ordinal order and in camelCase, no white space, numbers in the shortest form
/// that reads back as the same value, enumeration members by name, nulls left out, every default written. So it does not matter in
/// which order, layer or notation a setting was given, nor whether it was given at all.
/// </summary>
internal static class CanonicalJson
{
    /// <summary>The canonical text of a settings record, a settings class, an anonymous object of such, a list or a dictionary.</summary>
    /// <exception cref="ArgumentException">The object holds something that is not a setting.</exception>
    public static string Of(object value) => Text(value, isForKeys: false);

    /// <summary>
    /// The text from which artifact keys are made: as <see cref="Of"/>, without the settings that have their
    /// <see cref="DefaultValueAttribute"/>'s value. That is put on a setting that a later version brings, and says what earlier
    /// versions did, so that what they made keeps its key. It stays when the default changes.
    /// </summary>
    /// <exception cref="ArgumentException">The object holds something that is not a setting.</exception>
    public static string ForKeys(object value) => Text(value, isForKeys: true);

    /// <summary>What <see cref="ForKeys"/> writes, as manifests keep it, to compare with or to look into.</summary>
    /// <exception cref="ArgumentException">The object holds something that is not a setting.</exception>
    public static JsonNode NodeForKeys(object value) => JsonNode.Parse(ForKeys(value))!;

    private static string Text(object value, bool isForKeys)
    {
        ArgumentNullException.ThrowIfNull(value);
        var text = new StringBuilder();
        Write(text, value, isForKeys);
        return text.ToString();
    }

    private static void Write(StringBuilder text, object value, bool isForKeys)
    {
        switch (value)
        {
            case string characters:
                WriteText(text, characters);
                break;
            case bool flag:
                text.Append(flag ? "true" : "false");
                break;
            case Enum member:
                WriteText(text, SettingSchema.NameOf(member.ToString()));
                break;
            case float number:
                // Adding zero turns -0 into 0.
                WriteNumber(text, float.IsFinite(number), number + 0f);
                break;
            case double number:
                WriteNumber(text, double.IsFinite(number), number + 0d);
                break;
            case IFormattable whole when value.GetType().IsPrimitive || value is decimal:
                text.Append(whole.ToString(null, CultureInfo.InvariantCulture));
                break;
            case IDictionary dictionary:
                WriteMembers(text, dictionary.Keys.Cast<string>().Select(key => (key, dictionary[key])), isForKeys);
                break;
            case IEnumerable items:
                WriteItems(text, items, isForKeys);
                break;
            default:
                WriteMembers(text, Members(value, isForKeys), isForKeys);
                break;
        }
    }

    private static IEnumerable<(string Name, object? Value)> Members(object value, bool isForKeys)
    {
        var type = value.GetType();
        if (type.Namespace?.StartsWith("System", StringComparison.Ordinal) == true)
        {
            throw new ArgumentException($"a {type} is not a setting", nameof(value));
        }
        var members = SettingSchema.Of(type).Members;
        // An anonymous object, which groups settings that make one key, has no setters.
        return members.Count > 0
            ? members.SelectMany(member => Member(member, member.Property.GetValue(value), isForKeys))
            : type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Select(property => (SettingSchema.NameOf(property.Name), property.GetValue(value)));
    }

    private static IEnumerable<(string Name, object? Value)> Member(SettingMember member, object? value, bool isForKeys) =>
        member.IsInline && value is not null ? Members(value, isForKeys)
        : isForKeys && member.Earlier is { } earlier && Equals(earlier.Value, value) ? []
        : [(member.Name, value)];

    private static void WriteMembers(StringBuilder text, IEnumerable<(string Name, object? Value)> members, bool isForKeys)
    {
        text.Append('{');
        var first = true;
        foreach (var (name, value) in members.OrderBy(member => member.Name, StringComparer.Ordinal))
        {
            if (value is null)
            {
                continue;
            }
            if (!first)
            {
                text.Append(',');
            }
            first = false;
            WriteText(text, name);
            text.Append(':');
            Write(text, value, isForKeys);
        }
        text.Append('}');
    }

    private static void WriteItems(StringBuilder text, IEnumerable items, bool isForKeys)
    {
        text.Append('[');
        var first = true;
        foreach (var item in items)
        {
            if (!first)
            {
                text.Append(',');
            }
            first = false;
            if (item is null)
            {
                text.Append("null");
            }
            else
            {
                Write(text, item, isForKeys);
            }
        }
        text.Append(']');
    }

    private static void WriteNumber(StringBuilder text, bool isFinite, IFormattable number)
    {
        var written = number.ToString("R", CultureInfo.InvariantCulture);
        text.Append(isFinite ? written : $"\"{written}\"");
    }

    // By hand, so that keys do not move when a library changes what it escapes.
    private static void WriteText(StringBuilder text, string characters)
    {
        text.Append('"');
        foreach (var letter in characters)
        {
            _ = letter switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
                _ => text.Append(letter),
            };
        }
        text.Append('"');
    }
}
