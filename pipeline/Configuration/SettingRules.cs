using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace CranePipeline.Configuration;

/// <summary>Applies a setting's DataAnnotations rules and says in plain words which one a value breaks.</summary>
internal static class SettingRules
{
    /// <summary>Null where the value keeps to the rule; otherwise what ends the sentence that began with the setting's name.</summary>
    public static string? Violation(ValidationAttribute rule, object value)
    {
        if (
            rule is not (MinLengthAttribute or MaxLengthAttribute or LengthAttribute)
            && value is not string
            && value is System.Collections.IEnumerable items
        )
        {
            foreach (var item in items)
            {
                if (item is not null && Violation(rule, item) is { } wrong)
                {
                    return wrong;
                }
            }
            return null;
        }
        if (rule.IsValid(value))
        {
            return null;
        }
        var shown = Text(value);
        return rule switch
        {
            RangeAttribute range => $"is {shown}, but must be {Bounds(range)}",
            AllowedValuesAttribute allowed =>
                $"cannot be '{shown}'{NearestName.SuggestionOf(shown, [.. allowed.Values.Select(Text)], "it is one of")}",
            MinLengthAttribute { Length: 1 } => "must not be empty",
            MinLengthAttribute minimum => $"must have at least {minimum.Length} {Elements(value)}",
            MaxLengthAttribute maximum => $"must have at most {maximum.Length} {Elements(value)}",
            RegularExpressionAttribute pattern => $"is '{shown}', but must match {pattern.Pattern}",
            _ => $"is not right: {rule.FormatErrorMessage(shown)}",
        };
    }

    /// <summary>"between 1 and 10", "at least 0", "greater than 0 and at most 1".</summary>
    public static string Bounds(RangeAttribute range)
    {
        var low = IsOpen(range.Minimum) ? null : Text(range.Minimum);
        var high = IsOpen(range.Maximum) ? null : Text(range.Maximum);
        if (low is not null && high is not null && !range.MinimumIsExclusive && !range.MaximumIsExclusive)
        {
            return $"between {low} and {high}";
        }
        var lower = low is null ? null : $"{(range.MinimumIsExclusive ? "greater than" : "at least")} {low}";
        var upper = high is null ? null : $"{(range.MaximumIsExclusive ? "less than" : "at most")} {high}";
        return (lower, upper) switch
        {
            ({ }, { }) => $"{lower} and {upper}",
            _ => lower ?? upper ?? "a number",
        };
    }

    private static bool IsOpen(object bound) =>
        bound switch
        {
            int whole => whole is int.MaxValue or int.MinValue,
            long whole => whole is long.MaxValue or long.MinValue,
            double number => Math.Abs(number) >= long.MaxValue,
            _ => false,
        };

    private static string Elements(object value) => value is string ? "characters" : "elements";

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "null";
}
