using System.Diagnostics;
using CranePipeline.Configuration;
using CranePipeline.Progress;
using CranePipeline.Store;

namespace CranePipeline.Stages;

/// <summary>What became of a node, and in what time.</summary>
internal sealed record NodeResult(Node Node, string Key, StageState State, double Seconds, Artifact? Artifact);

/// <summary>Makes artifacts in the order of the graph, and only those that are not there.</summary>
internal sealed class StageRunner(StageGraph graph, PipelineSettings settings, RunEnvironment environment)
{
    private readonly Dictionary<Node, Artifact> ready = [];
    private readonly List<NodeResult> results = [];

    /// <summary>What has happened so far: requested nodes, and others that had to be made for them.</summary>
    public IReadOnlyList<NodeResult> Results => results;

    /// <summary>Makes the artifacts of the requested stages and whatever they need that is missing.</summary>
    public void Run(IReadOnlyCollection<string> requested)
    {
        foreach (Stage stage in graph.Stages)
        {
            if (requested.Contains(stage.Name))
            {
                foreach (Node node in graph.Nodes(stage))
                {
                    Ensure(node, requested);
                }
            }
        }
    }

    /// <summary>Makes whatever a node reads, without the node itself.</summary>
    public IReadOnlyDictionary<string, Artifact> EnsureInputs(Node node) =>
        graph.InputsOf(node).ToDictionary(input => input.Name, input => Ensure(input.Node, []), StringComparer.Ordinal);

    /// <summary>The artifact of a node, made where it is not there, or anew where it is of a requested stage and that is forced.</summary>
    public Artifact Ensure(Node node, IReadOnlyCollection<string> requested)
    {
        if (ready.TryGetValue(node, out Artifact? known))
        {
            return known;
        }

        bool wanted = requested.Contains(node.Stage.Name);
        ArtifactIdentity identity = graph.Identify(node);
        bool force = wanted && environment.Force;
        if (!force && environment.Store.Find(identity) is { } found)
        {
            found.Check(environment.Verify);
            if (wanted)
            {
                environment.Display.StageEnded(node.ToString(), StageState.Fresh);
                results.Add(new NodeResult(node, identity.Key, StageState.Fresh, 0, found));
            }

            return ready[node] = found;
        }

        var inputs = new Dictionary<string, Artifact>(StringComparer.Ordinal);
        foreach ((string name, Node input) in graph.InputsOf(node))
        {
            inputs[name] = Ensure(input, requested);
        }

        return ready[node] = Build(node, identity, force, inputs);
    }

    private Artifact Build(Node node, ArtifactIdentity identity, bool force, IReadOnlyDictionary<string, Artifact> inputs)
    {
        var clock = Stopwatch.StartNew();
        string? summary = null;
        environment.Display.StageStarted(node.ToString());
        try
        {
            (Artifact artifact, bool built) = environment.Store.GetOrBuild(
                identity,
                force,
                (staging, resume) =>
                {
                    var context = new StageContext
                    {
                        Settings = settings,
                        Seed = node.Seed ?? 0,
                        Inputs = inputs,
                        Staging = staging,
                        ResumeFolder = resume,
                        Environment = environment,
                    };
                    node.Stage.Make(context);
                    summary = context.Summary;
                },
                () => environment.Display.Info($"{node}: another run is making this artifact; waiting for it"),
                environment.Cancellation
            );
            StageState state = built ? StageState.Built : StageState.Fresh;
            environment.Display.StageEnded(node.ToString(), state, summary);
            results.Add(new NodeResult(node, identity.Key, state, clock.Elapsed.TotalSeconds, artifact));
            return artifact;
        }
        catch
        {
            environment.Display.StageEnded(node.ToString(), StageState.Failed);
            results.Add(new NodeResult(node, identity.Key, StageState.Failed, clock.Elapsed.TotalSeconds, null));
            throw;
        }
    }
}
