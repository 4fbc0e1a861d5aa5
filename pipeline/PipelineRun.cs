using System.Text;
using CranePipeline.CommandLine;
using CranePipeline.Commands;
using CranePipeline.Configuration;
using CranePipeline.Ingest.Download;
using CranePipeline.Ingest.Spark;
using CranePipeline.Operations;
using CranePipeline.Progress;
using CranePipeline.Stages;
using CranePipeline.Store;
using CranePipeline.Tables;

namespace CranePipeline;

/// <summary>One command line carried out: settings loaded, stages and then commands run, a summary of what happened.</summary>
internal sealed class PipelineRun : IDisposable
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
    public bool IsPlain => commands.Count == 0 && !options.DryRun;

    /// <summary>Where the details of an unforeseen error go.</summary>
    public string DetailsFolder => Path.Combine(Settings.Store, ".errors");

    private PipelineSettings Settings => configuration.Settings;

    /// <summary>Loads and checks the settings.</summary>
    /// <exception cref="InputException">They are wrong.</exception>
    public static PipelineRun Open(CommandLineOptions options, IProgressDisplay display, IRunObserver observer, StopRequest stop)
    {
        Command[] commands = [.. CommandCatalog.All.Where(command => command.IsAskedFor(options))];
        LoadedConfiguration<PipelineSettings> configuration = ConfigurationLoader.Load<PipelineSettings>(
            new ConfigurationRequest
            {
                Folder = options.Conf,
                Dataset = commands.All(command => command.ReadsDataset) ? options.Dataset : null,
                Overrides =
                    options.Stages.Count == commands.Length && commands.All(command => command.LoadsModels)
                        ? [.. options.Overrides.Where(setting => !setting.IsOfModel)]
                        : options.Overrides,
            }
        );
        PipelineSettings settings = configuration.Settings;
        if (configuration.OriginOf("model").Source == ConfigurationLoader.NoModalities)
        {
            display.Info(
                $"data set {settings.Name} names no modalities, so the model is {settings.Model}; -Model "
                    + $"names another, modalities: gives {ConfigurationLoader.DefaultModel} something to attend to"
            );
        }

        int threads = settings.Threads > 0 ? settings.Threads : Environment.ProcessorCount;
        var environment = new RunEnvironment
        {
            Store = new ArtifactStore(settings.Store) { Warn = Once(display.Warning) },
            DataFolder = settings.Data,
            Threads = threads,
            CreateEngine = () => EngineFactory.Create(options.Device, threads),
            Spark = SparkCluster.Of(options, new SparkData(settings.Data, settings.SparkData), stop.Now),
            Display = display,
            Force = options.Force,
            Cancellation = stop.Now,
            Pause = stop.Pause,
            Observer = observer,
            WaitLimit = options.WaitMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
            StageRetries = settings.StageRetries,
        };
        return new PipelineRun(options, commands, configuration, environment);
    }

    /// <summary>Runs the stages that were asked for, then the commands.</summary>
    /// <returns>The exit code.</returns>
    public int Execute()
    {
        using SparkCluster? spark = environment.Spark;
        var context = new CommandContext
        {
            Options = options,
            Configuration = configuration,
            Environment = environment,
            Session = session,
            Output = Console.Out,
        };
        if (!options.DryRun && (stages.Count > 0 || commands.Any(command => command.Computes)))
        {
            CheckMachine();
        }

        if (options.Verify)
        {
            CheckStore();
        }

        if (options.DryRun)
        {
            Foretell(context);
            return ExitCodes.Done;
        }

        if (stages.Count > 0)
        {
            session.Run(stages);
            if (options.Pin)
            {
                PinDownloads();
            }

            if (session.Results.LastOrDefault(result => result.Node.Stage is ReportStage)?.Artifact is { } report)
            {
                environment.Display.Info($"the report is {report.PathOf(ReportStage.PageFile)}");
            }
        }

        foreach (Command command in commands)
        {
            command.Run(context);
        }

        return context.ExitCode;
    }

    private void Foretell(CommandContext context)
    {
        bool isTold = stages.Count > 0;
        if (isTold)
        {
            Plan.Of(session.Graph, stages, Settings, environment).Write(context.Output, options.Json);
        }

        foreach (Command command in commands)
        {
            isTold |= command.Foretell(context);
        }

        if (!isTold)
        {
            string names = string.Join(", ", commands.Select(command => command.Name));
            throw new InputException($"-DryRun foretells stages, search, sweep and benchmark, not {names}; leave it out");
        }
    }

    /// <summary>Ends this run's part in the store.</summary>
    public void Dispose() => environment.Store.Dispose();

    /// <summary>Tells each message once, however often it is heard.</summary>
    private static Action<string> Once(Action<string> tell)
    {
        var told = new HashSet<string>();
        return message =>
        {
            if (told.Add(message))
            {
                tell(message);
            }
        };
    }

    /// <summary>What happened, for <c>-Json</c>.</summary>
    public RunSummary Summarize() =>
        new()
        {
            Dataset = Settings.Name,
            Stages = session.Summaries,
            Seeds = [.. Settings.Seeds.Select(Summarize).OfType<SeedSummary>()],
        };

    /// <summary>Reads the whole store and the raw files. What this run is to make anew may be damaged.</summary>
    private void CheckStore()
    {
        StoreCheckResult result = StoreCheck.Run(environment.Store, environment.Progress, environment.Cancellation);
        StoreFault[] faults =
        [
            .. result.Faults.Where(fault =>
                !(environment.Force && fault.Dataset == Settings.Name && stages.Contains(fault.Stage ?? string.Empty))
            ),
        ];
        foreach (StoreFault fault in faults.Skip(1))
        {
            environment.Display.Warning(fault.Message);
        }

        if (faults.Length > 0)
        {
            throw new InputException(faults[0].Message);
        }
    }

    /// <summary>Writes what the raw files are into the data set file.</summary>
    private void PinDownloads()
    {
        DownloadedFile[] files =
        [
            .. Settings.Files.Select(file =>
            {
                string path = Path.Combine(environment.DataFolder, file.Path);
                string hash = VerifiedFiles.Sha256(path, environment.Progress, cancellation: environment.Cancellation);
                return new DownloadedFile(file.Path, path, new FileInfo(path).Length, hash, null);
            }),
        ];
        string target = ConfigurationFolder.Find(options.Conf).DatasetFile(Settings.Name);
        string text = File.ReadAllText(target);
        string pinned = DownloadPins.Write(text, files);
        if (pinned != text)
        {
            WholeFile.Write(target, stream => stream.Write(new UTF8Encoding(false).GetBytes(pinned)));
        }

        environment.Display.Info($"{files.Length} files are pinned in {ConfigurationFolder.Display(target)}");
    }

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
