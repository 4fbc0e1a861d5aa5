using System.Buffers;

namespace CranePipeline.Tables;

/// <summary>A window that moves forward over a column chunk's bytes, so that a chunk of any size takes little memory.</summary>
/// <param name="source">The file.</param>
/// <param name="start">Where in it the chunk begins.</param>
/// <param name="length">The chunk's bytes.</param>
/// <param name="readAhead">How many bytes are fetched at least, where so many are left.</param>
internal sealed class ChunkWindow(ByteSource source, long start, long length, int readAhead) : IDisposable
{
    private byte[] buffer = [];
    private int from;
    private int filled;
    private long fetched;

    /// <summary>Where in the file the window stands.</summary>
    public long Position => start + fetched - (filled - from);

    public long Remaining => length - fetched + (filled - from);

    /// <summary>The next <paramref name="count"/> bytes, or all that are left.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        var have = filled - from;
        count = (int)Math.Min(count, Remaining);
        if (have < count)
        {
            Fill(count);
        }
        return buffer.AsSpan(from, count);
    }

    public void Skip(long count)
    {
        var here = (int)Math.Min(count, filled - from);
        from += here;
        fetched += count - here;
    }

    /// <summary>Moves <paramref name="destination"/>.Length bytes out, those not yet in the window straight from the file.</summary>
    public void CopyTo(Span<byte> destination)
    {
        var here = Math.Min(destination.Length, filled - from);
        buffer.AsSpan(from, here).CopyTo(destination);
        from += here;
        var rest = destination[here..];
        if (!rest.IsEmpty)
        {
            source.Read(start + fetched, rest);
            fetched += rest.Length;
        }
    }

    public void Dispose()
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
        }
    }

    private void Fill(int count)
    {
        var have = filled - from;
        var wanted = (int)Math.Min(Math.Max(count, readAhead), Remaining);
        if (wanted > buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(wanted);
            buffer.AsSpan(from, have).CopyTo(larger);
            Dispose();
            buffer = larger;
        }
        else
        {
            buffer.AsSpan(from, have).CopyTo(buffer);
        }
        source.Read(start + fetched, buffer.AsSpan(have, wanted - have));
        fetched += wanted - have;
        from = 0;
        filled = wanted;
    }
}
