namespace CranePipeline.Store;

/// <summary>Where things lie in a store beside the artifacts. Names that begin with a dot are the store's own.</summary>
/// <param name="Root">The store's folder, in full.</param>
internal sealed record StoreFolder(string Root)
{
    /// <summary>What is being written, a folder each.</summary>
    public string Staging => Path.Combine(Root, ".staging");

    /// <summary>Locks and leases on artifacts that are being made.</summary>
    public string Locks => Path.Combine(Root, ".locks");

    /// <summary>Checkpoints of what is not finished.</summary>
    public string Resume => Path.Combine(Root, ".resume");

    /// <summary>The runs that are alive, a folder each.</summary>
    public string Runs => Path.Combine(Root, ".runs");

    /// <summary>What locks, checkpoints and messages call an artifact.</summary>
    public static string Name(string dataset, string stage, string key) => $"{dataset}-{stage}-{key}";

    /// <summary>The folder of an artifact.</summary>
    /// <exception cref="Tables.InputException">A name cannot be part of a path.</exception>
    public string Artifact(string dataset, string stage, string key) =>
        Path.Combine(
            Root,
            PathName.Check("the data set name", dataset),
            PathName.Check("the stage name", stage),
            PathName.Check("the key", key)
        );

    /// <summary>Data sets that have artifacts, in order of name.</summary>
    public IReadOnlyList<string> Datasets => Folders(Root);

    /// <summary>Stages of a data set that have artifacts, in order of name.</summary>
    public IReadOnlyList<string> Stages(string dataset) => Folders(Path.Combine(Root, dataset));

    /// <summary>Where a stage's checkpoints may lie, in no order: its artifacts, and the checkpoints of what is not finished.</summary>
    public IEnumerable<string> Checkpointed(string dataset, string stage) =>
        Folders(Resume)
            .Where(name => name.StartsWith(Name(dataset, stage, string.Empty), StringComparison.Ordinal))
            .Select(name => Path.Combine(Resume, name))
            .Concat(Keys(dataset, stage).Select(key => Artifact(dataset, stage, key)));

    /// <summary>Keys of a stage's artifacts, in order.</summary>
    public IReadOnlyList<string> Keys(string dataset, string stage) => Folders(Path.Combine(Root, dataset, stage));

    private static List<string> Folders(string folder) =>
        Directory.Exists(folder)
            ?
            [
                .. Directory
                    .EnumerateDirectories(folder)
                    .Select(path => Path.GetFileName(path)!)
                    .Where(PathName.IsSafe)
                    .Order(StringComparer.Ordinal),
            ]
            : [];
}
