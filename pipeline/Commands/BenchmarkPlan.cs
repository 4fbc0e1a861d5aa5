using CranePipeline.CommandLine;
using CranePipeline.Configuration;
using CranePipeline.Stages;
using CranePipeline.Store;
using CranePipeline.Tables;
using CranePipeline.Training;

namespace CranePipeline.Commands;

/// <summary>
/// One model on one data set: first a search on the validation part, where there is anything to choose, then a run a seed.
/// </summary>
internal sealed class BenchmarkCell
{
    private readonly RunEnvironment environment;
    private readonly Func<IReadOnlyList<SettingOverride>, PipelineSettings> load;
    private readonly StageSession preset;
    private StageSession? chosen;

    /// <summary>Joins settings to the store; nothing runs yet.</summary>
    /// <param name="load">Loads the cell's settings with further ones over them.</param>
    /// <param name="environment">Store, progress, cancellation.</param>
    public BenchmarkCell(Func<IReadOnlyList<SettingOverride>, PipelineSettings> load, RunEnvironment environment)
    {
        this.load = load;
        this.environment = environment;
        Settings = load([]);
        preset = new StageSession(Settings, environment);
    }

    /// <summary>The settings before anything is chosen.</summary>
    public PipelineSettings Settings { get; }

    /// <summary>What tables call the model.</summary>
    public string Title => Settings.Run.Title;

    /// <summary>Whether there is anything to choose.</summary>
    public bool IsSearched => Settings.Search.Count > 0;

    /// <summary>Combinations that the search tries.</summary>
    public int Trials => SearchStage.TrialCount(Settings);

    /// <summary>The seed whose split the search validates on.</summary>
    public long SearchSeed => Settings.Seeds[0];

    /// <summary>Why the model cannot be run on the data set at all, or null.</summary>
    public string? Obstacle =>
        Settings.Train.Model.Needs == ModelNeeds.Interactions || FeaturesStage.HasAny(Settings) ? null
        : Settings.Modalities.Count == 0 ? "the model reads features of the items, and the data set has none"
        : "the model reads features of the items, and the data set's are not there";

    /// <summary>What was chosen, or null before the search is done or where there is none.</summary>
    public SearchOutcome? Choice =>
        IsSearched && preset.Find("search", SearchSeed) is { } search
            ? JsonFiles.Read<SearchOutcome>(search.PathOf(SearchStage.BestFile))
            : null;

    /// <summary>The stages under the chosen settings, or null before the search is done.</summary>
    public StageSession? Chosen
    {
        get
        {
            if (chosen is null && !IsSearched)
            {
                chosen = preset;
            }
            else if (chosen is null && Choice is { } choice)
            {
                SettingOverride[] settings =
                [
                    .. choice.Settings.Select(setting => new SettingOverride(
                        $"train.{setting.Key}",
                        setting.Value,
                        "the search"
                    )),
                ];
                chosen = new StageSession(load(settings), environment);
            }

            return chosen;
        }
    }

    /// <summary>The run of a seed, or null where it is not finished.</summary>
    public Artifact? Run(long seed) => Chosen?.Find("evaluate", seed);

    /// <summary>Everything the cell needs, in order.</summary>
    public IEnumerable<QueuedWork> Work()
    {
        if (Obstacle is not null)
        {
            yield break;
        }

        if (IsSearched)
        {
            yield return new QueuedWork(
                $"{Settings.Name}, {Title}: search of {Trials} trials",
                Settings.Name,
                Settings.Model,
                Trials,
                Settings.Train.Model.IsTrained,
                () => preset.Find("search", SearchSeed),
                () => preset.Ensure("search", SearchSeed, environment.Force ? ["search"] : [])
            );
        }

        foreach (long seed in Settings.Seeds)
        {
            yield return new QueuedWork(
                FormattableString.Invariant($"{Settings.Name}, {Title}, seed {seed}"),
                Settings.Name,
                Settings.Model,
                // What the search has trained is not trained again.
                IsSearched && seed == SearchSeed && !environment.Force
                    ? 0
                    : 1,
                Settings.Train.Model.IsTrained,
                () => Run(seed),
                () =>
                    Chosen is { } session
                        ? session.Ensure("evaluate", seed, environment.Force ? ["train", "evaluate"] : [])
                        : throw new InputException("its settings were not chosen, because the search failed")
            );
        }
    }
}

