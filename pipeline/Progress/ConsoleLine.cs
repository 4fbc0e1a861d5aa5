using System.Globalization;
using CranePipeline.Operations;

namespace CranePipeline.Progress;

/// <summary>How much a line matters.</summary>
internal enum ConsoleLevel
{
    /// <summary>Something went wrong.</summary>
    Error,

    /// <summary>Something may be wrong.</summary>
    Warning,

    /// <summary>Something worth knowing.</summary>
    Info,

    /// <summary>Something only <c>-Verbose</c> shows.</summary>
    Verbose,
}

/// <summary>
/// A line for a person. Where standard error is no terminal it is a log that others read later: the line then begins with time and level
/// ("2026-03-01T02:00:07Z info: train started").
/// </summary>
internal static class ConsoleLine
{
    /// <summary>Whether lines carry time and level.</summary>
    public static bool IsLog { get; } = Console.IsErrorRedirected;

    /// <summary>Writes one message; its own line ends are kept.</summary>
    public static void Write(TextWriter output, ConsoleLevel level, string message) =>
        output.WriteLine(Of(level, message, IsLog ? DateTimeOffset.UtcNow : null));

    /// <summary>The line, with a time where it is one of a log.</summary>
    public static string Of(ConsoleLevel level, string message, DateTimeOffset? time)
    {
        string text = Printable.Escape(message, keepLines: true);
        if (time is { } now)
        {
            string stamp = now.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            return $"{stamp} {Word(level)}: {text}";
        }

        return level is ConsoleLevel.Error or ConsoleLevel.Warning ? $"{Word(level)}: {text}" : text;
    }

    /// <summary>The level in small letters.</summary>
    public static string Word(ConsoleLevel level) =>
        level switch
        {
            ConsoleLevel.Error => "error",
            ConsoleLevel.Warning => "warning",
            ConsoleLevel.Info => "info",
            _ => "verbose",
        };
}
