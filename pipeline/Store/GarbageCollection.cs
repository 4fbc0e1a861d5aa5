using CranePipeline.Tables;

namespace CranePipeline.Store;

/// <summary>Something a collection removes.</summary>
/// <param name="Path">Its folder.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Why">Why it goes.</param>
internal sealed record Garbage(string Path, long Bytes, string Why);

/// <summary>
/// Removes old artifacts. Of every stage, of every seed of it and of every sweep's plan, the newest are kept, with everything they were
/// made from; so is what a live run uses.
/// </summary>
internal static class GarbageCollection
{
    /// <summary>What would be removed.</summary>
    /// <param name="store">The store.</param>
    /// <param name="dataset">The data set to remove from, or null for all; what others were made from stays in any case.</param>
    /// <param name="keep">How many artifacts of a stage and seed to keep.</param>
    public static IReadOnlyList<Garbage> Find(ArtifactStore store, string? dataset, int keep)
    {
        var artifacts = new List<Artifact>();
        var garbage = new List<Garbage>();
        foreach (string each in store.Folder.Datasets)
        {
            Read(store, each, artifacts, damaged => garbage.AddRange(dataset is null || each == dataset ? [damaged] : []));
        }

        HashSet<Artifact> kept = Kept(artifacts, keep);
        RunPresence self = store.Presence();
        garbage.AddRange(
            artifacts
                .Where(artifact => dataset is null || artifact.Dataset == dataset)
                .Where(artifact => !kept.Contains(artifact) && self.UserOf(artifact.Name) is null)
                .Select(artifact => new Garbage(artifact.Folder, SizeOf(artifact.Folder), "old"))
        );
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

    private static void Read(ArtifactStore store, string dataset, List<Artifact> artifacts, Action<Garbage> isDamaged)
    {
        foreach (string stage in store.Folder.Stages(dataset))
        {
            foreach (string key in store.Folder.Keys(dataset, stage))
            {
                string folder = store.Folder.Artifact(dataset, stage, key);
                try
                {
                    // A copy under another name is not the artifact its manifest tells of.
                    if (store.Find(dataset, stage, key) is { } found && (found.Manifest.Stage, found.Key) == (stage, key))
                    {
                        artifacts.Add(found);
                        continue;
                    }
                }
                catch (InputException) { }

                isDamaged(new Garbage(folder, SizeOf(folder), "damaged"));
            }
        }
    }

    /// <summary>The newest, and what they were made from, wherever in the store it lies.</summary>
    private static HashSet<Artifact> Kept(List<Artifact> artifacts, int keep)
    {
        ILookup<(string, string), Artifact> stages = artifacts.ToLookup(each => (each.Dataset, each.Manifest.Stage));
        var byKey = artifacts.ToDictionary(each => (each.Dataset, each.Manifest.Stage, each.Key));
        var sources = new ArtifactSources(
            (dataset, stage, key) => byKey.GetValueOrDefault((dataset, stage, key)),
            (dataset, stage) => stages[(dataset, stage)]
        );
        var kept = new HashSet<Artifact>();
        var open = new Queue<Artifact>(
            artifacts
                .GroupBy(each => (each.Dataset, each.Manifest.Stage, SeedOf(each, sources), ArtifactSources.SweepOf(each)))
                .SelectMany(group => group.OrderByDescending(artifact => artifact.Manifest.End).Take(keep))
        );
        while (open.TryDequeue(out Artifact? artifact))
        {
            if (kept.Add(artifact))
            {
                foreach (ArtifactInput input in artifact.Manifest.Inputs)
                {
                    if (sources.Of(artifact, input) is { } source)
                    {
                        open.Enqueue(source);
                    }
                }
            }
        }

        return kept;
    }

    /// <summary>The seed an artifact belongs to, by its own settings or those of what it was made from.</summary>
    private static long? SeedOf(Artifact artifact, ArtifactSources sources) =>
        artifact.Seed
        ?? artifact
            .Manifest.Inputs.Where(input => input.Name == "split")
            .Select(input => sources.Of(artifact, input)?.Seed)
            .FirstOrDefault(seed => seed is not null);

    private static string NameOf(StoreFolder folder, string path) =>
        Path.GetRelativePath(folder.Root, path).Replace(Path.DirectorySeparatorChar, '-');

    private static long SizeOf(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
}
