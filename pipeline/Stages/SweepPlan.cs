using System.Security.Cryptography;
using System.Text.Json.Serialization;
using CranePipeline.Configuration;
using CranePipeline.Store;

namespace CranePipeline.Stages;

/// <summary>One run of a sweep.</summary>
/// <param name="Label">What a table calls it; empty for a point of a grid.</param>
/// <param name="Settings">Values of the grid's settings, by dotted path.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Key">Key of its <c>evaluate</c> artifact.</param>
internal sealed record SweepPlanRun(string Label, IReadOnlyDictionary<string, string> Settings, long Seed, string Key);

/// <summary>
/// The runs of a sweep on a data set, whether they are finished or not. It is stored before the first of them begins, so that a report can
/// show a sweep that was interrupted and knows what is missing.
/// </summary>
/// <param name="Name">The sweep's name.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Runs">Its runs, in order.</param>
/// <param name="Ingest">Key of the interactions that it was begun on; null in plans of earlier versions.</param>
internal sealed record SweepPlan(string Name, string Title, IReadOnlyList<SweepPlanRun> Runs, string? Ingest = null)
{
    /// <summary>The stage's name in the store.</summary>
    public const string Stage = "sweep";

    /// <summary>What decides how the sweep is shown, as one short text.</summary>
    [JsonIgnore]
    public string Digest =>
        Convert.ToHexStringLower(
            SHA256.HashData(
                JsonFiles.Bytes(
                    new
                    {
                        Name,
                        Title,
                        Runs,
                    }
                )
            )
        )[..16];

    private const string PlanFile = "sweep.json";

    /// <summary>Puts the plan into the store as the newest of its name.</summary>
    public Artifact Save(string dataset, RunEnvironment environment)
    {
        var identity = new ArtifactIdentity(dataset, Stage, version: 1, CanonicalJson.Of(new { Name, Digest }), []);
        // Forced, because the newest plan of a name is the one that counts.
        (Artifact artifact, _) = environment.Store.GetOrBuild(
            identity,
            force: true,
            (staging, _) => staging.WriteText(PlanFile, JsonFiles.Text(this)),
            environment.Wait($"sweep {Name}")
        );
        return artifact;
    }

    /// <summary>The newest plan of every sweep that was begun on a data set, by name.</summary>
    public static IReadOnlyList<SweepPlan> Newest(ArtifactStore store, string dataset) =>
        [
            .. store
                .List(dataset, Stage)
                .Select(artifact => JsonFiles.Read<SweepPlan>(artifact.PathOf(PlanFile)))
                .DistinctBy(plan => plan.Name)
                .OrderBy(plan => plan.Name, StringComparer.Ordinal),
        ];
}
