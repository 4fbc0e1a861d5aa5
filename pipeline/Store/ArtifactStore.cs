using System.Reflection;
using System.Text.Json.Nodes;
using CranePipeline.Tables;

namespace CranePipeline.Store;

/// <summary>
/// A folder of artifacts, <c>root/dataset/stage/key/</c>. An artifact is there whole or not at all; nothing in it is ever edited. Whoever
/// only reads changes nothing in it and removes nothing.
/// </summary>
internal sealed class ArtifactStore : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private readonly Lock sync = new();
    private RunPresence? presence;

    /// <summary>Opens a store; it is made when the first artifact is.</summary>
    public ArtifactStore(string root)
    {
        Folder = new StoreFolder(Path.GetFullPath(root));
        Hashes = new ContentHashes(Folder.Root);
    }

    /// <summary>Version of this program, as manifests record it.</summary>
    public static string ToolVersion { get; } =
        typeof(ArtifactStore).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "unknown";

    /// <summary>Where things lie.</summary>
    public StoreFolder Folder { get; }

    /// <summary>Hashes of raw files.</summary>
    public ContentHashes Hashes { get; }

    /// <summary>Told of artifacts that are damaged and passed over where all of a stage are listed.</summary>
    public Action<string> Warn { get; set; } = _ => { };

    /// <summary>Where an artifact lies, or would lie.</summary>
    public string FolderOf(ArtifactIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return Folder.Artifact(identity.Dataset, identity.Stage, identity.Key);
    }

    /// <summary>The artifact of an identity, or null where it has not been made.</summary>
    /// <exception cref="InputException">Its manifest is damaged.</exception>
    public Artifact? Find(ArtifactIdentity identity) => Open(FolderOf(identity));

    /// <summary>The artifact of a key, or null where there is none.</summary>
    /// <exception cref="InputException">Its manifest is damaged.</exception>
    public Artifact? Find(string dataset, string stage, string key) =>
        PathName.IsSafe(dataset) && PathName.IsSafe(stage) && PathName.IsSafe(key)
            ? Open(Folder.Artifact(dataset, stage, key))
            : null;

    /// <summary>Every whole artifact of one stage of a data set, the newest first.</summary>
    public IReadOnlyList<Artifact> List(string dataset, string stage)
    {
        var found = new List<Artifact>();
        foreach (string key in Folder.Keys(dataset, stage))
        {
            try
            {
                if (Find(dataset, stage, key) is { } artifact)
                {
                    found.Add(artifact);
                }
            }
            catch (InputException problem)
            {
                Warn($"passed over: {problem.Message}");
            }
        }

        return
        [
            .. found
                .OrderByDescending(artifact => artifact.Manifest.End)
                .ThenBy(artifact => artifact.Key, StringComparer.Ordinal),
        ];
    }

    /// <summary>Marks an artifact as used by this run until it ends: nobody replaces or removes it.</summary>
    /// <returns>Whether it is there still.</returns>
    public bool Use(Artifact artifact)
    {
        try
        {
            Presence().Use(artifact.Name);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // A store that can only be read has no one who removes anything either.
        }

        return File.Exists(Path.Combine(artifact.Folder, Manifest.FileName));
    }

    /// <summary>
    /// The artifact of an identity: the one that is there, or the one <paramref name="make"/> fills a staging folder with. Of two runs that
    /// want the same one, one computes and the other waits. One that is replaced is replaced when no other run uses it any more.
    /// </summary>
    /// <param name="identity">Which artifact.</param>
    /// <param name="force">Make it anew even if it is there.</param>
    /// <param name="make">Writes the outputs; the second argument is a folder for checkpoints that outlives a killed run.</param>
    /// <param name="wait">How to wait for others; <paramref name="make"/> has to look at the cancellation by itself.</param>
    /// <returns>The artifact, and whether this call made it.</returns>
    public (Artifact Artifact, bool Built) GetOrBuild(
        ArtifactIdentity identity,
        bool force,
        Action<StagingArea, string> make,
        StoreWait wait
    )
    {
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(make);
        ArgumentNullException.ThrowIfNull(wait);
        string name = identity.Name;
        string folder = FolderOf(identity);
        RunPresence self = Presence();
        // Two that replace the same artifact would otherwise wait for each other.
        self.Release(name);
        using ArtifactLock building = ArtifactLock.Acquire(Folder, name, self, wait);
        if (!force && Find(identity) is { } found)
        {
            return (found, false);
        }

        string resume = Path.Combine(Folder.Resume, name);
        DateTimeOffset start = DateTimeOffset.UtcNow;
        using var staging = new StagingArea(Folder, self);
        try
        {
            make(staging, resume);
            wait.Cancellation.ThrowIfCancellationRequested();
            IReadOnlyList<ManifestFile> files = staging.Seal();
            Manifest manifest = ManifestOf(identity, staging, files, start);
            manifest.Write(staging.Folder);
            StagingArea.FlushToDisk(staging.PathOf(Manifest.FileName));
            MoveIntoPlace(staging.Folder, folder, name, wait);
            Note(folder, files);
        }
        catch (Exception problem)
            when (problem is IOException or UnauthorizedAccessException
                && !problem.Message.Contains(Folder.Root, StringComparison.Ordinal)
            )
        {
            throw WriteFault.IsNoRoom(problem)
                ? WriteFault.At(staging.Folder, problem)
                : new IOException($"{staging.Folder}: {problem.Message.ReplaceLineEndings(" ").TrimEnd('.')}", problem);
        }

        if (Directory.Exists(resume))
        {
            Directory.Delete(resume, recursive: true);
        }

        return (Find(identity)!, true);
    }

    /// <summary>Puts a folder that holds a whole artifact, made by this run, in its place.</summary>
    internal void Adopt(StagingArea staging, Manifest manifest, StoreWait wait)
    {
        string name = StoreFolder.Name(manifest.Dataset, manifest.Stage, manifest.Key);
        string folder = Folder.Artifact(manifest.Dataset, manifest.Stage, manifest.Key);
        using ArtifactLock placing = ArtifactLock.Acquire(Folder, name, Presence(), wait);
        MoveIntoPlace(staging.Folder, folder, name, wait);
        Note(folder, manifest.Files);
    }

    /// <summary>
    /// Takes on an artifact with all that it needs, so that runs with one list of artifacts to make share it out; null where a live run
    /// has. Nobody who makes it all the same is held up.
    /// </summary>
    internal ArtifactLock? TryClaim(ArtifactIdentity identity) =>
        ArtifactLock.TryAcquire(Folder, $"claim-{identity.Name}", Presence(), out _);

    /// <summary>A folder to write into that is removed with this run.</summary>
    internal StagingArea Stage() => new(Folder, Presence());

    /// <summary>This run's sign of life; made, and dead runs' leavings removed, when first needed.</summary>
    internal RunPresence Presence()
    {
        lock (sync)
        {
            if (presence is null)
            {
                presence = new RunPresence(Folder, TimeProvider.System);
                presence.RemoveDead();
            }

            return presence;
        }
    }

    /// <summary>Ends this run's part in the store.</summary>
    public void Dispose()
    {
        lock (sync)
        {
            presence?.Dispose();
            presence = null;
        }
    }

    private static Artifact? Open(string folder) =>
        File.Exists(Path.Combine(folder, Manifest.FileName)) ? new Artifact(folder, Manifest.Read(folder)) : null;

    private static Manifest ManifestOf(
        ArtifactIdentity identity,
        StagingArea staging,
        IReadOnlyList<ManifestFile> files,
        DateTimeOffset start
    ) =>
        new()
        {
            Dataset = identity.Dataset,
            Stage = identity.Stage,
            Version = identity.Version,
            Key = identity.Key,
            Settings = JsonNode.Parse(identity.Settings)!,
            Inputs = identity.Inputs,
            Files = files,
            Start = start,
            End = DateTimeOffset.UtcNow,
            Host = Environment.MachineName,
            ToolVersion = ToolVersion,
            Metrics = staging.Metrics.ToDictionary(),
        };

    private static void Note(string folder, IReadOnlyList<ManifestFile> files)
    {
        foreach (ManifestFile file in files)
        {
            VerifiedFiles.Note(Path.Combine(folder, file.Name), file.Sha256);
        }
    }

    private void MoveIntoPlace(string from, string to, string name, StoreWait wait)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        if (Directory.Exists(to))
        {
            RunPresence self = Presence();
            wait.Until(Look, () => self.UserOf(name) is { } user ? $"{self.Describe(user)} is reading {name}" : null);
            // A folder cannot be renamed over another; the old one goes to staging, where a kill leaves it to be removed.
            using var replaced = new StagingArea(Folder, self);
            Directory.Move(to, replaced.PathOf("replaced"));
        }

        Directory.Move(from, to);
    }
}
