using System.Text.Json.Nodes;
using CranePipeline.Configuration;
using CranePipeline.Store;
using CranePipeline.Tables;

namespace CranePipeline.Stages;

/// <summary>One artifact the pipeline can make: a stage, for a seed where it has one a seed.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Seed">The seed, or null for a stage that does not depend on it.</param>
internal readonly record struct Node(Stage Stage, long? Seed)
{
    /// <inheritdoc/>
    public override string ToString() => Seed is { } seed ? $"{Stage.Name} (seed {seed})" : Stage.Name;
}

/// <summary>The stages in their order, and the identities their artifacts have under given settings.</summary>
internal sealed class StageGraph
{
    private readonly PipelineSettings settings;
    private readonly RunEnvironment environment;
    private readonly Dictionary<string, Stage> byName;
    private readonly Dictionary<Node, ArtifactIdentity> identities = [];

    // Their raw files are not here.
    private readonly HashSet<Node> recorded = [];

    /// <summary>Joins stages to settings.</summary>
    /// <param name="stages">The stages, each after those it reads.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="environment">Folders, store, progress.</param>
    /// <param name="onDemand">Further stages, which are there by name only.</param>
    public StageGraph(
        IReadOnlyList<Stage> stages,
        PipelineSettings settings,
        RunEnvironment environment,
        IReadOnlyList<Stage>? onDemand = null
    )
    {
        Stages = stages;
        this.settings = settings;
        this.environment = environment;
        byName = stages.Concat(onDemand ?? []).ToDictionary(stage => stage.Name, StringComparer.Ordinal);
    }

    /// <summary>All stages, each after those it reads.</summary>
    public IReadOnlyList<Stage> Stages { get; }

    /// <summary>The nodes of one stage: one, or one a seed.</summary>
    public IEnumerable<Node> Nodes(Stage stage) =>
        stage.PerSeed ? settings.Seeds.Select(seed => new Node(stage, seed)) : [new Node(stage, null)];

    /// <summary>One node of a stage.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <param name="seed">The seed, for a stage that has one artifact a seed.</param>
    public Node Node(string stage, long? seed) => new(byName[stage], byName[stage].PerSeed ? seed : null);

    /// <summary>The nodes a node reads, by the name under which its stage finds them.</summary>
    public IEnumerable<(string Name, Node Node)> InputsOf(Node node)
    {
        foreach (string name in node.Stage.Inputs(settings))
        {
            Stage input = byName[name];
            if (!input.PerSeed)
            {
                yield return (name, new Node(input, null));
            }
            else if (node.Seed is { } seed)
            {
                yield return (name, new Node(input, seed));
            }
            else
            {
                foreach (long each in settings.Seeds)
                {
                    yield return ($"{name}/{each}", new Node(input, each));
                }
            }
        }
    }

    /// <summary>
    /// The identity of a node's artifact. It follows from settings, raw files and the identities of the inputs, so it is known before
    /// anything has been computed.
    /// </summary>
    /// <exception cref="InputException">A raw file is not there, and no artifact knows what it was.</exception>
    public ArtifactIdentity Identify(Node node)
    {
        if (identities.TryGetValue(node, out ArtifactIdentity? known))
        {
            return known;
        }

        var inputs = new List<ArtifactInput>();
        foreach ((string name, Node input) in InputsOf(node))
        {
            inputs.Add(new ArtifactInput(name, Identify(input).Key));
        }

        (string canonical, IReadOnlyList<ArtifactInput> raw) = Own(node, inputs);
        inputs.AddRange(raw);
        foreach (ArtifactInput other in node.Stage.OtherInputs(settings, environment.Store, this))
        {
            if (!inputs.Exists(input => input.Key == other.Key))
            {
                inputs.Add(other);
            }
        }

        return identities[node] = new ArtifactIdentity(settings.Name, node.Stage.Name, node.Stage.Version, canonical, inputs);
    }

    /// <summary>Which artifact a stage's is, whether it is there or not; null where the raw files that it is made from are not.</summary>
    public ArtifactIdentity? TryIdentify(string stage, long? seed = null)
    {
        try
        {
            return Identify(Node(stage, seed));
        }
        catch (InputException)
        {
            return null;
        }
    }

