using System.Buffers;

namespace CranePipeline.Tables;

/// <summary>Gathers a column with one value a row.</summary>
internal sealed class ScalarBuilder<T> : ColumnBuilder<T>
{
    private readonly Func<T[], bool[]?, Column> make;
    private readonly T[] values;
    private readonly bool[]? present;
    private readonly int[] starts;

    public ScalarBuilder(
        SchemaLeaf leaf,
        ValueDecoder<T> decoder,
        IReadOnlyList<RowGroupMetadata> groups,
        Func<T[], bool[]?, Column> make
    )
        : base(leaf, decoder)
    {
        this.make = make;
        starts = new int[groups.Count + 1];
        for (var g = 0; g < groups.Count; g++)
        {
            var chunk = groups[g].Columns[leaf.Index];
            if (chunk.ValueCount != groups[g].RowCount)
            {
                throw new CorruptDataException($"{chunk.ValueCount} values in a row group of {groups[g].RowCount} rows");
            }
            starts[g + 1] = checked(starts[g] + (int)groups[g].RowCount);
        }
        values = new T[starts[^1]];
        present = leaf.MaximumDefinition > 0 && default(T) is not null ? new bool[starts[^1]] : null;
    }

    public override Column Finish()
    {
        // A column that may have missing values but has none is as good as one that may not.
        var flags = present is not null && Array.IndexOf(present, false) >= 0 ? present : null;
        return make(values, flags);
    }

    private protected override void ReadPage(in Page page, T[]? dictionary, ref ChunkState state)
    {
        var start = starts[state.Slot] + state.Filled;
        var target = values.AsSpan(start, page.ValueCount);
        var flags = present is null ? default : present.AsSpan(start, page.ValueCount);
        state.Filled += page.ValueCount;
        if (Leaf.MaximumDefinition == 0)
        {
            DecodeValues(page, dictionary, target);
            return;
        }
        if (target.IsEmpty)
        {
            return;
        }
        var runs = new RunLengthDecoder(page.Definition, BitPacking.Width((uint)Leaf.MaximumDefinition));
        if (runs.IsConstant(target.Length, out var constant) && constant == Leaf.MaximumDefinition)
        {
            DecodeValues(page, dictionary, target);
            flags.Fill(true);
            return;
        }
        var rented = ArrayPool<int>.Shared.Rent(target.Length);
        try
        {
            var levels = rented.AsSpan(0, target.Length);
            runs.Decode(levels, Leaf.MaximumDefinition);
            var count = Count(levels, Leaf.MaximumDefinition);
            DecodeValues(page, dictionary, target[..count]);
            Spread(target, count, levels, Leaf.MaximumDefinition, Missing());
            for (var i = 0; i < flags.Length; i++)
            {
                flags[i] = levels[i] == Leaf.MaximumDefinition;
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(rented);
        }
    }
}
