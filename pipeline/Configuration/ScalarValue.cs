using System.Globalization;

namespace CranePipeline.Configuration;

/// <summary>Turns the text of a setting into a value of its type, in the invariant culture.</summary>
internal static class ScalarValue
{
    /// <summary>Reads a value; on failure <paramref name="problem"/> ends the sentence that began with the setting's name.</summary>
    public static bool TryRead(ScalarNode node, Type type, out object? value, out string problem)
    {
        problem = "";
        value = null;
        var text = node.Text;
        if (type == typeof(string))
        {
            value = text;
            return true;
        }
        if (type.IsEnum)
        {
            return TryReadEnum(text, type, out value, out problem);
        }
        value = type switch
        {
            _ when node.IsQuoted => null,
            _ when type == typeof(bool) => Boolean(text),
            _ when type == typeof(double) => Finite(text),
            // Through decimal text, not through double: the nearest float to what was written.
            _ when type == typeof(float) => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var single)
            && float.IsFinite(single)
                ? single
                : null,
            _ when type == typeof(decimal) => decimal.TryParse(
                text,
                NumberStyles.Float,
                CultureInfo.InvariantCulture,
                out var exact
            )
                ? exact
                : null,
            _ => Whole(text, type),
        };
        if (value is null)
        {
            problem = $"must be {Describe(type)}, not {Shown(node)}";
        }
        return value is not null;
    }

    /// <summary>What is written for such a value, as a message says it.</summary>
    public static string Describe(Type declared)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        return type switch
        {
            _ when type == typeof(string) => "text",
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(double) || type == typeof(float) || type == typeof(decimal) => "a number",
            _ when type.IsEnum => $"one of {string.Join(", ", EnumNames(type))}",
            _ => "a whole number",
        };
    }

    /// <summary>A value as a message shows it.</summary>
    public static string Shown(SettingNode node) =>
        node switch
        {
            ScalarNode { IsEmpty: true } => "nothing",
            ScalarNode { IsQuoted: true } scalar => $"the text \"{scalar.Text}\"",
            ScalarNode scalar => $"'{scalar.Text}'",
            ListNode => "a list",
            _ => "a section",
        };

    /// <summary>The names of an enumeration's members in a settings file.</summary>
    public static IReadOnlyList<string> EnumNames(Type type) => [.. Enum.GetNames(type).Select(SettingSchema.NameOf)];

    private static bool TryReadEnum(string text, Type type, out object? value, out string problem)
    {
        foreach (var member in Enum.GetNames(type))
        {
            if (string.Equals(member, text, StringComparison.OrdinalIgnoreCase))
            {
                value = Enum.Parse(type, member);
                problem = "";
                return true;
            }
        }
        problem = $"cannot be '{text}'{NearestName.SuggestionOf(text, EnumNames(type), "it is one of")}";
        value = null;
        return false;
    }

    private static bool? Boolean(string text) =>
        text.ToUpperInvariant() switch
        {
            "TRUE" or "YES" or "ON" => true,
            "FALSE" or "NO" or "OFF" => false,
            _ => null,
        };

    private static double? Finite(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : null;

    private static object? Whole(string text, Type type)
    {
        // By way of decimal so that "1e6" is a whole number and 1.5 is not.
        if (
            !decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            || number != decimal.Truncate(number)
        )
        {
            return null;
        }
        try
        {
            return Convert.ChangeType(number, type, CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is OverflowException or InvalidCastException)
        {
            return null;
        }
    }
}
