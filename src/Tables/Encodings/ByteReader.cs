using System.Buffers.Binary;

namespace CranePipeline.Tables;

/// <summary>A cursor over bytes that refuses to run past their end.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;

    public int Position { get; private set; }

    public readonly int Remaining => bytes.Length - Position;

    public readonly ReadOnlySpan<byte> Rest => bytes[Position..];

    public byte Byte()
    {
        if (Position >= bytes.Length)
        {
            throw new CorruptDataException("the data end early");
        }
        return bytes[Position++];
    }

    public ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > Remaining)
        {
            throw new CorruptDataException($"{count} bytes are announced where {Remaining} are left");
        }
        var taken = bytes.Slice(Position, (int)count);
        Position += (int)count;
        return taken;
    }

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
        throw new CorruptDataException("a variable-length number has no end");
    }

    public long ZigZag()
    {
        var value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A variable-length count that must lie in 0 to <paramref name="limit"/>.</summary>
    public int Count(long limit, string what)
    {
        var value = Varint();
        if (value > (ulong)limit || value > int.MaxValue)
        {
            throw new CorruptDataException($"{value} {what} are announced where at most {limit} can be");
        }
        return (int)value;
    }
}
