using System.Runtime.InteropServices;
using CranePipeline.CommandLine;
using CranePipeline.Store;
using CranePipeline.Tables;

namespace CranePipeline.Operations;

/// <summary>What a user is told of an exception: one line, and the exit code.</summary>
/// <param name="ExitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="Message">What is wrong, where, and what to do.</param>
/// <param name="IsForeseen">Whether the cause lies outside the program; otherwise the details are worth keeping.</param>
internal sealed record ErrorReport(int ExitCode, string Message, bool IsForeseen = true)
{
    private const int TooManyOpenFiles = 24;

    /// <summary>Judges an exception.</summary>
    /// <param name="problem">The exception.</param>
    /// <param name="stopCode">The exit code where the run was asked to stop.</param>
    public static ErrorReport Of(Exception problem, int stopCode) =>
        problem switch
        {
            UsageException => new(ExitCodes.WrongUsage, problem.Message),
            WaitTimeoutException => new(ExitCodes.WaitedInVain, problem.Message),
            InputException => new(ExitCodes.BadInput, problem.Message.TrimEnd('.')),
            OperationCanceledException => new(stopCode, Stopped(stopCode)),
            AggregateException { InnerException: { } inner } => Of(inner, stopCode),
            IOException
            or UnauthorizedAccessException
            or TypeInitializationException
            or BadImageFormatException
                when Cause<IOException>(problem) is { HResult: TooManyOpenFiles } or { Message: "Too many open files" } => new(
                ExitCodes.BadInput,
                "too many open files; allow this process more of them (ulimit -n 1024)"
            ),
            FileNotFoundException or FileLoadException or TypeLoadException when IsOwnFile(problem) => new(
                ExitCodes.BadInput,
                CannotStart(problem)
            ),
            IOException when WriteFault.IsNoRoom(problem) => new(ExitCodes.BadInput, $"{OneLine(problem)}; free space there"),
            IOException or UnauthorizedAccessException => new(ExitCodes.BadInput, OneLine(problem)),
            _ when IsNetwork(problem) => new(ExitCodes.BadInput, OneLine(problem)),
            ExternalException when problem.Message.Contains("out of memory", StringComparison.Ordinal) => new(
                ExitCodes.BadInput,
                "the device's memory is full; reduce train.batchSize or train.embeddingSize, or use -Device cpu"
            ),
            OutOfMemoryException => new(
                ExitCodes.BadInput,
                "out of memory; reduce the features (modalities.NAME.reduce), or use a machine with more"
            ),
            _ => new(ExitCodes.InternalError, $"internal error: {problem.GetType().Name}: {OneLine(problem)}", IsForeseen: false),
        };

    /// <summary>What is said where the program's own files cannot be loaded.</summary>
    public static string CannotStart(Exception problem) =>
        $"the program's own files cannot be loaded ({OneLine(problem)}); allow it more open files (ulimit -n 1024), or install it anew";

    private static string OneLine(Exception problem) => problem.Message.ReplaceLineEndings(" ").TrimEnd(' ', '.');

    /// <summary>Whether a file that is missing is an assembly: those are named with their version.</summary>
    private static bool IsOwnFile(Exception problem) => problem.Message.Contains(", Version=", StringComparison.Ordinal);

    /// <summary>By name, since whoever has too few files could not load the types either.</summary>
    private static bool IsNetwork(Exception problem) =>
        problem.GetType().Name is "HttpRequestException" or "SocketException" or "HttpIOException";

    private static string Stopped(int stopCode) =>
        stopCode == ExitCodes.TimeIsUp
            ? "the time of -MaxMinutes is up; what was finished is kept, and the same command goes on from there"
            : "interrupted; what was finished is kept, and the same command goes on from there";

    private static T? Cause<T>(Exception problem)
        where T : Exception
    {
        for (Exception? cause = problem; cause is not null; cause = cause.InnerException)
        {
            if (cause is T found)
            {
                return found;
            }
        }

        return null;
    }
}