/// <summary>The cells of a benchmark: every model on every data set.</summary>
internal static class BenchmarkPlan
{
    /// <summary>All of them, data set by data set, their settings loaded and checked before anything runs.</summary>
    /// <param name="definition">The benchmark.</param>
    /// <param name="options">The command line, whose settings lie over the benchmark's, and whose data set and model restrict it.</param>
    /// <param name="environment">Store, progress, cancellation.</param>
    /// <exception cref="InputException">Settings are wrong, or the command line names what is not of the benchmark.</exception>
    public static IReadOnlyList<BenchmarkCell> Of(
        BenchmarkDefinition definition,
        CommandLineOptions options,
        RunEnvironment environment
    ) => [.. Loaders(definition, options).Select(load => new BenchmarkCell(load, environment))];

    /// <summary>What loads each cell's settings, with further ones over them.</summary>
    public static IEnumerable<Func<IReadOnlyList<SettingOverride>, PipelineSettings>> Loaders(
        BenchmarkDefinition definition,
        CommandLineOptions options
    )
    {
        foreach (string dataset in Restrict(definition.Datasets, options.Dataset, "-Dataset", definition.Name))
        {
            foreach (string model in Restrict(definition.Models, options.Model, "-Model", definition.Name))
            {
                PipelineSettings Load(IReadOnlyList<SettingOverride> overrides) =>
                    ConfigurationLoader
                        .Load<PipelineSettings>(
                            new ConfigurationRequest
                            {
                                Folder = options.Conf,
                                Dataset = dataset,
                                Overrides = overrides,
                            }
                        )
                        .Settings;

                ModelOptions kind = Load([new SettingOverride("model", model, "-Benchmark")]).Train.Model;
                IReadOnlyList<SettingOverride> own = Overrides(definition, model, kind);
                yield return further => Load([.. own, .. options.Overrides, .. further]);
            }
        }
    }

    /// <summary>What the benchmark sets for a model: of its training settings, those that the model has.</summary>
    private static List<SettingOverride> Overrides(BenchmarkDefinition definition, string model, ModelOptions kind)
    {
        const string Train = "train.";
        string source = $"benchmark {definition.Name}";
        HashSet<string> has = [.. TrainSettings.NamesFor(kind)];
        HashSet<string> searchable = kind.IsTrained ? has : [.. SettingSchema.Of(kind.GetType()).Names];
        List<SettingOverride> overrides =
        [
            new("model", model, source),
            .. definition.Settings.Where(setting =>
                !setting.Path.StartsWith(Train, StringComparison.Ordinal) || has.Contains(setting.Path[Train.Length..])
            ),
        ];
        if (definition.Seeds.Count > 0)
        {
            overrides.Add(new SettingOverride("seeds", $"[{string.Join(", ", definition.Seeds)}]", source));
        }

        overrides.Add(new SettingOverride("searchTrials", FormattableString.Invariant($"{definition.Trials}"), source));
        overrides.AddRange(
            definition
                .SearchOf(model, searchable.Contains)
                .Select(list => new SettingOverride($"search.{list.Key}", $"[{string.Join(", ", list.Value)}]", source))
        );
        return overrides;
    }

    private static IReadOnlyList<string> Restrict(IReadOnlyList<string> all, string? only, string parameter, string benchmark)
    {
        if (only is null)
        {
            return all;
        }

        string? known = all.FirstOrDefault(name => string.Equals(name, only, StringComparison.OrdinalIgnoreCase));
        return known is not null
            ? [known]
            : throw new InputException(
                $"{parameter} {only} is not of benchmark {benchmark}{NearestName.SuggestionOf(only, all, "it has")}"
            );
    }
}
