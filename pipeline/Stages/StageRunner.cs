using System.Diagnostics;
using CranePipeline.Configuration;
using CranePipeline.Storage;
using CranePipeline.Store;

namespace CranePipeline.Stages;

/// <summary>What became of a node in this run.</summary>
internal enum NodeState
{
    /// <summary>It was made.</summary>
    Built,

    /// <summary>It was there.</summary>
    Fresh,

    /// <summary>It could not be made.</summary>
    Failed,
}

/// <summary>What became of a node, and in what time.</summary>
internal sealed record NodeResult(Node Node, string Key, NodeState State, double Seconds, Artifact? Artifact);

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

    private Artifact Ensure(Node node, IReadOnlyCollection<string> requested)
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
                environment.Log.Finished(node.ToString(), NodeState.Fresh, TimeSpan.Zero);
                results.Add(new NodeResult(node, identity.Key, NodeState.Fresh, 0, found));
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
        environment.Log.Started(node.ToString());
        try
        {
            (Artifact artifact, bool built) = environment.Store.GetOrBuild(
                identity,
                force,
                (staging, resume) =>
                    node.Stage.Make(
                        new StageContext
                        {
                            Settings = settings,
                            Seed = node.Seed ?? 0,
                            Inputs = inputs,
                            Staging = staging,
                            ResumeFolder = resume,
                            Environment = environment,
                        }
                    ),
                () => environment.Log.Info($"{node}: another run is making this artifact; waiting for it"),
                environment.Cancellation
            );
            NodeState state = built ? NodeState.Built : NodeState.Fresh;
            environment.Log.Finished(node.ToString(), state, clock.Elapsed);
            results.Add(new NodeResult(node, identity.Key, state, clock.Elapsed.TotalSeconds, artifact));
            return artifact;
        }
        catch
        {
            environment.Log.Finished(node.ToString(), NodeState.Failed, clock.Elapsed);
            results.Add(new NodeResult(node, identity.Key, NodeState.Failed, clock.Elapsed.TotalSeconds, null));
            throw;
        }
    }
}
