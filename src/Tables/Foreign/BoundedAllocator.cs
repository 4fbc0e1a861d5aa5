using System.Buffers;
using Apache.Arrow.Memory;

namespace CranePipeline.Tables;

/// <summary>Refuses to allocate what a file of this size cannot hold, however well it is packed.</summary>
internal sealed class BoundedAllocator(long fileBytes) : MemoryAllocator
{
    // LZ4 packs no better than 1 to 255; Zstandard does, on constant columns, which small files may.
    private const int MostPacked = 255;
    private const long Always = 64 << 20;

    private readonly NativeMemoryAllocator native = new();

    protected override IMemoryOwner<byte> AllocateInternal(int length, out int bytesAllocated)
    {
        if (length > Math.Max(Always, fileBytes * MostPacked))
        {
            throw new InvalidDataException($"a buffer of {length} bytes in a file of {fileBytes}");
        }

        bytesAllocated = length;
        return native.Allocate(length);
    }
}
