using System.Text;
using CranePipeline.Tables;

namespace CranePipeline.Store;

/// <summary>
/// The folder a stage writes into before its artifact exists. It is renamed into place when everything in it is complete, and removed
/// otherwise: by this run where the stage fails, by a later one where the process was killed.
/// </summary>
internal sealed class StagingArea : IDisposable
{
    private readonly Dictionary<string, long> rows = [];
    private readonly SortedDictionary<string, double> metrics = new(StringComparer.Ordinal);

    /// <summary>Makes a folder that belongs to a run.</summary>
    internal StagingArea(StoreFolder store, RunPresence owner)
    {
        Folder = Path.Combine(store.Staging, $"{owner.Id}-{Guid.NewGuid():n}");
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
    public void WriteText(string name, string text) =>
        WholeFile.Write(PathOf(name), stream => stream.Write(Encoding.UTF8.GetBytes(text)));

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
                    VerifiedFiles.Sha256(path),
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
    }
}
