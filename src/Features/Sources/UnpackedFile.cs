using System.IO.Compression;
using CranePipeline.Tables;

namespace CranePipeline.Features;

/// <summary>
/// A gzip file's content as a temporary file, because vectors are read from wherever they lie in a file. It takes the room of the unpacked
/// vectors in the system's temporary folder while it lives.
/// </summary>
internal sealed class UnpackedFile : IDisposable
{
    private const int BlockBytes = 1 << 20;
    private const int LengthBytes = 4;
    private readonly string folder;

    /// <summary>Makes room for a file's content.</summary>
    private UnpackedFile(string source)
    {
        folder = Directory.CreateTempSubdirectory("crane-").FullName;
        Path = System.IO.Path.Combine(folder, System.IO.Path.GetFileNameWithoutExtension(source));
    }

    internal string Path { get; }

    /// <summary>Reads a file, unpacked first where its name ends in <c>.gz</c>.</summary>
    /// <exception cref="InputException">The file is damaged or cut off, or there is no room for its content.</exception>
    internal static T Read<T>(
        string path,
        Func<string, T> read,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            return read(path);
        }

        using var unpacked = new UnpackedFile(path);
        unpacked.Fill(path, progress, cancellation);
        try
        {
            return read(unpacked.Path);
        }
        catch (InputException failure)
        {
            // The file that the person knows.
            throw new InputException(failure.Message.Replace(unpacked.Path, path, StringComparison.Ordinal), failure);
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void Fill(string source, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        string name = System.IO.Path.GetFileName(source);
        using FileStream packed = File.OpenRead(source);
        try
        {
            using FileStream target = File.Create(Path);
            using var inflated = new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true);
            var block = new byte[BlockBytes];
            for (int read; (read = inflated.Read(block)) > 0; )
            {
                cancellation.ThrowIfCancellationRequested();
                target.Write(block, 0, read);
                progress?.Report(new WorkProgress($"unpacking {name}", "bytes", packed.Position, packed.Length));
            }

            CheckEnd(source, target.Length);
        }
        catch (InvalidDataException failure)
        {
            throw new InputException(
                $"'{source}' is damaged near byte {packed.Position}: its compressed data cannot be decoded; fetch the file again",
                failure
            );
        }
        catch (IOException failure)
        {
            throw new InputException(
                $"'{source}' cannot be unpacked into '{folder}': {WriteFault.Reason(failure)}; "
                    + "make room there, point TMPDIR elsewhere, or unpack it yourself",
                failure
            );
        }
    }

    // The framework's stream ends quietly where a file is cut off; a whole one ends with the content's length.
    private static void CheckEnd(string source, long length)
    {
        using FileStream packed = File.OpenRead(source);
        Span<byte> end = stackalloc byte[LengthBytes];
        packed.Seek(-Math.Min(LengthBytes, packed.Length), SeekOrigin.End);
        if (
            packed.ReadAtLeast(end, LengthBytes, throwOnEndOfStream: false) < LengthBytes
            || BitConverter.ToUInt32(end) != (uint)length
        )
        {
            throw new InputException(
                $"'{source}' is cut off: its {packed.Length} bytes end after {length} bytes of content, without "
                    + "the mark of an end; fetch the file again, or unpack it yourself where it is several archives joined"
            );
        }
    }
}
