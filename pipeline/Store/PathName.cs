using CranePipeline.Tables;

namespace CranePipeline.Store;

/// <summary>
/// The one rule for a name that becomes part of a path: of a data set, model, modality, sweep, stage, key or stored file, whether it comes
/// from the command line, a settings file, a manifest or another store.
/// </summary>
internal static class PathName
{
    private const int Longest = 120;

    private static readonly HashSet<string> Reserved = new(
        ["con", "prn", "aux", "nul", .. Enumerable.Range(1, 9).SelectMany(n => (string[])[$"com{n}", $"lpt{n}"])],
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>The rule in words, to stand after a name that breaks it.</summary>
    public const string Rule = "use letters, digits, '-', '_' and single dots inside";

    /// <summary>Whether a name can be one part of a path on any system.</summary>
    public static bool IsSafe(string? name) =>
        name is { Length: > 0 and <= Longest }
        && name.All(each => char.IsLetterOrDigit(each) || each is '-' or '_' or '.')
        && name[0] is not ('.' or '-')
        && name[^1] != '.'
        && !name.Contains("..", StringComparison.Ordinal)
        && !Reserved.Contains(name.Split('.')[0]);

    /// <summary>Whether a name is safe parts joined by slashes: a file of an artifact.</summary>
    public static bool IsSafePath(string? name) => name is not null && name.Split('/').All(IsSafe);

    /// <summary>The name, if it can be part of a path.</summary>
    /// <param name="what">What it names, with where it stands: "-Dataset", "the data set name".</param>
    /// <param name="name">The name.</param>
    /// <exception cref="InputException">It cannot.</exception>
    public static string Check(string what, string? name) =>
        IsSafe(name)
            ? name!
            : throw new InputException($"{what} '{name}' becomes part of a path and cannot be called so; {Rule}");
}
