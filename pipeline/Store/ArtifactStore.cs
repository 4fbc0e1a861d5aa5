using System.Reflection;
using System.Text.Json.Nodes;

namespace CranePipeline.Store;

/// <summary>
/// A folder of artifacts, <c>root/dataset/stage/key/</c>. An artifact is there whole or not at all; nothing in it is ever edited.
/// </summary>
internal sealed class ArtifactStore
{
    private readonly string root;

    /// <summary>Opens a store, making its folder where there is none and removing what killed runs left behind.</summary>
    public ArtifactStore(string root)
    {
        this.root = Path.GetFullPath(root);
        Directory.CreateDirectory(this.root);
        StagingArea.RemoveAbandoned(StagingRoot);
        Hashes = new ContentHashes(this.root);
    }

    /// <summary>Version of this program, as manifests record it.</summary>
    public static string ToolVersion { get; } =
        typeof(ArtifactStore).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "unknown";

    /// <summary>Hashes of raw files.</summary>
    public ContentHashes Hashes { get; }

    private string StagingRoot => Path.Combine(root, ".staging");

    /// <summary>Where an artifact lies, or would lie.</summary>
    public string FolderOf(ArtifactIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return Path.Combine(root, identity.Dataset, identity.Stage, identity.Key);
    }

    /// <summary>The artifact of an identity, or null where it has not been made.</summary>
    public Artifact? Find(ArtifactIdentity identity) => Open(FolderOf(identity));

    /// <summary>The artifact of a key, or null where there is none.</summary>
    public Artifact? Find(string dataset, string stage, string key) => Open(Path.Combine(root, dataset, stage, key));

    /// <summary>Every artifact of one stage of a data set, the newest first.</summary>
    public IReadOnlyList<Artifact> List(string dataset, string stage)
    {
        string folder = Path.Combine(root, dataset, stage);
        if (!Directory.Exists(folder))
        {
            return [];
        }

        return
        [
            .. Directory
                .EnumerateDirectories(folder)
                .Select(Open)
                .OfType<Artifact>()
                .OrderByDescending(artifact => artifact.Manifest.End)
                .ThenBy(artifact => artifact.Key, StringComparer.Ordinal),
        ];
    }

    /// <summary>
    /// The artifact of an identity: the one that is there, or the one <paramref name="make"/> fills a staging folder with. Of two runs that
    /// want the same one, one computes and the other waits.
    /// </summary>
    /// <param name="identity">Which artifact.</param>
    /// <param name="force">Make it anew even if it is there.</param>
    /// <param name="make">Writes the outputs; the second argument is a folder for checkpoints that outlives a killed run.</param>
    /// <param name="onWait">Called once if another run is making it.</param>
    /// <param name="cancellation">Ends the wait; <paramref name="make"/> has to look at it by itself.</param>
    /// <returns>The artifact, and whether this call made it.</returns>
    public (Artifact Artifact, bool Built) GetOrBuild(
        ArtifactIdentity identity,
        bool force,
        Action<StagingArea, string> make,
        Action onWait,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(make);
        string name = $"{identity.Dataset}-{identity.Stage}-{identity.Key}";
        using FileLock building = FileLock.Acquire(Path.Combine(root, ".locks", name + ".lock"), onWait, cancellation);
        if (!force && Find(identity) is { } found)
        {
            return (found, false);
        }

        string resume = Path.Combine(root, ".resume", name);
        DateTimeOffset start = DateTimeOffset.UtcNow;
        using var staging = new StagingArea(StagingRoot);
        make(staging, resume);
        cancellation.ThrowIfCancellationRequested();
        new Manifest
        {
            Dataset = identity.Dataset,
            Stage = identity.Stage,
            Version = identity.Version,
            Key = identity.Key,
            Settings = JsonNode.Parse(identity.Settings)!,
            Inputs = identity.Inputs,
            Files = staging.Seal(),
            Start = start,
            End = DateTimeOffset.UtcNow,
            Host = Environment.MachineName,
            ToolVersion = ToolVersion,
            Metrics = staging.Metrics.ToDictionary(),
        }.Write(staging.Folder);
        StagingArea.FlushToDisk(staging.PathOf(Manifest.FileName));
        MoveIntoPlace(staging.Folder, FolderOf(identity));
        if (Directory.Exists(resume))
        {
            Directory.Delete(resume, recursive: true);
        }

        return (Find(identity)!, true);
    }

    private static Artifact? Open(string folder) =>
        File.Exists(Path.Combine(folder, Manifest.FileName)) ? new Artifact(folder, Manifest.Read(folder)) : null;

    private void MoveIntoPlace(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        if (Directory.Exists(to))
        {
            // A folder cannot be renamed over another; the old one goes to staging, where a kill leaves it to be removed.
            using var replaced = new StagingArea(StagingRoot);
            Directory.Move(to, replaced.PathOf("replaced"));
        }

        Directory.Move(from, to);
    }
}
