namespace CranePipeline.Tables;

/// <summary>Truth values, a bit each.</summary>
internal sealed class BooleanEncoder(ReadOnlyMemory<bool> values) : ValueEncoder
{
    public override int Count => values.Length;

    public override long PlainSize(int start, int end) => (end - start + 7L) / 8;

    public override bool IsPlainInMemory => false;

    public override ReadOnlySpan<byte> InMemory(int start, int end) => throw new NotSupportedException();

    public override void Plain(int start, int end, ByteBuffer output)
    {
        var span = values.Span[start..end];
        var room = output.Reserve((span.Length + 7) / 8);
        room.Clear();
        for (var i = 0; i < span.Length; i++)
        {
            if (span[i])
            {
                room[i >> 3] |= (byte)(1 << (i & 7));
            }
        }
        output.Advance(room.Length);
    }

    public override ValueDictionary? BuildDictionary() => null;

    public override (byte[] Minimum, byte[] Maximum)? Range()
    {
        var span = values.Span;
        return span.IsEmpty ? null : ([span.Contains(false) ? (byte)0 : (byte)1], [span.Contains(true) ? (byte)1 : (byte)0]);
    }
}
