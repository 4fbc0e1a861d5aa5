using CranePipeline.Tables;

namespace CranePipeline.Store;

/// <summary>Something in a store that is not as it was written.</summary>
/// <param name="Dataset">The data set, or null for a raw file.</param>
/// <param name="Stage">The stage, or null for a raw file.</param>
/// <param name="Key">The key, or null for a raw file.</param>
/// <param name="Message">One line that names the file and what heals it.</param>
internal sealed record StoreFault(string? Dataset, string? Stage, string? Key, string Message);

/// <summary>What a whole store's check found.</summary>
/// <param name="Artifacts">Artifacts looked at.</param>
/// <param name="RawFiles">Raw files looked at.</param>
/// <param name="Bytes">Bytes hashed.</param>
/// <param name="Faults">What is damaged.</param>
internal sealed record StoreCheckResult(int Artifacts, int RawFiles, long Bytes, IReadOnlyList<StoreFault> Faults);

/// <summary>Reads everything a store holds, and the raw files it was made from, and compares it by hash with what was written.</summary>
internal static class StoreCheck
{
    /// <summary>Checks every artifact of every data set, and every raw file that is remembered.</summary>
    public static StoreCheckResult Run(ArtifactStore store, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        StoreFolder folder = store.Folder;
        (string Dataset, string Stage, string Key)[] all =
        [
            .. from dataset in folder.Datasets
            from stage in folder.Stages(dataset)
            from key in folder.Keys(dataset, stage)
            select (dataset, stage, key),
        ];
        var faults = new List<StoreFault>();
        long bytes = 0;
        for (int each = 0; each < all.Length; each++)
        {
            cancellation.ThrowIfCancellationRequested();
            (string dataset, string stage, string key) = all[each];
            progress?.Report(new WorkProgress("checking", "artifacts", each, all.Length));
            if (FaultOf(store, dataset, stage, key, ref bytes) is { } fault)
            {
                faults.Add(new StoreFault(dataset, stage, key, fault));
            }
        }

        IReadOnlyList<string> raw = store.Hashes.Files;
        foreach (string file in raw.Where(File.Exists))
        {
            cancellation.ThrowIfCancellationRequested();
            bytes += new FileInfo(file).Length;
            if (store.Hashes.FaultOf(file, again: true, progress, cancellation) is { } fault)
            {
                faults.Add(new StoreFault(null, null, null, fault));
            }
        }

        return new StoreCheckResult(all.Length, raw.Count(File.Exists), bytes, faults);
    }

    private static string? FaultOf(ArtifactStore store, string dataset, string stage, string key, ref long bytes)
    {
        string folder = store.Folder.Artifact(dataset, stage, key);
        try
        {
            if (store.Find(dataset, stage, key) is not { } artifact)
            {
                return Artifact.Unnamed(folder);
            }

            Manifest manifest = artifact.Manifest;
            bytes += manifest.Files.Sum(file => file.Bytes);
            string? fault =
                (manifest.Dataset, manifest.Stage, manifest.Key) != (dataset, stage, key)
                    ? $"{folder} has the manifest of {manifest.Dataset}/{manifest.Stage}/{manifest.Key}"
                : KeyOf(manifest) != key ? $"{folder} is not what its settings and inputs make"
                : artifact.FaultOf(hashes: true, again: true);
            return fault is null ? null : Artifact.Damage(folder, fault);
        }
        catch (Exception problem) when (problem is InputException or IOException or UnauthorizedAccessException)
        {
            return problem is InputException ? problem.Message : Artifact.Damage(folder, $"{folder}: {problem.Message}");
        }
    }

    private static string KeyOf(Manifest manifest) =>
        new ArtifactIdentity(
            manifest.Dataset,
            manifest.Stage,
            manifest.Version,
            manifest.Settings.ToJsonString(),
            manifest.Inputs
        ).Key;
}
