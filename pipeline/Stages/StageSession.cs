using CranePipeline.Configuration;
using CranePipeline.Progress;
using CranePipeline.Store;
using CranePipeline.Tables;

namespace CranePipeline.Stages;

/// <summary>The pipeline under one set of settings: raw data seen to, stages run, artifacts at hand.</summary>
internal sealed class StageSession
{
    private readonly PipelineSettings settings;
    private readonly RunEnvironment environment;
    private readonly StageRunner runner;
    private readonly List<StageSummary> rawData = [];
    private bool hasRawData;

    /// <summary>Joins the stages to settings; nothing runs yet.</summary>
    public StageSession(PipelineSettings settings, RunEnvironment environment)
    {
        this.settings = settings;
        this.environment = environment;
        Graph = new StageGraph(StageCatalog.Artifacts, settings, environment, StageCatalog.OnDemand);
        runner = new StageRunner(Graph, settings, environment, FetchRawFiles);
    }

    /// <summary>The stages and the identities of their artifacts.</summary>
    public StageGraph Graph { get; }

    /// <summary>What happened to artifacts so far.</summary>
    public IReadOnlyList<NodeResult> Results => runner.Results;

    /// <summary>What happened so far, raw data included.</summary>
    public IReadOnlyList<StageSummary> Summaries =>
        [
            .. rawData,
            .. runner.Results.Select(result => new StageSummary(
                result.Node.Stage.Name,
                result.Key,
                result.State,
                result.Seconds,
                result.Node.Seed
            )),
        ];

    /// <summary>Runs the stages of these names, and what they need that is missing.</summary>
    public void Run(IReadOnlyCollection<string> requested)
    {
        EnsureRawData(requested.Contains(StageCatalog.Download));
        runner.Run(requested);
    }

    /// <summary>The artifact of a stage, made first where it is not there.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <param name="seed">The seed, for a stage that has one artifact a seed.</param>
    /// <param name="named">Stages the user asked for: these are reported, and with -Force made again.</param>
    public Artifact Ensure(string stage, long? seed = null, params IReadOnlyCollection<string> named)
    {
        EnsureRawData(isRequested: false);
        return runner.Ensure(Graph.Node(stage, seed), named);
    }

    /// <summary>The artifact of a stage where it is there, else null; nothing runs.</summary>
    public Artifact? Find(string stage, long? seed = null)
    {
        try
        {
            return Identify(stage, seed) is { } identity ? environment.Store.Find(identity) : null;
        }
        catch (InputException)
        {
            // It is damaged; whoever needs it is told.
            return null;
        }
    }

    /// <summary>Which artifact a stage's is, whether it is there or not; null where the raw files that it is made from are not.</summary>
    public ArtifactIdentity? Identify(string stage, long? seed = null) => Graph.TryIdentify(stage, seed);

    /// <summary>What a stage reads, made where it is not there, by the names under which the stage finds it.</summary>
    public IReadOnlyDictionary<string, Artifact> InputsOf(Node node)
    {
        EnsureRawData(isRequested: false);
        return runner.EnsureInputs(node);
    }

    private void EnsureRawData(bool isRequested)
    {
        if (isRequested || (!hasRawData && !IsMadeFromRawFiles()))
        {
            RawData.Ensure(settings, environment, isRequested, rawData.Add);
            hasRawData = true;
        }
    }

    private void FetchRawFiles()
    {
        if (!hasRawData)
        {
            RawData.Ensure(settings, environment, isRequested: false, rawData.Add);
            hasRawData = true;
        }
    }

    /// <summary>
    /// Whether everything that is made from raw files is there: a machine that got its artifacts from another one needs no raw files.
    /// </summary>
    private bool IsMadeFromRawFiles() =>
        settings.Generate is null
        && StageCatalog.Artifacts.Where(stage => stage.ReadsRawFiles).All(stage => Find(stage.Name) is not null);
}
