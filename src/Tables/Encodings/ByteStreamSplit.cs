namespace CranePipeline.Tables;

/// <summary>BYTE_STREAM_SPLIT: the first bytes of all values, then all their second bytes, and so on.</summary>
internal static class ByteStreamSplit
{
    private const int Block = 2048;

    /// <summary>Puts values of <paramref name="size"/> bytes together again.</summary>
    public static void Decode(ReadOnlySpan<byte> streams, int size, Span<byte> values)
    {
        var count = values.Length / size;
        // By blocks, so that the scattered writes stay in the first cache.
        for (var start = 0; start < count; start += Block)
        {
            var length = Math.Min(Block, count - start);
            for (var s = 0; s < size; s++)
            {
                var stream = streams.Slice(s * count + start, length);
                var target = values[(start * size + s)..];
                for (int i = 0, at = 0; i < stream.Length; i++, at += size)
                {
                    target[at] = stream[i];
                }
            }
        }
    }
}
