using CranePipeline.Tables;

namespace CranePipeline.Store.Remote;

/// <summary>What a transfer did.</summary>
/// <param name="Moved">Artifacts that were sent or fetched: "dataset/stage/key".</param>
/// <param name="Present">Artifacts that were on the other side already.</param>
/// <param name="Refused">Artifacts that are not whole, with the reason.</param>
/// <param name="Bytes">Bytes sent or fetched.</param>
internal sealed record RemoteTransfer(IReadOnlyList<string> Moved, int Present, IReadOnlyList<string> Refused, long Bytes);

/// <summary>
/// Moves artifacts by key between this store and another one. An artifact's manifest goes last, so that one that has its manifest is whole;
/// every file is checked by hash before it is sent and after it is fetched.
/// </summary>
internal sealed class RemoteStore(ArtifactStore store, IRemoteFolder remote, IProgress<WorkProgress>? progress)
{
    /// <summary>Sends every whole artifact of a data set that the other side has not.</summary>
    public RemoteTransfer Push(string dataset, CancellationToken cancellation)
    {
        HashSet<string> there = [.. remote.List(dataset + "/", cancellation)];
        var result = new Tally();
        (string Stage, string Key)[] all =
        [
            .. from stage in store.Folder.Stages(dataset) from key in store.Folder.Keys(dataset, stage) select (stage, key),
        ];
        for (int each = 0; each < all.Length; each++)
        {
            cancellation.ThrowIfCancellationRequested();
            (string stage, string key) = all[each];
            string name = $"{dataset}/{stage}/{key}";
            progress?.Report(new WorkProgress($"sending to {remote.Name}", "artifacts", each, all.Length));
            if (there.Contains($"{name}/{Manifest.FileName}"))
            {
                result.Present++;
                continue;
            }

            try
            {
                if (store.Find(dataset, stage, key) is not { } artifact || !store.Use(artifact))
                {
                    continue;
                }

                artifact.Check(hashes: true);
                foreach (ManifestFile file in artifact.Manifest.Files)
                {
                    remote.Put($"{name}/{file.Name}", Path.Combine(artifact.Folder, file.Name), cancellation);
                    result.Bytes += file.Bytes;
                }

                remote.Put($"{name}/{Manifest.FileName}", Path.Combine(artifact.Folder, Manifest.FileName), cancellation);
                result.Moved.Add(name);
            }
            catch (InputException problem) when (problem.Message.StartsWith("damaged", StringComparison.Ordinal))
            {
                result.Refused.Add($"{name}: {problem.Message}");
            }
        }

        return result.Ended();
    }

    /// <summary>Fetches every whole artifact of a data set that this store has not.</summary>
    /// <exception cref="InputException">There is no other side.</exception>
    public RemoteTransfer Pull(string dataset, StoreWait wait)
    {
        if (!remote.IsThere)
        {
            throw new InputException($"-Remote {remote.Name} is no folder that is there; name the one that -Stage push wrote to");
        }

        string suffix = "/" + Manifest.FileName;
        string[] all =
        [
            .. remote
                .List(dataset + "/", wait.Cancellation)
                .Where(name => name.EndsWith(suffix, StringComparison.Ordinal))
                .Select(name => name[..^suffix.Length]),
        ];
        var result = new Tally();
        for (int each = 0; each < all.Length; each++)
        {
            wait.Cancellation.ThrowIfCancellationRequested();
            progress?.Report(new WorkProgress($"fetching from {remote.Name}", "artifacts", each, all.Length));
            if (all[each].Split('/') is not [var there, var stage, var key] || !PathName.IsSafePath(all[each]))
            {
                result.Refused.Add($"{all[each]}: is not named as an artifact is");
                continue;
            }

            if (File.Exists(Path.Combine(store.Folder.Artifact(there, stage, key), Manifest.FileName)))
            {
                result.Present++;
            }
            else if (Fetch(all[each], result, wait) is { } fault)
            {
                result.Refused.Add($"{all[each]}: {fault}");
            }
        }

        return result.Ended();
    }

    private string? Fetch(string name, Tally result, StoreWait wait)
    {
        using StagingArea area = store.Stage();
        string manifestPath = area.PathOf(Manifest.FileName);
        if (!remote.TryGet($"{name}/{Manifest.FileName}", manifestPath, wait.Cancellation))
        {
            return $"{Manifest.FileName} is gone";
        }

        (Manifest? manifest, string? fault) = Manifest.Parse(File.ReadAllBytes(manifestPath));
        if (fault is not null)
        {
            return $"{Manifest.FileName} {fault}";
        }

        if ($"{manifest!.Dataset}/{manifest.Stage}/{manifest.Key}" != name)
        {
            return $"{Manifest.FileName} is that of {manifest.Dataset}/{manifest.Stage}/{manifest.Key}";
        }

        foreach (ManifestFile file in manifest.Files)
        {
            string path = area.PathOf(file.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (!remote.TryGet($"{name}/{file.Name}", path, wait.Cancellation))
            {
                return $"{file.Name} is missing";
            }

            if (new FileInfo(path).Length != file.Bytes || VerifiedFiles.Sha256(path) != file.Sha256)
            {
                return $"{file.Name} does not have the SHA-256 its manifest says";
            }

            StagingArea.FlushToDisk(path);
            result.Bytes += file.Bytes;
        }

        StagingArea.FlushToDisk(manifestPath);
        store.Adopt(area, manifest, wait);
        result.Moved.Add(name);
        return null;
    }

    private sealed class Tally
    {
        public List<string> Moved { get; } = [];

        public List<string> Refused { get; } = [];

        public int Present { get; set; }

        public long Bytes { get; set; }

        public RemoteTransfer Ended() => new(Moved, Present, Refused, Bytes);
    }
}
