using CranePipeline.Tensors;

namespace CranePipeline.Ingest.Internals;

/// <summary>
/// Memory in blocks of one size, cut from large pages and used again: memory that is touched for the first time costs more than what is
/// done with it.
/// </summary>
internal sealed unsafe class BlockPool : IDisposable
{
    /// <summary>
    /// Bytes of a block: a line of the cache more than a power of two. Many blocks are written side by side and fill at one speed, and
    /// were they a power of two apart, their ends would all want the same few lines of the caches.
    /// </summary>
    public const int BlockBytes = (1 << 14) + 64;

    private const int RegionBytes = 2 * LargePages.Size;
    private readonly Stack<nint> free = new();
    private readonly List<NativeBuffer<byte>> regions = [];

    /// <summary>Takes a block; its contents are undefined.</summary>
    public void* Take()
    {
        lock (free)
        {
            if (free.Count == 0)
            {
                NativeBuffer<byte> region = new(RegionBytes);
                regions.Add(region);
                for (int start = 0; start + BlockBytes <= RegionBytes; start += BlockBytes)
                {
                    free.Push((nint)(region.Pointer + start));
                }
            }

            return (void*)free.Pop();
        }
    }

    /// <summary>Gives a block back.</summary>
    public void Return(void* block)
    {
        lock (free)
        {
            free.Push((nint)block);
        }
    }

    /// <summary>Frees all blocks, those in use as well.</summary>
    public void Dispose()
    {
        regions.ForEach(region => region.Dispose());
        regions.Clear();
        free.Clear();
    }
}
