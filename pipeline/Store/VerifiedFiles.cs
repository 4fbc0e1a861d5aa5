using System.Collections.Concurrent;
using System.Security.Cryptography;
using CranePipeline.Tables;

namespace CranePipeline.Store;

/// <summary>
/// SHA-256 of files, computed once a process: a file is taken for the same again while its size and its times are the same, which
/// nothing is trusted for longer than this process lives.
/// </summary>
internal static class VerifiedFiles
{
    private const int BufferBytes = 1 << 20;

    private static readonly ConcurrentDictionary<string, (long Bytes, long Modified, string Sha256)> Known = new();

    /// <summary>Lower-case hex digest of a file's content.</summary>
    public static string Sha256(
        string path,
        IProgress<WorkProgress>? progress = null,
        bool again = false,
        CancellationToken cancellation = default
    )
    {
        var info = new FileInfo(path);
        (long bytes, long modified) = (info.Length, info.LastWriteTimeUtc.Ticks);
        if (!again && Known.TryGetValue(info.FullName, out var known) && known.Bytes == bytes && known.Modified == modified)
        {
            return known.Sha256;
        }

        string digest = Compute(info, progress, cancellation);
        Known[info.FullName] = (bytes, modified, digest);
        return digest;
    }

    /// <summary>Notes the digest of a file that was hashed elsewhere: under the name it had before it was moved.</summary>
    public static void Note(string path, string sha256)
    {
        var info = new FileInfo(path);
        Known[info.FullName] = (info.Length, info.LastWriteTimeUtc.Ticks, sha256);
    }

    private static string Compute(FileInfo info, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using FileStream stream = new(
            info.FullName,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete,
            1,
            FileOptions.SequentialScan
        );
        var buffer = new byte[(int)Math.Clamp(info.Length, 1, BufferBytes)];
        long done = 0;
        for (int read; (read = stream.Read(buffer)) > 0; )
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
            done += read;
            progress?.Report(new WorkProgress($"checking {info.Name}", "bytes", done, info.Length));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
