using System.Text.Json;
using CranePipeline.Tables;

namespace CranePipeline.Store;

/// <summary>
/// SHA-256 of raw files, remembered by path, size and modification time, so that an unchanged 8 GB file is not read again on every run.
/// </summary>
internal sealed class ContentHashes
{
    private readonly string path;
    private readonly Dictionary<string, Entry> entries;

    /// <summary>Opens the memory kept in a store.</summary>
    public ContentHashes(string storeRoot)
    {
        path = Path.Combine(storeRoot, ".hashes.json");
        entries = Load(path);
    }

    /// <summary>"sha256:…" of a file's content.</summary>
    /// <exception cref="InputException">There is no such file.</exception>
    public string Of(string file, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var info = new FileInfo(file);
        if (!info.Exists)
        {
            throw new InputException($"{file}: no such file.");
        }

        long modified = info.LastWriteTimeUtc.Ticks;
        if (entries.TryGetValue(info.FullName, out Entry? known) && known.Bytes == info.Length && known.Modified == modified)
        {
            return known.Sha256;
        }

        string digest = "sha256:" + Hash(info, progress, cancellation);
        entries[info.FullName] = new Entry(info.Length, modified, digest);
        Save();
        return digest;
    }

    private static string Hash(FileInfo info, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(
            System.Security.Cryptography.HashAlgorithmName.SHA256
        );
        using FileStream stream = new(
            info.FullName,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read,
            1,
            FileOptions.SequentialScan
        );
        var buffer = new byte[4 << 20];
        long done = 0;
        for (int read; (read = stream.Read(buffer)) > 0; )
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
            done += read;
            progress?.Report(new WorkProgress($"hashing {info.Name}", "bytes", done, info.Length));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static Dictionary<string, Entry> Load(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, Entry>>(File.ReadAllBytes(path)) ?? [] : [];
        }
        catch (JsonException)
        {
            // Only a memory: losing it costs one more reading of the raw files.
            return [];
        }
    }

    private void Save()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string temporary = $"{path}.{Environment.ProcessId}.tmp";
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(entries));
        File.Move(temporary, path, overwrite: true);
    }

    private sealed record Entry(long Bytes, long Modified, string Sha256);
}
