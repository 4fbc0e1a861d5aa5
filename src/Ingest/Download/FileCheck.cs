using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Download;

/// <summary>Whether a file is what its description says.</summary>
internal static class FileCheck
{
    private const int BufferBytes = 1 << 20;

    /// <summary>
    /// What is wrong with the file, to stand after "the file" ("has 5 bytes where 6 are expected"); null where nothing is.
    /// </summary>
    public static string? Fault(
        DownloadFile file,
        Stream stream,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation,
        out string? hash
    )
    {
        hash = null;
        if (file.Bytes is { } bytes && stream.Length != bytes)
        {
            return string.Create(CultureInfo.InvariantCulture, $"has {stream.Length} bytes where {bytes} are expected");
        }

        if (!LooksRight(file.Path, stream))
        {
            return "is not the archive its name says (perhaps a web page in its place)";
        }

        if (file.Sha256 is null)
        {
            return null;
        }

        hash = Hash(file, stream, progress, cancellation);
        return string.Equals(hash, file.Sha256, StringComparison.OrdinalIgnoreCase)
            ? null
            : $"has the SHA-256 {hash} where {file.Sha256.ToLowerInvariant()} is expected";
    }

    private static bool LooksRight(string path, Stream stream)
    {
        ReadOnlySpan<byte> magic =
            path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? [0x1F, 0x8B]
            : path.EndsWith(".bz2", StringComparison.OrdinalIgnoreCase) ? "BZh"u8
            : path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase) ? [0x93, .. "NUMPY"u8]
            : [];
        Span<byte> start = stackalloc byte[8];
        stream.Position = 0;
        int there = stream.ReadAtLeast(start, magic.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        return start[..there].StartsWith(magic);
    }

    private static string Hash(
        DownloadFile file,
        Stream stream,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            long done = 0;
            for (int read = stream.Read(buffer, 0, BufferBytes); read > 0; read = stream.Read(buffer, 0, BufferBytes))
            {
                cancellation.ThrowIfCancellationRequested();
                sha.AppendData(buffer, 0, read);
                done += read;
                progress?.Report(new WorkProgress($"checking {file.Path}", "bytes", done, stream.Length));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }
}
