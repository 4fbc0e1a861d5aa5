using CranePipeline.Tables;

namespace CranePipeline.Store;

/// <summary>Something a collection removes.</summary>
/// <param name="Path">Its folder.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Why">Why it goes.</param>
internal sealed record Garbage(string Path, long Bytes, string Why);

/// <summary>
/// Removes old artifacts. Of every stage, and of every seed of it, the newest are kept, with everything they were made from; so is what a
/// live run uses.
/// </summary>
internal static class GarbageCollection
{
    /// <summary>What would be removed.</summary>
    /// <param name="store">The store.</param>
    /// <param name="dataset">The data set, or null for all.</param>
    /// <param name="keep">How many artifacts of a stage and seed to keep.</param>
    public static IReadOnlyList<Garbage> Find(ArtifactStore store, string? dataset, int keep)
    {
        var garbage = new List<Garbage>();
        foreach (string each in store.Folder.Datasets.Where(name => dataset is null || name == dataset))
        {
            garbage.AddRange(OfDataset(store, each, keep));
        }

        return garbage;
    }

    /// <summary>Removes it, unless a run has taken it into use meanwhile.</summary>
    /// <returns>What was removed.</returns>
    public static IReadOnlyList<Garbage> Remove(ArtifactStore store, IReadOnlyList<Garbage> garbage)
    {
        RunPresence self = store.Presence();
        var removed = new List<Garbage>();
        foreach (Garbage each in garbage)
        {
            string name = NameOf(store.Folder, each.Path);
            using ArtifactLock? mine = ArtifactLock.TryAcquire(store.Folder, name, self, out _);
            if (mine is null || self.UserOf(name) is not null || !Directory.Exists(each.Path))
            {
                continue;
            }

            using var area = new StagingArea(store.Folder, self);
            string aside = area.PathOf("removed");
            Directory.Move(each.Path, aside);
            if (self.UserOf(name) is not null && !Directory.Exists(each.Path))
            {
                // Taken into use between the look and the move; its user finds it again.
                Directory.Move(aside, each.Path);
                continue;
            }

            removed.Add(each);
        }

        return removed;
    }

    private static List<Garbage> OfDataset(ArtifactStore store, string dataset, int keep)
    {
        var artifacts = new List<Artifact>();
        var garbage = new List<Garbage>();
        foreach (string stage in store.Folder.Stages(dataset))
        {
            foreach (string key in store.Folder.Keys(dataset, stage))
            {
                string folder = store.Folder.Artifact(dataset, stage, key);
                try
                {
                    artifacts.Add(store.Find(dataset, stage, key) ?? throw new InputException("it has no manifest"));
                }
                catch (InputException)
                {
                    garbage.Add(new Garbage(folder, SizeOf(folder), "damaged"));
                }
            }
        }

        Dictionary<string, Artifact> byKey = artifacts.ToDictionary(artifact => artifact.Key);
        var kept = new HashSet<string>();
        var open = new Queue<Artifact>(
            artifacts
                .GroupBy(artifact => (artifact.Manifest.Stage, SeedOf(artifact, byKey)))
                .SelectMany(group => group.OrderByDescending(artifact => artifact.Manifest.End).Take(keep))
        );
        while (open.TryDequeue(out Artifact? artifact))
        {
            if (!kept.Add(artifact.Key))
            {
                continue;
            }

            foreach (ArtifactInput input in artifact.Manifest.Inputs)
            {
                if (byKey.TryGetValue(input.Key, out Artifact? source))
                {
                    open.Enqueue(source);
                }
            }
        }

        RunPresence self = store.Presence();
        garbage.AddRange(
            artifacts
                .Where(artifact => !kept.Contains(artifact.Key) && self.UserOf(artifact.Name) is null)
                .Select(artifact => new Garbage(artifact.Folder, SizeOf(artifact.Folder), "old"))
        );
        return garbage;
    }

    /// <summary>The seed an artifact belongs to, by its own settings or those of what it was made from.</summary>
    private static long? SeedOf(Artifact artifact, Dictionary<string, Artifact> byKey) =>
        artifact.Seed
        ?? artifact
            .Manifest.Inputs.Select(input =>
                input.Name == "split" && byKey.TryGetValue(input.Key, out Artifact? split) ? split.Seed : null
            )
            .FirstOrDefault(seed => seed is not null);

    private static string NameOf(StoreFolder folder, string path) =>
        Path.GetRelativePath(folder.Root, path).Replace(Path.DirectorySeparatorChar, '-');

    private static long SizeOf(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
}
