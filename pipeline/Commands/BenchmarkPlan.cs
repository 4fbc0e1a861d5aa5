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
        Settings.Train.Model.Needs == ModelNeeds.Interactions || FeaturesStage.HasAny(Settings) || HasFeatures ? null
        : Settings.Modalities.Count == 0 ? "the model reads features of the items, and the data set has none"
        : "the model reads features of the items, and the data set's are not there";

    /// <summary>Whether the store has features of the items, whose raw files may lie on another machine.</summary>
    private bool HasFeatures => preset.Find("features") is { } features && FeaturesStage.Modalities(features).Count > 0;

    /// <summary>The search that its settings come from, or null before that is done or where there is none.</summary>
    public Artifact? Search => IsSearched ? preset.Find("search", SearchSeed) : null;

    /// <summary>What was chosen, or null as <see cref="Search"/> is.</summary>
    public SearchOutcome? Choice =>
        Search is { } search ? JsonFiles.Read<SearchOutcome>(search.PathOf(SearchStage.BestFile)) : null;

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
                () => true,
                () => preset.Identify("search", SearchSeed),
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
                () => Chosen is not null,
                () => Chosen?.Identify("evaluate", seed),
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
    /// <param name="definition">The benchmark, as the command line wants it.</param>
    /// <param name="environment">Store, progress, cancellation.</param>
    /// <exception cref="InputException">Settings are wrong.</exception>
    public static IReadOnlyList<BenchmarkCell> Of(BenchmarkDefinition definition, RunEnvironment environment) =>
        [.. Loaders(definition).Select(load => new BenchmarkCell(load, environment))];

    /// <summary>What loads each cell's settings, with further ones over them.</summary>
    public static IEnumerable<Func<IReadOnlyList<SettingOverride>, PipelineSettings>> Loaders(BenchmarkDefinition definition)
    {
        foreach (string dataset in definition.Datasets)
        {
            foreach (BenchmarkModel model in definition.Models)
            {
                IReadOnlyList<SettingOverride> own = Overrides(definition, model);
                yield return further =>
                    ConfigurationLoader
                        .Load<PipelineSettings>(
                            new ConfigurationRequest
                            {
                                Folder = definition.Options.Conf,
                                Dataset = dataset,
                                Overrides = [.. own, .. further],
                            }
                        )
                        .Settings;
            }
        }
    }

    /// <summary>
    /// What the benchmark and the command line set for a model: of the training settings and of what is searched, what the model has.
    /// </summary>
    private static List<SettingOverride> Overrides(BenchmarkDefinition definition, BenchmarkModel model)
    {
        string source = $"benchmark {definition.Name}";
        List<SettingOverride> overrides = [new("model", model.Name, source), .. definition.Settings];
        if (definition.Seeds.Count > 0)
        {
            overrides.Add(new SettingOverride("seeds", $"[{string.Join(", ", definition.Seeds)}]", source));
        }

        overrides.Add(new SettingOverride("searchTrials", FormattableString.Invariant($"{definition.Trials}"), source));
        overrides.AddRange(
            definition
                .SearchOf(model)
                .Select(list => new SettingOverride($"search.{list.Key}", $"[{string.Join(", ", list.Value)}]", source))
        );
        overrides.AddRange(definition.Options.Overrides);
        return [.. overrides.Where(setting => model.Has(setting.Path))];
    }
}
