using CranePipeline.CommandLine;
using CranePipeline.Commands;
using CranePipeline.Configuration;
using CranePipeline.Ingest.Spark;
using CranePipeline.Progress;
using CranePipeline.Stages;
using CranePipeline.Store;
using CranePipeline.Tables;

namespace CranePipeline;

/// <summary>One command line carried out: settings loaded, stages and then commands run, a summary of what happened.</summary>
internal sealed class PipelineRun
{
    private readonly CommandLineOptions options;
    private readonly LoadedConfiguration<PipelineSettings> configuration;
    private readonly RunEnvironment environment;
    private readonly StageSession session;
    private readonly IReadOnlyList<Command> commands;
    private readonly IReadOnlyList<string> stages;

    private PipelineRun(
        CommandLineOptions options,
        IReadOnlyList<Command> commands,
        LoadedConfiguration<PipelineSettings> configuration,
        RunEnvironment environment
    )
    {
        this.options = options;
        this.commands = commands;
        this.configuration = configuration;
        this.environment = environment;
        session = new StageSession(configuration.Settings, environment);
        stages = [.. options.Stages.Except(commands.Select(command => command.Name))];
    }

    /// <summary>Whether the run's outcome is stages and metrics rather than something that a command has printed already.</summary>
    public bool IsPlain => commands.Count == 0;

    private PipelineSettings Settings => configuration.Settings;

    /// <summary>Loads and checks the settings.</summary>
    /// <exception cref="InputException">They are wrong.</exception>
    public static PipelineRun Open(CommandLineOptions options, IProgressDisplay display, CancellationToken cancellation)
    {
        Command[] commands = [.. CommandCatalog.All.Where(command => command.IsAskedFor(options))];
        LoadedConfiguration<PipelineSettings> configuration = ConfigurationLoader.Load<PipelineSettings>(
            new ConfigurationRequest
            {
                Folder = options.Conf,
                Dataset = commands.All(command => command.ReadsDataset) ? options.Dataset : null,
                Overrides = options.Overrides,
            }
        );
        PipelineSettings settings = configuration.Settings;
        int threads = settings.Threads > 0 ? settings.Threads : Environment.ProcessorCount;
        var environment = new RunEnvironment
        {
            Store = new ArtifactStore(settings.Store),
            DataFolder = settings.Data,
            Threads = threads,
            CreateEngine = () => EngineFactory.Create(options.Device, threads),
            Spark = SparkCluster.Of(options, new SparkData(settings.Data, settings.SparkData), cancellation),
            Display = display,
            Force = options.Force,
            Verify = options.Verify,
            Cancellation = cancellation,
        };
        return new PipelineRun(options, commands, configuration, environment);
    }

    /// <summary>Runs the stages that were asked for, then the commands.</summary>
    public void Execute()
    {
        using SparkCluster? spark = environment.Spark;
        if (stages.Count > 0 || commands.Any(command => command.Computes))
        {
            CheckMachine();
        }

        if (stages.Count > 0)
        {
            session.Run(stages);
            if (session.Results.LastOrDefault(result => result.Node.Stage is ReportStage)?.Artifact is { } report)
            {
                environment.Display.Info($"the report is {report.PathOf(ReportStage.PageFile)}");
            }
        }

        var context = new CommandContext
        {
            Options = options,
            Configuration = configuration,
            Environment = environment,
            Session = session,
            Output = Console.Out,
        };
        foreach (Command command in commands)
        {
            command.Run(context);
        }
    }

    /// <summary>What happened, for <c>-Json</c>.</summary>
    public RunSummary Summarize(string? error) =>
        new()
        {
            Dataset = Settings.Name,
            Stages = session.Summaries,
            Seeds = [.. Settings.Seeds.Select(Summarize).OfType<SeedSummary>()],
            Error = error,
        };

    private void CheckMachine()
    {
        environment.Spark?.RequireAddress();
        if (options.Device != DeviceKind.Cpu)
        {
            // A device that is not there is told before any work, not after the data stages.
            EngineFactory.Create(options.Device, environment.Threads).Dispose();
        }
    }

    private SeedSummary? Summarize(long seed)
    {
        IReadOnlyDictionary<string, double>? Of<TStage>() =>
            session
                .Results.FirstOrDefault(result => result.Node.Stage is TStage && result.Node.Seed == seed)
                ?.Artifact?.Manifest.Metrics;
        IReadOnlyDictionary<string, double>? trained = Of<TrainStage>();
        IReadOnlyDictionary<string, double>? scored = Of<EvaluateStage>();
        return trained is null && scored is null
            ? null
            : new SeedSummary(
                seed,
                trained is null
                    ? null
                    : new TrainSummary(
                        trained["epochs"],
                        trained["bestEpoch"],
                        trained["epochSeconds"],
                        trained["validSeconds"],
                        trained["peakMemoryMB"]
                    ),
                scored ?? new Dictionary<string, double>()
            );
    }
}
