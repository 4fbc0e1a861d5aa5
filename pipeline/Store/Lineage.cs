using CranePipeline.Tables;

namespace CranePipeline.Store;

/// <summary>What an artifact was made from, and what that was made from.</summary>
/// <param name="Name">What the artifact above calls it.</param>
/// <param name="Key">Its key, or "sha256:…" of a raw file.</param>
/// <param name="Artifact">It, or null for a raw file, and for what is no longer there.</param>
/// <param name="Inputs">What it was made from.</param>
internal sealed record Lineage(string Name, string Key, Artifact? Artifact, IReadOnlyList<Lineage> Inputs)
{
    private const int ShortestKey = 4;

    /// <summary>The origin of an artifact.</summary>
    /// <param name="store">The store.</param>
    /// <param name="dataset">The data set to look in, or null for all.</param>
    /// <param name="key">The key, or its first digits, or the artifact's folder.</param>
    /// <exception cref="InputException">No artifact, or more than one, is called so.</exception>
    public static Lineage Of(ArtifactStore store, string? dataset, string key)
    {
        string wanted = Path.GetFileName(Path.TrimEndingDirectorySeparator(key)).ToLowerInvariant();
        (string Dataset, string Stage, string Key)[] found =
        [
            .. from each in store.Folder.Datasets
            where dataset is null || each == dataset
            from stage in store.Folder.Stages(each)
            from candidate in store.Folder.Keys(each, stage)
            where wanted.Length >= ShortestKey && candidate.StartsWith(wanted, StringComparison.Ordinal)
            select (each, stage, candidate),
        ];
        // The whole key of one may begin the name of a copy of it.
        return (found.Where(each => each.Key == wanted).ToArray() is [_] exact ? exact : found) switch
        {
            [var one] => Of(
                new ArtifactSources(store),
                one.Stage,
                store.Find(one.Dataset, one.Stage, one.Key)
                    ?? throw new InputException(Artifact.Unnamed(store.Folder.Artifact(one.Dataset, one.Stage, one.Key)))
            ),
            [] => throw new InputException(
                $"no artifact of {store.Folder.Root} has a key that begins with '{wanted}'; "
                    + $"name one that -Stage status shows, at least {ShortestKey} digits of it"
            ),
            _ => throw new InputException(
                $"'{wanted}' begins the keys of "
                    + string.Join(", ", found.Select(each => $"{each.Dataset}/{each.Stage}/{each.Key}"))
                    + "; give more digits of one"
            ),
        };
    }

    private static Lineage Of(ArtifactSources sources, string name, Artifact artifact) =>
        new(
            name,
            artifact.Key,
            artifact,
            [
                .. artifact.Manifest.Inputs.Select(input =>
                    sources.Of(artifact, input) is { } source
                        ? Of(sources, input.Name, source)
                        : new Lineage(input.Name, input.Key, null, [])
                ),
            ]
        );
}
