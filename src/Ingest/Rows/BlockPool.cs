using CranePipeline.Tensors;

namespace CranePipeline.Ingest.Rows;

/// <summary>
/// Memory in blocks of one size, for what is written, read once and then forgotten piece by piece. The lowest free block is taken first, so that
/// what is in use gathers at the beginning and the rest can go back to the system. Memory that was used before is much faster than fresh memory.
/// </summary>
internal sealed unsafe class BlockPool : IDisposable
{
    /// <summary>
    /// Bytes of a block: a line of the cache more than a power of two. Many blocks are written side by side and fill at one speed, and were they a power of two apart,
    /// their ends would all want the same few lines of the caches.
    /// </summary>
    public const int BlockBytes = (1 << 14) + 64;

    private const int RegionBytes = 2 * LargePages.Size;
    private const int RegionBlocks = RegionBytes / BlockBytes;
    private readonly Lock gate = new();
    private readonly PriorityQueue<int, int> free = new();
    private readonly List<NativeBuffer<byte>?> regions = [];
    private readonly List<int> taken = [];

    /// <summary>Takes a block; its contents are undefined.</summary>
    public Block Take()
    {
        lock (gate)
        {
            if (!free.TryDequeue(out int number, out _))
            {
                number = regions.Count * RegionBlocks;
                regions.Add(new NativeBuffer<byte>(RegionBytes));
                taken.Add(0);
                for (int block = 1; block < RegionBlocks; block++)
                {
                    free.Enqueue(number + block, number + block);
                }
            }

            (int region, int place) = Math.DivRem(number, RegionBlocks);
            taken[region]++;
            return new Block(number, regions[region]!.Pointer + (nint)place * BlockBytes);
        }
    }

    /// <summary>Gives a block back.</summary>
    public void Return(Block block)
    {
        lock (gate)
        {
            taken[block.Number / RegionBlocks]--;
            free.Enqueue(block.Number, block.Number);
        }
    }

    /// <summary>Gives to the system what no block in use lies in.</summary>
    public void Trim()
    {
        lock (gate)
        {
            List<int> left = [];
            while (free.TryDequeue(out int number, out _))
            {
                if (taken[number / RegionBlocks] > 0)
                {
                    left.Add(number);
                }
            }

            free.EnqueueRange(left.Select(number => (number, number)));
            for (int region = 0; region < regions.Count; region++)
            {
                if (taken[region] == 0)
                {
                    regions[region]?.Dispose();
                    regions[region] = null;
                }
            }
        }
    }

    /// <summary>Frees all blocks, those in use as well.</summary>
    public void Dispose()
    {
        regions.ForEach(region => region?.Dispose());
        regions.Clear();
        taken.Clear();
        free.Clear();
    }

    /// <summary>A block.</summary>
    /// <param name="Number">Which one.</param>
    /// <param name="Start">Its first byte.</param>
    internal readonly record struct Block(int Number, nint Start)
    {
        public Block(int number, byte* start)
            : this(number, (nint)start) { }
    }
}
