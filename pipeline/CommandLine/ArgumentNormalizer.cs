using CranePipeline.Configuration;

namespace CranePipeline.CommandLine;

/// <summary>
/// Brings PowerShell's spellings (-Stage, -stage:all, -Force:$false) and the usual ones (--stage, --stage=all) to one, and reports
/// what no parameter is, with the nearest that there is.
/// </summary>
internal static class ArgumentNormalizer
{
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["h"] = "Help",
        ["?"] = "Help",
    };

    /// <summary>The arguments with every parameter in its long lower-case spelling and every value an argument of its own.</summary>
    /// <exception cref="UsageException">A parameter is unknown, lacks its value, or is given twice.</exception>
    public static IReadOnlyList<string> Normalize(IReadOnlyList<string> arguments, IReadOnlyList<OptionDescription> options)
    {
        var normal = new List<string>();
        var seen = new HashSet<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            if (!IsParameter(arguments[i]))
            {
                throw new UsageException(Unexpected(arguments[i]));
            }
            var (name, attached) = Split(arguments[i]);
            var option = Known(name, arguments[i], options);
            if (!seen.Add(option.Name) && option.Arity == OptionArity.Single)
            {
                throw new UsageException($"-{option.Name} is given twice; it takes one value");
            }
            if (option.Arity == OptionArity.Flag)
            {
                if (IsOn(option, attached))
                {
                    normal.Add(option.LongName);
                }
                continue;
            }
            var values = new List<string>();
            if (attached is not null)
            {
                values.Add(attached);
            }
            // A name with a value attached may still be the head of a list: -Seed:9 672
            while (
                i + 1 < arguments.Count
                && !IsParameter(arguments[i + 1])
                && (option.Arity == OptionArity.List || values.Count == 0)
            )
            {
                values.Add(arguments[++i]);
            }
            if (values.All(string.IsNullOrWhiteSpace))
            {
                throw new UsageException($"-{option.Name} needs a value: -{option.Name} {option.Value}");
            }
            foreach (var value in values)
            {
                normal.Add(option.LongName);
                normal.Add(value);
            }
        }
        return normal;
    }

    private static bool IsParameter(string argument) =>
        argument.Length > 1 && argument[0] == '-' && !char.IsAsciiDigit(argument[1]) && argument[1] != '.';

    private static (string Name, string? Value) Split(string argument)
    {
        var name = argument.TrimStart('-');
        var end = name.IndexOfAny([':', '=']);
        return end < 0 ? (name, null) : (name[..end], name[(end + 1)..]);
    }

    private static OptionDescription Known(string name, string argument, IReadOnlyList<OptionDescription> options)
    {
        var wanted = Aliases.GetValueOrDefault(name, name);
        var known = options.FirstOrDefault(option => string.Equals(option.Name, wanted, StringComparison.OrdinalIgnoreCase));
        if (known is not null)
        {
            return known;
        }
        var dashes = argument.StartsWith("--", StringComparison.Ordinal) ? "--" : "-";
        var nearest = NearestName.Find(name, options.Select(option => option.Name));
        throw new UsageException(
            $"unknown parameter '{dashes}{name}'; "
                + (
                    nearest is null
                        ? "-Help shows them all"
                        : $"did you mean '{dashes}{(dashes == "--" ? nearest.ToLowerInvariant() : nearest)}'?"
                )
        );
    }

    private static bool IsOn(OptionDescription option, string? value) =>
        value?.TrimStart('$').ToUpperInvariant() switch
        {
            null or "TRUE" => true,
            "FALSE" => false,
            _ => throw new UsageException($"-{option.Name} takes no value, but has '{value}'"),
        };

    private static string Unexpected(string argument) =>
        $"unexpected '{argument}'; write -Name VALUE, such as -Stage all -Dataset sample";
}
