using System.Globalization;
using CranePipeline.Configuration;
using CranePipeline.Training;

namespace CranePipeline.Commands;

/// <summary>
/// What a benchmark's models have in common, in sentences, and in what they differ although a comparison would have them alike.
/// </summary>
internal static class BenchmarkProtocol
{
    // The step size is a model's own matter, and so are its other settings.
    private static readonly (string Setting, Func<TrainSettings, string> Value)[] Shared =
    [
        ("batchSize", static train => Text(train.Trainer.BatchSize)),
        ("batchSampling", static train => SettingSchema.NameOf(train.Trainer.BatchSampling.ToString())),
        ("epochs", static train => Text(train.Trainer.Epochs)),
        ("members", static train => Text((train.Model as IEnsembleOptions)?.Members)),
        ("negativeCandidates", static train => Text(train.Trainer.NegativeCandidates)),
        ("patience", static train => Text(train.Trainer.Patience)),
        ("validateEvery", static train => Text(train.Trainer.ValidateEvery)),
    ];

    /// <summary>The protocol, sentence by sentence; the last ones are <see cref="Differences"/>.</summary>
    public static IReadOnlyList<string> Describe(BenchmarkDefinition definition, IReadOnlyList<BenchmarkCell> cells)
    {
        string settings = string.Join(", ", definition.Settings.Select(setting => $"{setting.Path} {setting.Value}"));
        string seeds = string.Join(", ", cells[0].Settings.Seeds);
        return
        [
            $"The same for every model: {(settings.Length == 0 ? "the presets' settings" : settings)}; "
                + $"seeds {seeds}; the epoch kept is the best on the validation part.",
            cells.Any(cell => cell.IsSearched)
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"Settings are chosen for each model and data set by recall@20 on the validation part of seed "
                        + $"{cells[0].SearchSeed}, among {(definition.Trials == 0 ? "all" : $"at most {definition.Trials}")} "
                        + $"combinations of the values under search in "
                        + $"conf/benchmarks/{definition.Name}.yaml; the test part plays no role."
                )
                : "Nothing is searched: every model has its preset's settings.",
            .. Differences(cells.Select(cell => (cell.Title, cell.Settings))),
        ];
    }

    /// <summary>
    /// A sentence for each data set and setting of training in which models differ that is not among what is searched.
    /// </summary>
    public static IEnumerable<string> Differences(IEnumerable<(string Title, PipelineSettings Settings)> models)
    {
        foreach (IGrouping<string, (string Title, PipelineSettings Settings)> dataset in models.GroupBy(one => one.Settings.Name))
        {
            foreach ((string setting, Func<TrainSettings, string> value) in Shared)
            {
                IGrouping<string, string>[] values =
                [
                    .. dataset
                        .Where(one =>
                            one.Settings.Train.Model.IsTrained
                            && TrainSettings.NamesFor(one.Settings.Train.Model).Contains(setting)
                            && !one.Settings.Search.ContainsKey(setting)
                        )
                        .GroupBy(one => value(one.Settings.Train), one => one.Title),
                ];
                if (values.Length > 1)
                {
                    string all = string.Join("; ", values.Select(one => $"{one.Key} for {string.Join(", ", one)}"));
                    yield return $"On {dataset.Key} the models differ in train.{setting}: {all}.";
                }
            }
        }
    }

    private static string Text(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "auto";
}
