using System.Buffers.Binary;
using ICSharpCode.SharpZipLib.Checksum;
using ICSharpCode.SharpZipLib.Zip.Compression;
using ICSharpCode.SharpZipLib.Zip.Compression.Streams;

namespace CranePipeline.SampleData;

/// <summary>
/// Writes a gzip file (RFC 1952) whose bytes follow from its content alone: no time, no name, and a managed compressor,
/// since the platform's own differs between processors and versions.
/// </summary>
internal sealed class DeterministicGzip : IDisposable
{
    private readonly Stream destination;
    private readonly DeflaterOutputStream deflate;
    private readonly Crc32 checksum = new();
    private uint length;

    /// <summary>Starts the archive; the destination stays open.</summary>
    public DeterministicGzip(Stream destination)
    {
        this.destination = destination;
        destination.Write([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]);
        deflate = new DeflaterOutputStream(
            destination,
            new Deflater(Deflater.BEST_SPEED + 2, noZlibHeaderOrFooter: true),
            1 << 16
        )
        {
            IsStreamOwner = false,
        };
    }

    /// <summary>Appends bytes to the content.</summary>
    public void Write(ArraySegment<byte> bytes)
    {
        checksum.Update(bytes);
        length += (uint)bytes.Count;
        deflate.Write(bytes.Array!, bytes.Offset, bytes.Count);
    }

    /// <summary>Ends the archive with its checksum and length.</summary>
    public void Dispose()
    {
        deflate.Dispose();
        Span<byte> trailer = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, (uint)checksum.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], length);
        destination.Write(trailer);
    }
}
