using System.Runtime.InteropServices;

namespace CranePipeline.Tensors.Cpu;

/// <summary>
/// Cache-line-aligned native memory that steps borrow and give back, so that a steady step takes nothing from the operating
/// system and nothing from the collector.
/// </summary>
internal sealed unsafe class BufferPool : IDisposable
{
    private const long LargeBytes = 1 << 20;

    private readonly Dictionary<long, Stack<nint>> free = [];
    private long held;

    ~BufferPool() => FreeAll();

    /// <summary>Most bytes held at once, lent or waiting.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>Bytes lent out now.</summary>
    public long LentBytes { get; private set; }

    /// <summary>Bytes that wait to be lent again.</summary>
    public long WaitingBytes => held - LentBytes;

    /// <summary>Memory for <paramref name="count"/> floats or ints, with undefined contents.</summary>
    public NativeBuffer Rent(long count)
    {
        long bytes = SizeClass(count * sizeof(float));
        LentBytes += bytes;
        if (free.TryGetValue(bytes, out Stack<nint>? waiting) && waiting.TryPop(out nint address))
        {
            return new NativeBuffer(address, bytes);
        }

        if (bytes >= LargeBytes)
        {
            // Steps' batches differ a little, and so do their sizes: memory that the system hands out anew has to be cleared first.
            if (TryTakeLarger(bytes, bytes + (bytes / 4), out NativeBuffer larger))
            {
                LentBytes += larger.Bytes - bytes;
                return larger;
            }

            // Waiting buffers of other sizes make room before the peak is raised.
            FreeLarge(held + bytes - PeakBytes);
        }

        address = (nint)LargePages.Allocate((nuint)bytes);
        held += bytes;
        PeakBytes = Math.Max(PeakBytes, held);
        return new NativeBuffer(address, bytes);
    }

    /// <summary>Takes a buffer back; an empty one is ignored.</summary>
    public void Return(NativeBuffer buffer)
    {
        if (buffer.Address == 0)
        {
            return;
        }

        LentBytes -= buffer.Bytes;
        if (!free.TryGetValue(buffer.Bytes, out Stack<nint>? waiting))
        {
            free.Add(buffer.Bytes, waiting = new Stack<nint>());
        }

        waiting.Push(buffer.Address);
    }

    /// <summary>
    /// Gives at least so many bytes back to the system, as far as large buffers wait: by the smallest that will do, else the
    /// largest of all.
    /// </summary>
    public void FreeLarge(long need = long.MaxValue)
    {
        while (need > 0)
        {
            if (!TryTakeLarger(Math.Max(need, LargeBytes) - 1, long.MaxValue, out NativeBuffer buffer))
            {
                long largest = free.Where(sized => sized.Value.Count > 0).Select(sized => sized.Key).DefaultIfEmpty().Max();
                if (largest < LargeBytes)
                {
                    // Small ones are kept: they come back soon and weigh nothing.
                    return;
                }

                buffer = new NativeBuffer(free[largest].Pop(), largest);
            }

            NativeMemory.AlignedFree((void*)buffer.Address);
            held -= buffer.Bytes;
            need -= buffer.Bytes;
        }
    }

    /// <summary>Gives the waiting buffers back to the operating system. Lent ones are their borrowers' to return.</summary>
    public void Dispose()
    {
        FreeAll();
        GC.SuppressFinalize(this);
    }

    private static long SizeClass(long bytes)
    {
        // Eight classes a power of two: at most an eighth is wasted, and sizes that differ a little share buffers.
        if (bytes <= 1024)
        {
            return Math.Max(64, (bytes + 63) & ~63L);
        }

        long step = (long)(System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)bytes) / 16);
        bytes = (bytes + step - 1) / step * step;

        // Whole large pages, where that adds no more than a sixth.
        long pages = (bytes + LargePages.Size - 1) / LargePages.Size * LargePages.Size;
        return pages - bytes <= bytes / 6 ? pages : bytes;
    }

    // The smallest waiting buffer of more than the first and at most the second number of bytes.
    private bool TryTakeLarger(long above, long atMost, out NativeBuffer buffer)
    {
        long best = long.MaxValue;
        foreach ((long bytes, Stack<nint> waiting) in free)
        {
            if (waiting.Count > 0 && bytes > above && bytes <= atMost)
            {
                best = Math.Min(best, bytes);
            }
        }

        buffer = best < long.MaxValue ? new NativeBuffer(free[best].Pop(), best) : default;
        return !buffer.IsEmpty;
    }

    private void FreeAll()
    {
        foreach (Stack<nint> waiting in free.Values)
        {
            while (waiting.TryPop(out nint address))
            {
                NativeMemory.AlignedFree((void*)address);
            }
        }
    }
}
