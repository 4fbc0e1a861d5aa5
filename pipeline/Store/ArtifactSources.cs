namespace CranePipeline.Store;

/// <summary>Finds what artifacts were made from by what their manifests call it.</summary>
/// <param name="find">The artifact of a data set, stage and key, or null.</param>
/// <param name="list">All artifacts of a stage of a data set.</param>
internal sealed class ArtifactSources(
    Func<string, string, string, Artifact?> find,
    Func<string, string, IEnumerable<Artifact>> list
)
{
    private const string Sweep = "sweep";

    /// <summary>Looks in a store.</summary>
    public ArtifactSources(ArtifactStore store)
        : this(store.Find, store.List) { }

    /// <summary>The artifact that an input is, or null for a raw file, and for what is no longer there.</summary>
    public Artifact? Of(Artifact artifact, ArtifactInput input)
    {
        // A report calls its inputs "evaluate/CRANE/9", a benchmark, which lies beside the data sets, "sample/evaluate/CRANE/9".
        string dataset = artifact.Dataset;
        string[] name = input.Name.Split('/');
        return find(dataset, name[0], input.Key)
            ?? (name.Length > 1 ? find(name[0], name[1], input.Key) : null)
            ?? (name.Length > 1 && name[0] == Sweep ? Planned(dataset, input.Key) : null);
    }

    /// <summary>The sweep that an artifact is the plan of, or null where it is something else.</summary>
    public static string? SweepOf(Artifact artifact) => artifact.Manifest.Stage == Sweep ? Setting(artifact, "name") : null;

    /// <summary>A report names the plan it shows by what the plan says, which its artifact has among its settings.</summary>
    private Artifact? Planned(string dataset, string digest) =>
        list(dataset, Sweep).FirstOrDefault(plan => Setting(plan, "digest") == digest);

    private static string? Setting(Artifact artifact, string name) =>
        artifact.Manifest.Settings is System.Text.Json.Nodes.JsonObject settings && settings[name] is { } value
            ? value.ToString()
            : null;
}