    /// <summary>The key of <see cref="TryIdentify"/>.</summary>
    public string? KeyOf(string stage, long? seed = null) => TryIdentify(stage, seed)?.Key;

    /// <summary>
    /// The settings and raw files a node is made from. On a machine that has only the artifacts of another one they are those that the
    /// newest artifact of the same settings and inputs records, so that it can be found and read, though not made again. Files that a
    /// stage passes over where they are not there are taken from it as well: their absence says nothing on such a machine.
    /// </summary>
    private (string Canonical, IReadOnlyList<ArtifactInput> Raw) Own(Node node, IReadOnlyList<ArtifactInput> inputs)
    {
        ArtifactInput[] here;
        try
        {
            here = [.. node.Stage.RawFiles(settings).Select(ContentOf)];
        }
        catch (InputException) when (settings.Generate is null && Recorded(node, inputs, []) is { } found)
        {
            return Taken(node, found);
        }

        Array.ForEach(here, CheckPin);
        return
            node.Stage.PassesOverRawFiles
            && InputsOf(node).Any(input => recorded.Contains(input.Node))
            && Recorded(node, inputs, here) is { } other
            ? Taken(node, other)
            : (Canonical(node, settings), here);
    }

    private (string Canonical, IReadOnlyList<ArtifactInput> Raw) Taken(Node node, (Artifact Artifact, string Canonical) found)
    {
        recorded.Add(node);
        environment.Display.Verbose($"{node}: raw files are not here; taken as {found.Artifact.Key} records them");
        return (found.Canonical, [.. found.Artifact.Manifest.Inputs.Where(IsRaw)]);
    }

    private ArtifactInput ContentOf(RawFile file) =>
        new(file.Name, environment.Store.Hashes.Of(file.Path, environment.Progress, environment.Cancellation));

    // A file that is here and is another than the data set file says is told, whatever the store has.
    private void CheckPin(ArtifactInput file)
    {
        string? pinned = settings.Files.FirstOrDefault(each => each.Path == file.Name)?.Sha256;
        if (pinned is not null && file.Key != $"sha256:{pinned.ToLowerInvariant()}")
        {
            throw new InputException(
                $"damaged raw file: {Path.Combine(environment.DataFolder, file.Name)} has {file.Key}, and the data set file says sha256 "
                    + $"{pinned}; remove it and fetch it again with -Stage download, or correct the data set file"
            );
        }
    }

    /// <summary>The newest artifact of the same settings and inputs that was made from the raw files that are here, and others.</summary>
    private (Artifact Artifact, string Canonical)? Recorded(
        Node node,
        IReadOnlyList<ArtifactInput> inputs,
        IReadOnlyList<ArtifactInput> here
    )
    {
        // Which form a modality has depends on the files that are there, so that the settings are those of any.
        (string Canonical, JsonNode? Settings)[] forms =
        [
            .. (node.Stage.PassesOverRawFiles ? settings.InAnyFolder : [settings])
                .Select(form => Canonical(node, form))
                .Distinct()
                .Select(canonical => (canonical, JsonNode.Parse(canonical))),
        ];
        foreach (Artifact artifact in environment.Store.List(settings.Name, node.Stage.Name))
        {
            Manifest manifest = artifact.Manifest;
            string? form = forms.FirstOrDefault(each => JsonNode.DeepEquals(manifest.Settings, each.Settings)).Canonical;
            if (
                form is not null
                && manifest.Version == node.Stage.Version
                && inputs.ToHashSet().SetEquals(manifest.Inputs.Where(input => !IsRaw(input)))
                && here.All(manifest.Inputs.Contains)
            )
            {
                return (artifact, form);
            }
        }

        return null;
    }

    private static string Canonical(Node node, PipelineSettings settings) =>
        CanonicalJson.ForKeys(node.Stage.Settings(settings, node.Seed ?? 0));

    /// <summary>Whether an input is a raw file rather than an artifact.</summary>
    public static bool IsRaw(ArtifactInput input) => input.Key.StartsWith("sha256:", StringComparison.Ordinal);
}
