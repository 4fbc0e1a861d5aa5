using CranePipeline.Commands;
using CranePipeline.Configuration;
using CranePipeline.Features;
using CranePipeline.Ingest;
using CranePipeline.Ingest.Download;
using CranePipeline.Pipeline.Tests.Configuration;
using CranePipeline.Stages;
using CranePipeline.Store;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Stages;

/// <summary>One machine makes artifacts from raw files, and another, which has the artifacts only, calls them the same.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RawFilesElsewhereTests : IDisposable
{
    private const string Interactions = "shop.csv";

    private static readonly string[] Stages = ["ingest", "features", "candidates"];

    private static readonly Dictionary<string, FeatureStatistics> Statistics = new()
    {
        ["visual"] = new()
        {
            Items = 1,
            Width = 1,
            SourceWidth = 1,
            Origin = "image.npy",
            Present = 1,
            MeanFilled = 0,
            Standardization = Standardization.None,
        },
    };

    private readonly TemporaryFolder folder = new((Interactions, "a,b"), ("image.npy", "v"), ("text.tsv", "lists"));
    private readonly TemporaryFolder elsewhere = new();
    private readonly ArtifactStore store;

    public RawFilesElsewhereTests() => store = new ArtifactStore(Path.Combine(folder.Path, "store"));

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
        elsewhere.Dispose();
    }

    [Test]
    public void Optional_modalities_and_neighbour_lists_are_taken_as_recorded()
    {
        string[] made = Make(folder.Path);

        Assert.That(Keys(elsewhere.Path), Is.EqualTo(made));
    }

    [Test]
    public void Files_that_are_there_besides_must_be_those_of_the_record()
    {
        string[] made = Make(folder.Path);
        elsewhere.Write("image.npy", "v");
        Assert.That(Keys(elsewhere.Path), Is.EqualTo(made));

        elsewhere.Write("image.npy", "other");
        Assert.That(Keys(elsewhere.Path)[0], Is.EqualTo(made[0]));
        Assert.That(Keys(elsewhere.Path)[1], Is.Not.EqualTo(made[1]));
    }

    [Test]
    public void A_machine_with_the_raw_interactions_does_without_the_modalities_it_lacks()
    {
        string[] made = Make(folder.Path);
        elsewhere.Write(Interactions, "a,b");
        ArtifactIdentity features = Identify(elsewhere.Path, "features");

        Assert.That(Keys(elsewhere.Path)[0], Is.EqualTo(made[0]));
        Assert.That(features.Key, Is.Not.EqualTo(made[1]));
        Assert.That(features.Inputs.Select(input => input.Name), Is.EqualTo(new[] { "ingest" }));
    }

    [Test]
    public void What_is_only_recorded_is_not_made_anew_without_its_files()
    {
        Make(folder.Path);
        RunEnvironment environment = Environments.Of(store, elsewhere.Path, force: true);
        PipelineSettings settings = Settings(elsewhere.Path);
        var graph = new StageGraph(StageCatalog.Artifacts, settings, environment);
        var forced = new StageRunner(graph, settings, environment);

        Assert.That(
            () => forced.Run(["features"]),
            Throws
                .InstanceOf<Tables.InputException>()
                .With.Message.StartsWith("features was made from raw files that are not in ")
                .And.Message.Contains("image.npy, text.tsv")
        );
    }

    [Test]
    public void A_file_that_is_not_the_one_the_data_set_names_is_told_whatever_is_recorded()
    {
        Make(folder.Path);
        string pin = store.Hashes.Of(Path.Combine(folder.Path, Interactions), null, default)["sha256:".Length..];
        elsewhere.Write(Interactions, "a,b,c");
        PipelineSettings settings = Settings(elsewhere.Path) with
        {
            Files = [new DownloadFile { Path = Interactions, Sha256 = pin }],
        };
        var graph = new StageGraph(StageCatalog.Artifacts, settings, Environments.Of(store, elsewhere.Path));

        Assert.That(
            () => graph.Identify(graph.Node("ingest", null)),
            Throws.InstanceOf<Tables.InputException>().With.Message.StartsWith("damaged raw file: ").And.Message.Contains(pin)
        );
    }

    [Test]
    public void A_benchmark_runs_models_on_features_of_another_machine()
    {
        string? Obstacle() => new BenchmarkCell(_ => Settings(elsewhere.Path), Environments.Of(store, elsewhere.Path)).Obstacle;
        Assert.That(Obstacle(), Does.Contain("the data set's are not there"));

        Make(folder.Path);
        Assert.That(Obstacle(), Is.Null);
    }

    /// <summary>Makes what a machine with raw files makes, one stage after the other.</summary>
    private string[] Make(string data)
    {
        foreach (string stage in Stages)
        {
            store.GetOrBuild(
                Identify(data, stage),
                false,
                (area, _) => area.WriteText(FeaturesStage.StatisticsFile, JsonFiles.Text(Statistics)),
                StoreWait.Silently
            );
        }

        return Keys(data);
    }

    private string[] Keys(string data) => [.. Stages.Select(stage => Identify(data, stage).Key)];

    private ArtifactIdentity Identify(string data, string stage)
    {
        var graph = new StageGraph(StageCatalog.Artifacts, Settings(data), Environments.Of(store, data));
        return graph.Identify(graph.Node(stage, null));
    }

    private static PipelineSettings Settings(string data) =>
        new()
        {
            Name = "shop",
            Data = data,
            Ingest = new IngestOptions { Interactions = [new InteractionSource { Path = Interactions }] },
            Modalities = new Dictionary<string, ModalityOptions>
            {
                ["visual"] = Optional("image"),
                ["textual"] = Optional("text") with { Neighbours = "text.tsv" },
            },
        };

    private static ModalityOptions Optional(string name) =>
        new()
        {
            Source = ModalitySource.Npy,
            Path = $"{name}.npy",
            Optional = true,
        };
}
