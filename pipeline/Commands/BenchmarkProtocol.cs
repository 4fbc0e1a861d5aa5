using System.Globalization;
using CranePipeline.Configuration;
using CranePipeline.Training;

namespace CranePipeline.Commands;

/// <summary>
/// What a benchmark's models have in common, in sentences, and in what they differ although a comparison would have them alike.
/// </summary>
internal static class BenchmarkProtocol
{
    // The step size is a model's own matter, and so are its other settings. Without is what a model has that lacks the setting: one set of
    // embeddings; null where there is nothing to compare, as of negatives that a model does not draw.
    private static readonly (string Setting, string? Without, Func<TrainSettings, string> Value)[] Shared =
    [
        ("batchSize", null, static train => Text(train.Trainer.BatchSize)),
        ("batchSampling", null, static train => SettingSchema.NameOf(train.Trainer.BatchSampling.ToString())),
        ("epochs", null, static train => Text(train.Trainer.Epochs)),
        ("members", "1", static train => Text((train.Model as IEnsembleOptions)?.Members)),
        ("negativeCandidates", null, static train => Text(train.Trainer.NegativeCandidates)),
        ("patience", null, static train => Text(train.Trainer.Patience)),
        ("validateEvery", null, static train => Text(train.Trainer.ValidateEvery)),
    ];

    // These and what stands elsewhere on the page tell nothing about how models are compared.
    private static readonly string[] OfTheMachine = ["model", "seeds", "threads", "data", "store", "download.allowInsecure"];

    /// <summary>The protocol, sentence by sentence; the last ones are <see cref="Differences"/>.</summary>
    public static IReadOnlyList<string> Describe(BenchmarkDefinition definition, IReadOnlyList<BenchmarkCell> cells)
    {
        SettingOverride[] given = [.. definition.Options.Overrides.Where(setting => !OfTheMachine.Contains(setting.Path))];
        string common = Sentence(
            definition
                .Settings.Where(setting => !given.Any(other => other.Path == setting.Path))
                .Concat(given)
                .Where(setting => !setting.Path.StartsWith("search", StringComparison.Ordinal))
        );
        string search = Sentence(given.Where(setting => setting.Path.StartsWith("search.", StringComparison.Ordinal)));
        string seeds = Seeds(cells.Select(cell => cell.Settings));
        BenchmarkCell? searched = cells.FirstOrDefault(cell => cell.IsSearched);
        return
        [
            $"The same for every model: {(common.Length == 0 ? "the presets' settings" : common)}; "
                + $"{seeds}; the epoch kept is the best on the validation part.",
            searched is null
                ? "Nothing is searched: every model has its preset's settings."
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"Settings are chosen for each model and data set by recall@20 on the validation part of "
                        + $"{SearchSeed(cells)}, among "
                        + $"{(searched.Settings.SearchTrials is var most and > 0 ? $"at most {most}" : "all")} "
                        + $"combinations of the values under search in conf/benchmarks/{definition.Name}.yaml"
                        + $"{(search.Length > 0 ? $", with {search} from the command line" : string.Empty)}"
                        + $"{(searched.Settings.SearchMethod == SearchMethod.Coordinate ? ", one setting after the other" : string.Empty)}; "
                        + $"the test part plays no role."
                ),
            .. Differences(cells.Select(cell => (cell.Title, cell.Settings))),
        ];
    }

    /// <summary>"seeds 9, 672", or each data set's where they have their own: "seeds 9 on baby, 672, 5 on sports".</summary>
    public static string Seeds(IEnumerable<PipelineSettings> settings)
    {
        (string Name, string Seeds)[] each =
        [
            .. settings.DistinctBy(one => one.Name).Select(one => (one.Name, Seeds: string.Join(", ", one.Seeds))),
        ];
        return each.DistinctBy(one => one.Seeds).Count() == 1
            ? $"seeds {each[0].Seeds}"
            : $"seeds {string.Join(", ", each.Select(one => $"{one.Seeds} on {one.Name}"))}";
    }

    private static string SearchSeed(IEnumerable<BenchmarkCell> cells) =>
        cells.Where(cell => cell.IsSearched).Select(cell => cell.SearchSeed).Distinct().ToArray() is [var only]
            ? string.Create(CultureInfo.InvariantCulture, $"seed {only}")
            : "each data set's first seed";

    /// <summary>
    /// A sentence for each data set and setting of training in which models differ that is not among what is searched.
    /// </summary>
    public static IEnumerable<string> Differences(IEnumerable<(string Title, PipelineSettings Settings)> models)
    {
        foreach (IGrouping<string, (string Title, PipelineSettings Settings)> dataset in models.GroupBy(one => one.Settings.Name))
        {
            foreach ((string setting, string? without, Func<TrainSettings, string> value) in Shared)
            {
                string? Of(TrainSettings train) => TrainSettings.NamesFor(train.Model).Contains(setting) ? value(train) : without;
                IGrouping<string?, string>[] values =
                [
                    .. dataset
                        .Where(one => one.Settings.Train.Model.IsTrained && !one.Settings.Search.ContainsKey(setting))
                        .GroupBy(one => Of(one.Settings.Train), one => one.Title)
                        .Where(one => one.Key is not null),
                ];
                if (values.Length > 1)
                {
                    string all = string.Join("; ", values.Select(one => $"{one.Key} for {string.Join(", ", one)}"));
                    yield return $"On {dataset.Key} the models differ in train.{setting}: {all}.";
                }
            }
        }
    }

    private static string Sentence(IEnumerable<SettingOverride> settings) =>
        string.Join(", ", settings.Select(setting => $"{setting.Path} {setting.Value}"));

    private static string Text(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "auto";
}
