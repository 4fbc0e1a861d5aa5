using System.Buffers.Binary;

namespace CranePipeline.Tables;

/// <summary>One LZ4 block (LZ4 block format): Parquet's LZ4_RAW.</summary>
internal static class Lz4Decoder
{
    private const int LeastMatch = 4;

    public static void Decode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        int from = 0,
            to = 0;
        while (from < source.Length)
        {
            var token = source[from++];
            var literals = Length(source, ref from, token >> 4);
            if (literals > source.Length - from || literals > destination.Length - to)
            {
                throw new CorruptDataException("a damaged LZ4 block");
            }
            LzCopy.Literals(source, from, destination, to, literals);
            from += literals;
            to += literals;
            if (from == source.Length)
            {
                break;
            }
            if (source.Length - from < 2)
            {
                throw new CorruptDataException("a damaged LZ4 block");
            }
            var offset = BinaryPrimitives.ReadUInt16LittleEndian(source[from..]);
            from += 2;
            var match = Length(source, ref from, token & 15) + LeastMatch;
            LzCopy.Copy(destination, to, offset, match);
            to += match;
        }
        if (to != destination.Length)
        {
            throw new CorruptDataException("an LZ4 block of another length than its page");
        }
    }

    private static int Length(ReadOnlySpan<byte> source, ref int from, int length)
    {
        if (length < 15)
        {
            return length;
        }
        byte next;
        do
        {
            if (from >= source.Length || length > (1 << 30))
            {
                throw new CorruptDataException("a damaged LZ4 block");
            }
            next = source[from++];
            length += next;
        } while (next == 255);
        return length;
    }
}
