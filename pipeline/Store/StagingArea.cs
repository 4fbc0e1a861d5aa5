namespace CranePipeline.Store;

/// <summary>
/// The folder a stage writes into before its artifact exists. It is renamed into place when everything in it is complete, and removed
/// otherwise: by this run where the stage fails, by the next one where the process was killed.
/// </summary>
internal sealed class StagingArea : IDisposable
{
    private readonly FileLock inUse;
    private readonly string lockPath;
    private readonly Dictionary<string, long> rows = [];
    private readonly SortedDictionary<string, double> metrics = new(StringComparer.Ordinal);

    internal StagingArea(string stagingRoot)
    {
        string name = Guid.NewGuid().ToString("n");
        lockPath = Path.Combine(stagingRoot, name + ".lock");
        inUse = FileLock.TryAcquire(lockPath) ?? throw new IOException($"Cannot lock {lockPath}.");
        Folder = Path.Combine(stagingRoot, name);
        Directory.CreateDirectory(Folder);
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    internal IReadOnlyDictionary<string, double> Metrics => metrics;

    /// <summary>Full path for an output file.</summary>
    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Writes a table; its row count, which <paramref name="write"/> returns, goes to the manifest.</summary>
    public void WriteTable(string name, Func<string, long> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        rows[name] = write(PathOf(name));
    }

    /// <summary>Writes a text file in UTF-8.</summary>
    public void WriteText(string name, string text) => File.WriteAllText(PathOf(name), text);

    /// <summary>Records a number for the manifest.</summary>
    public void Record(string metric, double value) => metrics[metric] = value;

    /// <summary>Lists the files with sizes and hashes, all of them on the disk.</summary>
    internal IReadOnlyList<ManifestFile> Seal()
    {
        var files = new List<ManifestFile>();
        foreach (string path in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            FlushToDisk(path);
            string name = Path.GetRelativePath(Folder, path).Replace('\\', '/');
            files.Add(
                new ManifestFile(
                    name,
                    new FileInfo(path).Length,
                    Artifact.HashOf(path),
                    rows.TryGetValue(name, out long n) ? n : null
                )
            );
        }

        return files;
    }

    internal static void FlushToDisk(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Removes what is left of the folder.</summary>
    public void Dispose()
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }

        inUse.Dispose();
        File.Delete(lockPath);
    }

    /// <summary>Removes the folders of runs that are no longer alive.</summary>
    internal static void RemoveAbandoned(string stagingRoot)
    {
        if (!Directory.Exists(stagingRoot))
        {
            return;
        }

        foreach (string folder in Directory.EnumerateDirectories(stagingRoot))
        {
            string lockPath = folder + ".lock";
            using (FileLock? abandoned = FileLock.TryAcquire(lockPath))
            {
                if (abandoned is null)
                {
                    continue;
                }

                // Another run may have removed it between the listing and the lock.
                if (Directory.Exists(folder))
                {
                    Directory.Delete(folder, recursive: true);
                }
            }

            try
            {
                File.Delete(lockPath);
            }
            catch (IOException)
            {
                // Another run holds it for the same purpose, and deletes it.
            }
        }
    }
}
