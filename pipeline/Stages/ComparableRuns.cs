using System.Text.Json.Nodes;
using CranePipeline.Configuration;
using CranePipeline.Store;

namespace CranePipeline.Stages;

/// <summary>A run of the store: what it evaluated, what it trained, and what a table calls it.</summary>
/// <param name="Label">Model, and what sets it apart: "CRANE", "LightGCN", "CRANE, rounds 1".</param>
/// <param name="Seed">Seed of the split.</param>
/// <param name="IsSubject">Whether these are the current settings.</param>
/// <param name="IsVariant">Whether it is a variant of a model that another run shows as it is meant.</param>
/// <param name="IsGridPoint">Whether it is one of many points of a sweep's grid, which only the sweep shows.</param>
/// <param name="Evaluate">The <c>evaluate</c> artifact.</param>
/// <param name="Train">The <c>train</c> artifact it scored.</param>
internal sealed record ComparableRun(
    string Label,
    long Seed,
    bool IsSubject,
    bool IsVariant,
    bool IsGridPoint,
    Artifact Evaluate,
    Artifact Train
);

/// <summary>
/// Finds the runs of a data set that can stand in one table: what they were made from is what a run would be made from now (interactions,
/// split, and where they use them features and candidates), and they were scored the same way. Runs of the current settings are those that
/// these settings name; of others with equal training settings and seed, which versions of the program tell apart, the newest is taken.
/// </summary>
internal static class ComparableRuns
{
    private static readonly string[] Upstream = ["ingest", "features", "candidates"];

    /// <summary>All of them; those of the current settings first.</summary>
    public static IReadOnlyList<ComparableRun> Find(PipelineSettings settings, ArtifactStore store, StageGraph graph)
    {
        JsonNode evaluateSettings = CanonicalJson.NodeForKeys(settings.Evaluate);
        JsonNode splitSettings = CanonicalJson.NodeForKeys(settings.Split);
        JsonNode subject = CanonicalJson.NodeForKeys(TrainStage.ModelSettings(settings));
        Dictionary<long, string?> own = settings.Seeds.ToDictionary(seed => seed, seed => graph.KeyOf("evaluate", seed));
        var found = new List<(JsonNode Model, RunName Name, long Seed, Artifact Evaluate, Artifact Train)>();
        foreach (Artifact evaluate in store.List(settings.Name, "evaluate"))
        {
            Artifact? split = Input(store, evaluate, "split");
            Artifact? train = Input(store, evaluate, "train");
            if (
                split is null
                || train is null
                || !Upstream.All(stage => KeyOf(train, stage) is not { } key || key == (graph.KeyOf(stage) ?? key))
                || !JsonNode.DeepEquals(evaluate.Manifest.Settings, evaluateSettings)
                || !JsonNode.DeepEquals(split.Manifest.Settings["split"], splitSettings)
            )
            {
                continue;
            }

            JsonNode model = train.Manifest.Settings["model"]!;
            var seed = (long)split.Manifest.Settings["seed"]!;
            // Another seed of training on the same split is another run; the default is the split's own.
            if ((long)train.Manifest.Settings["seed"]! != (settings.Train.Seed ?? seed))
            {
                continue;
            }

            bool isSubject = JsonNode.DeepEquals(model, subject);
            if (
                (NameOf(train) ?? (isSubject ? settings.Run : null)) is not { } name
                || (isSubject && own.TryGetValue(seed, out string? key) && key is not null && key != evaluate.Key)
            )
            {
                continue;
            }

            if (!found.Exists(other => other.Seed == seed && JsonNode.DeepEquals(other.Model, model)))
            {
                found.Add((model, name, seed, evaluate, train));
            }
        }

        var names = new SweepNames(
            SweepPlan.Newest(store, settings.Name),
            subject,
            [.. found.Select(run => (run.Model, run.Evaluate.Key))]
        );
        var labels = new RunLabels(names, subject, settings.Run, [.. found.Select(run => (run.Model, run.Name))]);
        return
        [
            .. found
                .Select(run => new ComparableRun(
                    labels.Of(run.Model),
                    run.Seed,
                    JsonNode.DeepEquals(run.Model, subject),
                    labels.IsVariant(run.Model),
                    names.IsGridPoint(run.Model),
                    run.Evaluate,
                    run.Train
                ))
                .OrderByDescending(run => run.IsSubject)
                .ThenBy(run => run.Label, StringComparer.Ordinal)
                .ThenBy(run => run.Seed),
        ];
    }

    /// <summary>The artifact that another was made from, or null where it is gone.</summary>
    public static Artifact? Input(ArtifactStore store, Artifact artifact, string name) =>
        KeyOf(artifact, name) is { } key ? store.Find(artifact.Manifest.Dataset, name, key) : null;

    private static string? KeyOf(Artifact artifact, string name) =>
        artifact.Manifest.Inputs.FirstOrDefault(input => input.Name == name)?.Key;

    /// <summary>What a training run is called; null for one of an earlier version, which has no name and cannot stand in a table.</summary>
    public static RunName? NameOf(Artifact train) =>
        File.Exists(train.PathOf(TrainStage.NameFile)) ? JsonFiles.Read<RunName>(train.PathOf(TrainStage.NameFile)) : null;
}
