using CranePipeline.CommandLine;

namespace CranePipeline.Commands;

/// <summary>Every command there is.</summary>
internal static class CommandCatalog
{
    /// <summary>All of them, in the order of the help, which is that in which several asked for at once run.</summary>
    public static IReadOnlyList<Command> All { get; } =
    [
        new ScoreRankingsCommand(),
        new RecommendCommand(),
        new SweepCommand(),
        new BenchmarkCommand(),
        new SearchCommand(),
        new ExportCommand(),
        new ImportMmrecCommand(),
        new ExportMmrecCommand(),
        new PlanCommand(),
        new ConfigCommand(),
        new StatusCommand(),
        new LineageCommand(),
        new VerifyCommand(),
        new GcCommand(),
        new PushCommand(),
        new PullCommand(),
        new DoctorCommand(),
        new CompareEnginesCommand(),
    ];

    /// <summary>Those with a name of their own, for the command line and its help.</summary>
    public static IEnumerable<StageDescription> Descriptions =>
        All.Where(command => command.Summary is not null)
            .Select(command => new StageDescription(command.Name, command.Summary!, command.NeedsDataset));
}
