using System.Runtime.InteropServices;

namespace CranePipeline.Tensors.Cpu;

/// <summary>
/// Cache-line-aligned native memory that steps borrow and give back, so that a steady step takes nothing from the operating
/// system and nothing from the collector.
/// </summary>
internal sealed unsafe class BufferPool : IDisposable
{
    private const long LargeBytes = 1 << 20;

    private readonly Dictionary<long, Stack<nint>> small = [];
    private readonly Arena large = new();
    private long smallBytes;

    ~BufferPool()
    {
        large.Free();
        FreeSmall();
    }

    /// <summary>Most bytes held at once, lent or waiting.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>Bytes lent out now.</summary>
    public long LentBytes { get; private set; }

    /// <summary>Bytes that wait to be lent again.</summary>
    public long WaitingBytes => smallBytes + large.HeldBytes - LentBytes;

    /// <summary>Memory for <paramref name="count"/> floats or ints, with undefined contents.</summary>
    public NativeBuffer Rent(long count)
    {
        long bytes = SizeClass(count * sizeof(float));
        NativeBuffer buffer = bytes >= LargeBytes ? large.Rent(count * sizeof(float)) : RentSmall(bytes);
        LentBytes += buffer.Bytes;
        PeakBytes = Math.Max(PeakBytes, smallBytes + large.HeldBytes);
        return buffer;
    }

    /// <summary>Takes a buffer back; an empty one is ignored.</summary>
    public void Return(NativeBuffer buffer)
    {
        if (buffer.IsEmpty)
        {
            return;
        }

        LentBytes -= buffer.Bytes;
        if (buffer.Bytes >= LargeBytes)
        {
            large.Return(buffer);
        }
        else
        {
            small[buffer.Bytes].Push(buffer.Address);
        }
    }

    /// <summary>Gives what waits of the large buffers back to the system. Small ones are kept: they come back soon and weigh nothing.</summary>
    public void ReleaseLarge() => large.Release();

    /// <summary>Gives the waiting buffers back to the operating system. Lent ones are their borrowers' to return.</summary>
    public void Dispose()
    {
        large.Release();
        FreeSmall();
        if (LentBytes == 0)
        {
            GC.SuppressFinalize(this);
        }
    }

    // Eight classes a power of two: at most an eighth is wasted, and sizes that differ a little share buffers.
    private static long SizeClass(long bytes)
    {
        if (bytes <= 1024)
        {
            return Math.Max(64, (bytes + 63) & ~63L);
        }

        long step = (long)(System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)bytes) / 16);
        return (bytes + step - 1) / step * step;
    }

    private NativeBuffer RentSmall(long bytes)
    {
        if (!small.TryGetValue(bytes, out Stack<nint>? waiting))
        {
            small.Add(bytes, waiting = new Stack<nint>());
        }

        if (!waiting.TryPop(out nint address))
        {
            address = (nint)LargePages.Allocate((nuint)bytes);
            smallBytes += bytes;
        }

        return new NativeBuffer(address, bytes);
    }

    private void FreeSmall()
    {
        foreach ((long bytes, Stack<nint> waiting) in small)
        {
            while (waiting.TryPop(out nint address))
            {
                NativeMemory.AlignedFree((void*)address);
                smallBytes -= bytes;
            }
        }
    }
}
