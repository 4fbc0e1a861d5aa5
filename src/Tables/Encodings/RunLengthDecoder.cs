namespace CranePipeline.Tables;

/// <summary>Reads the run-length / bit-packing hybrid, run by run, so that long runs cost nothing.</summary>
internal ref struct RunLengthDecoder
{
    private readonly ReadOnlySpan<byte> bytes;
    private readonly int width;
    private int position;

    public RunLengthDecoder(ReadOnlySpan<byte> bytes, int width)
    {
        if (width is < 0 or > 32)
        {
            throw new CorruptDataException($"a bit width of {width}");
        }
        this.bytes = bytes;
        this.width = width;
    }

    /// <summary>Decodes exactly <paramref name="values"/>.Length values, all at most <paramref name="largest"/>.</summary>
    public void Decode(Span<int> values, int largest)
    {
        while (!values.IsEmpty)
        {
            var taken = Next(values.Length, out var value, out var packed);
            var part = values[..taken];
            if (packed.IsEmpty)
            {
                part.Fill(value);
            }
            else
            {
                BitPacking.Unpack(packed, width, part);
            }
            values = values[taken..];
            if (packed.IsEmpty ? (uint)value > (uint)largest : AnyAbove(part, (uint)largest))
            {
                throw new CorruptDataException($"a level or index above {largest}");
            }
        }
    }

    /// <summary>
    /// Decodes when the <paramref name="count"/> values are all one repeated value, as levels mostly are.
    /// Answers false, with nothing consumed, where they may not be.
    /// </summary>
    public readonly bool IsConstant(int count, out int value)
    {
        var probe = this;
        var taken = probe.Next(count, out value, out var packed);
        return taken == count && packed.IsEmpty;
    }

    /// <summary>The next run of at most <paramref name="limit"/> values: repeated, or (where <paramref name="packed"/> is not empty) bit-packed.</summary>
    public int Next(int limit, out int value, out ReadOnlySpan<byte> packed)
    {
        if (width == 0)
        {
            value = 0;
            packed = default;
            return limit;
        }
        var reader = new ByteReader(bytes[position..]);
        var header = reader.Varint();
        int count;
        if ((header & 1) == 0)
        {
            var repeat = header >> 1;
            if (repeat == 0)
            {
                throw new CorruptDataException("a run of no values");
            }
            value = 0;
            for (var b = 0; b < width; b += 8)
            {
                value |= reader.Byte() << b;
            }
            packed = default;
            count = (int)Math.Min(repeat, (ulong)limit);
        }
        else
        {
            var groups = header >> 1;
            if (groups == 0)
            {
                throw new CorruptDataException("a run of no values");
            }
            count = (int)Math.Min(groups, (ulong)(limit + 7) / 8) * 8;
            count = Math.Min(count, limit);
            // The last group may be cut short by writers that do not pad it.
            var whole = (long)Math.Min(groups, (ulong)(limit + 7) / 8) * width;
            packed = reader.Take(Math.Min(whole, Math.Max(reader.Remaining, ((long)count * width + 7) / 8)));
            value = 0;
        }
        position += reader.Position;
        return count;
    }

    private static bool AnyAbove(ReadOnlySpan<int> values, uint largest)
    {
        foreach (var value in values)
        {
            if ((uint)value > largest)
            {
                return true;
            }
        }
        return false;
    }
}
