namespace CranePipeline.Operations;

/// <summary>An exit code and when the program ends with it.</summary>
internal sealed record ExitCodeMeaning(int Code, string Meaning);

/// <summary>Every exit code. The help and <c>docs/operations.md</c> show <see cref="Table"/>, which a test holds them to.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int BadInput = 1;
    public const int WrongUsage = 2;
    public const int TimeIsUp = 3;
    public const int SomethingToDo = 4;
    public const int InternalError = 70;
    public const int WaitedInVain = 75;
    public const int HangUp = 129;
    public const int Interrupted = 130;
    public const int Terminated = 143;

    /// <summary>All of them, in order.</summary>
    public static IReadOnlyList<ExitCodeMeaning> Table { get; } =
    [
        new(Done, "Done, or nothing to do; of status: everything is fresh."),
        new(BadInput, "Input, settings or machine are not right, or something stored is damaged; one line says what to do."),
        new(WrongUsage, "Wrong usage of the command line."),
        new(TimeIsUp, "The time of -MaxMinutes is up; what was done is kept, and the same command goes on."),
        new(SomethingToDo, "Of status: something is stale or missing."),
        new(InternalError, "A fault of the program; one line names the file with the details."),
        new(WaitedInVain, "Another run held an artifact for longer than -Wait; try again later."),
        new(HangUp, "Stopped by SIGHUP; what was done is kept."),
        new(Interrupted, "Stopped by SIGINT (Ctrl-C); what was done is kept."),
        new(Terminated, "Stopped by SIGTERM; what was done is kept."),
    ];
}
