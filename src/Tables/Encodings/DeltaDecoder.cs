using System.Buffers;

namespace CranePipeline.Tables;

/// <summary>Parquet's DELTA_BINARY_PACKED, DELTA_LENGTH_BYTE_ARRAY and DELTA_BYTE_ARRAY.</summary>
internal static class DeltaDecoder
{
    /// <summary>Decodes integers and moves the reader behind them; arithmetic wraps around at the type's width, as the format asks.</summary>
    /// <typeparam name="T">int or long.</typeparam>
    public static void Integers<T>(ref ByteReader reader, Span<T> values)
        where T : unmanaged
    {
        var blockSize = reader.Count(1 << 20, "values a delta block");
        var miniblocks = reader.Count(1 << 10, "delta miniblocks");
        if (blockSize == 0 || miniblocks == 0 || blockSize % miniblocks != 0 || blockSize / miniblocks % 8 != 0)
        {
            throw new CorruptDataException($"a delta block of {blockSize} values in {miniblocks} parts");
        }
        var perMiniblock = blockSize / miniblocks;
        var total = reader.Count(int.MaxValue, "delta values");
        var current = reader.ZigZag();
        if (total != values.Length)
        {
            throw new CorruptDataException($"{total} delta-encoded values where {values.Length} are due");
        }
        if (total == 0)
        {
            return;
        }
        Store(values, 0, current);
        var at = 1;
        var rented = ArrayPool<ulong>.Shared.Rent(perMiniblock);
        try
        {
            while (at < total)
            {
                var least = reader.ZigZag();
                var widths = reader.Take(miniblocks);
                for (var m = 0; m < miniblocks && at < total; m++)
                {
                    if (widths[m] > 64)
                    {
                        throw new CorruptDataException($"a bit width of {widths[m]}");
                    }
                    var count = Math.Min(perMiniblock, total - at);
                    // The format pads the last miniblock; some writers do not.
                    var size = Math.Min(
                        (long)perMiniblock * widths[m] / 8,
                        Math.Max(reader.Remaining, ((long)count * widths[m] + 7) / 8)
                    );
                    BitPacking.Unpack(reader.Take(size), widths[m], rented.AsSpan(0, count));
                    for (var i = 0; i < count; i++)
                    {
                        current = unchecked(current + least + (long)rented[i]);
                        Store(values, at++, current);
                    }
                }
            }
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(rented);
        }
    }

    private static void Store<T>(Span<T> values, int at, long value)
        where T : unmanaged
    {
        if (typeof(T) == typeof(int))
        {
            values[at] = (T)(object)unchecked((int)value);
        }
        else
        {
            values[at] = (T)(object)value;
        }
    }

    /// <summary>Byte strings whose lengths come first.</summary>
    public static void LengthByteArrays<T>(ReadOnlySpan<byte> data, Span<T> values, BytesDecoder<T>.Conversion convert)
    {
        var reader = new ByteReader(data);
        var rented = ArrayPool<int>.Shared.Rent(values.Length);
        try
        {
            var lengths = rented.AsSpan(0, values.Length);
            Integers(ref reader, lengths);
            for (var i = 0; i < lengths.Length; i++)
            {
                values[i] = convert(reader.Take(lengths[i]));
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(rented);
        }
    }

    /// <summary>Byte strings put together from the beginning of the one before and an end of their own.</summary>
    public static void ByteArrays<T>(ReadOnlySpan<byte> data, Span<T> values, BytesDecoder<T>.Conversion convert)
    {
        var reader = new ByteReader(data);
        var rented = ArrayPool<int>.Shared.Rent(values.Length * 2);
        try
        {
            var prefixes = rented.AsSpan(0, values.Length);
            var suffixes = rented.AsSpan(values.Length, values.Length);
            Integers(ref reader, prefixes);
            Integers(ref reader, suffixes);
            var previous = new byte[64];
            var length = 0;
            // Shared beginnings can claim far more text than the page has bytes.
            var budget = Math.Max(64L << 20, 1024L * data.Length);
            for (var i = 0; i < values.Length; i++)
            {
                var suffix = reader.Take(suffixes[i]);
                if (prefixes[i] < 0 || prefixes[i] > length)
                {
                    throw new CorruptDataException($"a shared beginning of {prefixes[i]} bytes of a value of {length}");
                }
                length = prefixes[i] + suffix.Length;
                budget -= length;
                if (budget < 0)
                {
                    throw new CorruptDataException("byte strings that expand more than a thousandfold");
                }
                if (length > previous.Length)
                {
                    Array.Resize(ref previous, Math.Max(length, previous.Length * 2));
                }
                suffix.CopyTo(previous.AsSpan(prefixes[i]));
                values[i] = convert(previous.AsSpan(0, length));
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(rented);
        }
    }
}
