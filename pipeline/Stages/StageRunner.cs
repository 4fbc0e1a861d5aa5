using System.Diagnostics;
using System.Net.Http;
using System.Net.Sockets;
using CranePipeline.Configuration;
using CranePipeline.Progress;
using CranePipeline.Store;
using CranePipeline.Tables;
using Polly;
using Polly.Retry;

namespace CranePipeline.Stages;

/// <summary>What became of a node, and in what time.</summary>
internal sealed record NodeResult(Node Node, string Key, StageState State, double Seconds, Artifact? Artifact);

/// <summary>Makes artifacts in the order of the graph, and only those that are not there.</summary>
/// <param name="graph">The stages and their identities.</param>
/// <param name="settings">The settings.</param>
/// <param name="environment">Store, progress, cancellation.</param>
/// <param name="fetchRawFiles">Brings the raw files, where a stage is about to read them.</param>
internal sealed class StageRunner(
    StageGraph graph,
    PipelineSettings settings,
    RunEnvironment environment,
    Action? fetchRawFiles = null
)
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
        if (!force && environment.Store.Find(identity) is { } found && environment.Store.Use(found))
        {
            // What only serves as input is hashed file by file as it is read.
            found.Check(hashes: wanted);
            if (wanted)
            {
                environment.Display.StageEnded(node.ToString(), StageState.Fresh);
                End(new NodeResult(node, identity.Key, StageState.Fresh, 0, found), null);
            }

            return ready[node] = found;
        }

        var inputs = new Dictionary<string, Artifact>(StringComparer.Ordinal);
        foreach ((string name, Node input) in graph.InputsOf(node))
        {
            inputs[name] = Ensure(input, requested);
        }

        Artifact made = Build(node, identity, force, inputs);
        environment.Store.Use(made);
        return ready[node] = made;
    }

    private Artifact Build(Node node, ArtifactIdentity identity, bool force, IReadOnlyDictionary<string, Artifact> inputs)
    {
        environment.Pause.ThrowIfCancellationRequested();
        var clock = Stopwatch.StartNew();
        string? summary = null;
        environment.Display.StageStarted(node.ToString());
        environment.Observer.StageStarted(node, identity.Key);
        try
        {
            (Artifact artifact, bool built) = Retries(node)
                .Execute(
                    _ =>
                        environment.Store.GetOrBuild(
                            identity,
                            force,
                            (staging, resume) => summary = Make(node, identity, inputs, staging, resume),
                            environment.Wait(node.ToString())
                        ),
                    environment.Cancellation
                );
            StageState state = built ? StageState.Built : StageState.Fresh;
            environment.Display.StageEnded(node.ToString(), state, summary);
            End(new NodeResult(node, identity.Key, state, clock.Elapsed.TotalSeconds, artifact), summary);
            return artifact;
        }
        catch
        {
            environment.Display.StageEnded(node.ToString(), StageState.Failed);
            End(new NodeResult(node, identity.Key, StageState.Failed, clock.Elapsed.TotalSeconds, null), null);
            throw;
        }
    }

    private string? Make(
        Node node,
        ArtifactIdentity identity,
        IReadOnlyDictionary<string, Artifact> inputs,
        StagingArea staging,
        string resume
    )
    {
        IReadOnlyList<(RawFile File, string Content)> raw = CheckRawFiles(node);
        string[] gone =
        [
            .. identity.Inputs.Where(StageGraph.IsRaw).Select(input => input.Name).Except(raw.Select(each => each.File.Name)),
        ];
        if (gone.Length > 0)
        {
            throw new InputException(
                $"{node} was made from raw files that are not in {environment.DataFolder}: {string.Join(", ", gone)}; "
                    + "put them there to make it anew, or leave -Force away"
            );
        }

        var context = new StageContext
        {
            Settings = settings,
            Seed = node.Seed ?? 0,
            Inputs = inputs,
            Graph = graph,
            Staging = staging,
            ResumeFolder = resume,
            Environment = environment,
        };
        node.Stage.Make(context);
        foreach ((RawFile file, string content) in raw)
        {
            if (environment.Store.Hashes.Of(file.Path, environment.Progress, environment.Cancellation) != content)
            {
                throw new InputException($"{file.Path} was changed while it was read; run again when it is whole");
            }
        }

        return context.Summary;
    }

    /// <summary>Reads every raw file once, so that what the stage reads is what the artifact's key says it was made from.</summary>
    private List<(RawFile File, string Content)> CheckRawFiles(Node node)
    {
        ContentHashes hashes = environment.Store.Hashes;
        fetchRawFiles?.Invoke();
        var files = new List<(RawFile, string)>();
        foreach (RawFile file in node.Stage.RawFiles(settings))
        {
            string content = hashes.Of(file.Path, environment.Progress, environment.Cancellation);
            hashes.Verify(file.Path, environment.Progress, environment.Cancellation);
            files.Add((file, content));
        }

        return files;
    }

    /// <summary>Tries again what a network or a file server stops: that passes.</summary>
    private ResiliencePipeline Retries(Node node) =>
        environment.StageRetries == 0
            ? ResiliencePipeline.Empty
            : new ResiliencePipelineBuilder()
                .AddRetry(
                    new RetryStrategyOptions
                    {
                        MaxRetryAttempts = environment.StageRetries,
                        BackoffType = DelayBackoffType.Exponential,
                        Delay = TimeSpan.FromSeconds(2),
                        ShouldHandle = outcome =>
                            ValueTask.FromResult(outcome.Outcome.Exception is { } problem && CanPass(problem)),
                        OnRetry = attempt =>
                        {
                            string why = attempt.Outcome.Exception!.Message.ReplaceLineEndings(" ").TrimEnd('.');
                            environment.Display.Warning($"{node}: {why}; trying again in {attempt.RetryDelay.TotalSeconds:0} s");
                            return ValueTask.CompletedTask;
                        },
                    }
                )
                .Build();

    private static bool CanPass(Exception? problem) =>
        problem is not null
        && (problem is HttpRequestException or SocketException or TimeoutException || CanPass(problem.InnerException));

    private void End(NodeResult result, string? summary)
    {
        results.Add(result);
        environment.Observer.StageEnded(result, summary);
    }
}
