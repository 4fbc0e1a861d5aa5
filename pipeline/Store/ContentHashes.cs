using System.Text.Json;
using CranePipeline.Tables;

namespace CranePipeline.Store;

/// <summary>
/// SHA-256 of raw files, remembered by path, size and modification time, so that an unchanged 8 GB file is not read again on every run.
/// The memory names artifacts; before a stage reads a file, <see cref="Verify"/> reads it again.
/// </summary>
internal sealed class ContentHashes
{
    private const string Algorithm = "sha256:";

    private readonly string path;
    private readonly Dictionary<string, Entry> entries;

    /// <summary>Opens the memory kept in a store.</summary>
    public ContentHashes(string storeRoot)
    {
        path = Path.Combine(storeRoot, ".hashes.json");
        entries = Load(path);
    }

    /// <summary>The files of the memory, in order.</summary>
    public IReadOnlyList<string> Files => [.. entries.Keys.Order(StringComparer.Ordinal)];

    /// <summary>"sha256:…" of a file's content.</summary>
    /// <exception cref="InputException">There is no such file.</exception>
    public string Of(string file, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var info = new FileInfo(file);
        if (!info.Exists)
        {
            throw new InputException($"{file}: no such file; put it there, or name another data folder with -Data");
        }

        if (Remembered(info) is { } known)
        {
            return known.Sha256;
        }

        string digest = Algorithm + VerifiedFiles.Sha256(info.FullName, progress, again: false, cancellation);
        entries[info.FullName] = new Entry(info.Length, info.LastWriteTimeUtc.Ticks, digest);
        Save();
        return digest;
    }

    /// <summary>Checks by reading it that a file has the content its artifact is named after.</summary>
    /// <exception cref="InputException">It has not.</exception>
    public void Verify(string file, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        if (FaultOf(file, again: false, progress, cancellation) is { } fault)
        {
            throw new InputException(fault);
        }
    }

    /// <summary>What is wrong with a remembered file; null where nothing is, or where it is none of the remembered ones any more.</summary>
    public string? FaultOf(string file, bool again, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var info = new FileInfo(file);
        return
            info.Exists
            && Remembered(info) is { } known
            && Algorithm + VerifiedFiles.Sha256(info.FullName, progress, again, cancellation) != known.Sha256
            ? $"damaged raw file: {file} has other content than when it was first read, though its size and time are the same; "
                + "put the right file there, or accept this one by giving it a new time (touch)"
            : null;
    }

    private Entry? Remembered(FileInfo info) =>
        entries.TryGetValue(info.FullName, out Entry? known)
        && known.Bytes == info.Length
        && known.Modified == info.LastWriteTimeUtc.Ticks
            ? known
            : null;

    private static Dictionary<string, Entry> Load(string path)
    {
        try
        {
            Dictionary<string, Entry?>? read = File.Exists(path)
                ? JsonSerializer.Deserialize<Dictionary<string, Entry?>>(File.ReadAllBytes(path))
                : null;
            return read?.Where(entry => entry.Value is { Sha256.Length: 71 })
                    .ToDictionary(entry => entry.Key, entry => entry.Value!)
                ?? [];
        }
        catch (Exception problem) when (problem is JsonException or IOException or UnauthorizedAccessException)
        {
            // Only a memory: losing it costs one more reading of the raw files.
            return [];
        }
    }

    private void Save()
    {
        try
        {
            WholeFile.MakeFolderOf(path);
            WholeFile.Write(path, stream => JsonSerializer.Serialize(stream, entries));
        }
        catch (InputException)
        {
            // A full disk or a store that can only be read: the files are read again next time.
        }
    }

    private sealed record Entry(long Bytes, long Modified, string Sha256);
}
