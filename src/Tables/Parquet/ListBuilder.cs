using System.Buffers;

namespace CranePipeline.Tables;

/// <summary>Gathers a column with a list of values a row.</summary>
internal sealed class ListBuilder<T> : ColumnBuilder<T>
{
    private readonly Func<T[], int[], bool[]?, Column> make;
    private readonly int[] rowStarts;
    private readonly int[] valueStarts;
    private readonly int[] valueCounts;
    private readonly int[] offsets;
    private readonly bool[]? present;
    private T[] values;

    public ListBuilder(
        SchemaLeaf leaf,
        ValueDecoder<T> decoder,
        IReadOnlyList<RowGroupMetadata> groups,
        Func<T[], int[], bool[]?, Column> make
    )
        : base(leaf, decoder)
    {
        this.make = make;
        rowStarts = new int[groups.Count + 1];
        valueStarts = new int[groups.Count + 1];
        valueCounts = new int[groups.Count];
        for (var g = 0; g < groups.Count; g++)
        {
            var chunk = groups[g].Columns[leaf.Index];
            if (chunk.ValueCount < groups[g].RowCount)
            {
                throw new CorruptDataException($"{chunk.ValueCount} entries in a row group of {groups[g].RowCount} lists");
            }
            rowStarts[g + 1] = checked(rowStarts[g] + (int)groups[g].RowCount);
            valueStarts[g + 1] = checked(valueStarts[g] + (int)chunk.ValueCount);
        }
        // Elements are at most as many as entries (empty lists have one too); Finish cuts off what is too much.
        values = GC.AllocateUninitializedArray<T>(valueStarts[^1]);
        offsets = new int[rowStarts[^1] + 1];
        present = leaf.Field.IsOptional ? new bool[rowStarts[^1]] : null;
    }

    public override Column Finish()
    {
        var filled = 0;
        for (var g = 0; g < valueCounts.Length; g++)
        {
            if (filled != valueStarts[g])
            {
                Array.Copy(values, valueStarts[g], values, filled, valueCounts[g]);
            }
            filled += valueCounts[g];
        }
        if (filled != values.Length)
        {
            Array.Resize(ref values, filled);
        }
        for (var i = 1; i < offsets.Length; i++)
        {
            offsets[i] += offsets[i - 1];
        }
        var flags = present is not null && Array.IndexOf(present, false) >= 0 ? present : null;
        return make(values, offsets, flags);
    }

    private protected override void EndChunk(in ChunkState state)
    {
        valueCounts[state.Slot] = state.Filled;
        var rows = rowStarts[state.Slot + 1] - rowStarts[state.Slot];
        if (state.Rows != rows)
        {
            throw new CorruptDataException($"{state.Rows} lists in a row group of {rows} rows");
        }
    }

    private protected override void ReadPage(in Page page, T[]? dictionary, ref ChunkState state)
    {
        if (page.ValueCount == 0)
        {
            return;
        }
        var target = values.AsSpan(valueStarts[state.Slot] + state.Filled, page.ValueCount);
        var repetitions = new RunLengthDecoder(page.Repetition, 1);
        var definitions = new RunLengthDecoder(page.Definition, BitPacking.Width((uint)Leaf.MaximumDefinition));
        if (definitions.IsConstant(page.ValueCount, out var constant) && constant == Leaf.MaximumDefinition)
        {
            Lengths(ref repetitions, page.ValueCount, ref state);
            DecodeValues(page, dictionary, target);
            state.Filled += page.ValueCount;
            return;
        }
        var rented = ArrayPool<int>.Shared.Rent(page.ValueCount * 2);
        try
        {
            var levels = rented.AsSpan(0, page.ValueCount);
            var repeats = rented.AsSpan(page.ValueCount, page.ValueCount);
            definitions.Decode(levels, Leaf.MaximumDefinition);
            repetitions.Decode(repeats, 1);
            var elements = Walk(levels, repeats, ref state);
            var count = Count(levels, Leaf.MaximumDefinition);
            DecodeValues(page, dictionary, target[..count]);
            if (count < elements)
            {
                if (Missing() is not (null or float or double))
                {
                    throw new CorruptDataException(
                        "a list with a missing number",
                        "fill such elements in, or leave the column out"
                    );
                }
                // Entries of empty and missing lists are no elements; what is left is a level for each element.
                var kept = 0;
                foreach (var level in levels)
                {
                    if (level >= Leaf.ListDefinition)
                    {
                        levels[kept++] = level;
                    }
                }
                Spread(target[..elements], count, levels[..elements], Leaf.MaximumDefinition, Missing());
            }
            state.Filled += elements;
        }
        finally
        {
            ArrayPool<int>.Shared.Return(rented);
        }
    }

    /// <summary>Counts the lengths of lists that all have elements, whole runs of levels at a time.</summary>
    private void Lengths(ref RunLengthDecoder repetitions, int entries, ref ChunkState state)
    {
        Span<int> unpacked = stackalloc int[1024];
        while (entries > 0)
        {
            var taken = repetitions.Next(entries, out var value, out var packed);
            if (packed.IsEmpty && value == 1)
            {
                Extend(taken, ref state);
            }
            else if (packed.IsEmpty)
            {
                for (var i = 0; i < taken; i++)
                {
                    Begin(true, ref state);
                    Extend(1, ref state);
                }
            }
            else
            {
                for (var done = 0; done < taken; done += unpacked.Length)
                {
                    var part = unpacked[..Math.Min(unpacked.Length, taken - done)];
                    BitPacking.Unpack(packed[(done / 8)..], 1, part);
                    foreach (var repeat in part)
                    {
                        if (repeat == 0)
                        {
                            Begin(true, ref state);
                        }
                        Extend(1, ref state);
                    }
                }
            }
            entries -= taken;
        }
    }

    private int Walk(ReadOnlySpan<int> levels, ReadOnlySpan<int> repeats, ref ChunkState state)
    {
        var elements = 0;
        for (var i = 0; i < levels.Length; i++)
        {
            if (repeats[i] == 0)
            {
                Begin(levels[i] >= Leaf.ListDefinition - 1, ref state);
            }
            if (levels[i] >= Leaf.ListDefinition)
            {
                Extend(1, ref state);
                elements++;
            }
        }
        return elements;
    }

    private void Begin(bool isPresent, ref ChunkState state)
    {
        var row = rowStarts[state.Slot] + state.Rows;
        if (row >= rowStarts[state.Slot + 1])
        {
            throw new CorruptDataException("more lists than rows");
        }
        if (present is not null)
        {
            present[row] = isPresent;
        }
        state.Rows++;
    }

    private void Extend(int elements, ref ChunkState state)
    {
        if (state.Rows == 0)
        {
            throw new CorruptDataException("a column chunk that begins inside a list");
        }
        offsets[rowStarts[state.Slot] + state.Rows] += elements;
    }
}
