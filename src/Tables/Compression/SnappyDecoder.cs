using System.Buffers.Binary;

namespace CranePipeline.Tables;

/// <summary>
/// Snappy's raw format, straight into the caller's memory: never does it write or read outside its two spans, or allocate what a (possibly
/// damaged) input announces.
/// </summary>
internal static class SnappyDecoder
{
    public static void Decode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        var preamble = new ByteReader(source);
        if (preamble.Varint() != (ulong)destination.Length)
        {
            throw new CorruptDataException("a Snappy block of another length than its page");
        }
        int from = preamble.Position,
            to = 0;
        while (from < source.Length)
        {
            var tag = source[from++];
            int length,
                offset;
            switch (tag & 3)
            {
                case 0:
                    length = (tag >> 2) + 1;
                    if (length > 60)
                    {
                        var extra = length - 60;
                        Need(source, from, extra);
                        uint stated = 0;
                        for (var b = 0; b < extra; b++)
                        {
                            stated |= (uint)source[from + b] << (8 * b);
                        }
                        from += extra;
                        if (stated >= int.MaxValue)
                        {
                            throw Damaged();
                        }
                        length = (int)stated + 1;
                    }
                    if (length > source.Length - from || length > destination.Length - to)
                    {
                        throw Damaged();
                    }
                    LzCopy.Literals(source, from, destination, to, length);
                    from += length;
                    to += length;
                    continue;
                case 1:
                    Need(source, from, 1);
                    length = ((tag >> 2) & 7) + 4;
                    offset = ((tag >> 5) << 8) | source[from++];
                    break;
                case 2:
                    Need(source, from, 2);
                    length = (tag >> 2) + 1;
                    offset = BinaryPrimitives.ReadUInt16LittleEndian(source[from..]);
                    from += 2;
                    break;
                default:
                    Need(source, from, 4);
                    length = (tag >> 2) + 1;
                    offset = BinaryPrimitives.ReadInt32LittleEndian(source[from..]);
                    from += 4;
                    break;
            }
            LzCopy.Copy(destination, to, offset, length);
            to += length;
        }
        if (to != destination.Length)
        {
            throw Damaged();
        }
    }

    private static void Need(ReadOnlySpan<byte> source, int from, int count)
    {
        if (source.Length - from < count)
        {
            throw Damaged();
        }
    }

    private static CorruptDataException Damaged() => new("a damaged Snappy block");
}
