using System.Buffers;
using System.Runtime.CompilerServices;

namespace CranePipeline.Tables;

/// <summary>Gathers a column from its chunks, one a row group, in any order and on any threads.</summary>
internal abstract class ColumnBuilder(SchemaLeaf leaf)
{
    public SchemaLeaf Leaf { get; } = leaf;

    /// <summary>Decodes the chunk of the <paramref name="slot"/>-th of the row groups being read.</summary>
    public abstract void Read(ByteSource source, ColumnChunkMetadata chunk, int slot);

    /// <summary>The column, once every chunk is read.</summary>
    public abstract Column Finish();
}

/// <summary>The part of gathering a column that does not depend on whether it has lists.</summary>
/// <typeparam name="T">The type of a value.</typeparam>
internal abstract class ColumnBuilder<T>(SchemaLeaf leaf, ValueDecoder<T> decoder) : ColumnBuilder(leaf)
{
    private protected ValueDecoder<T> Decoder { get; } = decoder;

    private protected abstract void ReadPage(in Page page, T[]? dictionary, ref ChunkState state);

    /// <summary>How far the reading of a chunk has come.</summary>
    private protected struct ChunkState
    {
        public int Slot;
        public long EntriesLeft;

        /// <summary>Entries (or, of lists, elements) put into the segment so far.</summary>
        public int Filled;

        /// <summary>Rows begun so far; of lists only.</summary>
        public int Rows;
    }

    public override void Read(ByteSource source, ColumnChunkMetadata chunk, int slot)
    {
        if (chunk.Type != Leaf.Element.Type)
        {
            throw new CorruptDataException($"values of type {chunk.Type} where the schema has {Leaf.Element.Type}");
        }
        using var pages = new PageReader(source, chunk, Leaf, Decoder.IsPlainMemory);
        T[]? dictionary = null;
        var state = new ChunkState { Slot = slot, EntriesLeft = chunk.ValueCount };
        try
        {
            while (state.EntriesLeft > 0 && pages.NextHeader(out var header))
            {
                switch (header.Type)
                {
                    case PageType.Dictionary:
                        dictionary = ReadDictionary(pages, header);
                        break;
                    case PageType.Data or PageType.DataV2:
                        if (header.ValueCount > state.EntriesLeft)
                        {
                            throw new CorruptDataException(
                                $"a page of {header.ValueCount} values where {state.EntriesLeft} are left"
                            );
                        }
                        var page = pages.DataBody();
                        ReadPage(page, dictionary, ref state);
                        pages.Release();
                        state.EntriesLeft -= header.ValueCount;
                        break;
                    default:
                        pages.Release();
                        break;
                }
            }
            if (state.EntriesLeft > 0)
            {
                throw new CorruptDataException($"{state.EntriesLeft} of {chunk.ValueCount} values are missing");
            }
            EndChunk(state);
        }
        catch (CorruptDataException e)
        {
            throw e.At($"page at byte {pages.PageStart}");
        }
    }

    private protected virtual void EndChunk(in ChunkState state) { }

    private T[] ReadDictionary(PageReader pages, PageHeader header)
    {
        var body = pages.DictionaryBody();
        // Every value takes at least a byte, so the count is bounded by what is really there.
        if (header.ValueCount > body.Length)
        {
            throw new CorruptDataException($"a dictionary of {header.ValueCount} values in {body.Length} bytes");
        }
        var dictionary = new T[header.ValueCount];
        Decoder.Decode(PageEncoding.Plain, body, dictionary);
        pages.Release();
        return dictionary;
    }

    private protected void DecodeValues(in Page page, T[]? dictionary, Span<T> values)
    {
        if (values.IsEmpty)
        {
            return;
        }
        if (page.Direct is { } pages)
        {
            Decoder.ReadPlain(pages, values);
            return;
        }
        if (page.Encoding is not (PageEncoding.PlainDictionary or PageEncoding.RunLengthDictionary))
        {
            Decoder.Decode(page.Encoding, page.Data, values);
            return;
        }
        if (dictionary is null)
        {
            throw new CorruptDataException("indices without a dictionary");
        }
        if (page.Data.IsEmpty || dictionary.Length == 0)
        {
            throw new CorruptDataException("an empty dictionary or a page without indices");
        }
        var runs = new RunLengthDecoder(page.Data[1..], page.Data[0]);
        var rented = ArrayPool<int>.Shared.Rent(values.Length);
        try
        {
            var indices = rented.AsSpan(0, values.Length);
            runs.Decode(indices, dictionary.Length - 1);
            for (var i = 0; i < indices.Length; i++)
            {
                values[i] = dictionary[indices[i]];
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(rented);
        }
    }

    /// <summary>Spreads the first values over the places that have one, from the back, and puts <paramref name="missing"/> into the others.</summary>
    private protected static void Spread(Span<T> values, int count, ReadOnlySpan<int> levels, int maximum, T missing)
    {
        for (var i = values.Length - 1; i >= 0; i--)
        {
            values[i] = levels[i] == maximum ? values[--count] : missing;
        }
    }

    /// <summary>What stands in a place without a value: NaN for floating point, else zero or null.</summary>
    private protected static T Missing()
    {
        if (typeof(T) == typeof(float))
        {
            var nan = float.NaN;
            return Unsafe.As<float, T>(ref nan);
        }
        if (typeof(T) == typeof(double))
        {
            var nan = double.NaN;
            return Unsafe.As<double, T>(ref nan);
        }
        return default!;
    }

    private protected static int Count(ReadOnlySpan<int> levels, int wanted)
    {
        var count = 0;
        foreach (var level in levels)
        {
            count += level == wanted ? 1 : 0;
        }
        return count;
    }
}
