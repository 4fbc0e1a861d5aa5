namespace CranePipeline.Tensors.Cpu;

/// <summary>
/// Row numbers of the CPU engine. What scatters gradients back is the inverse: for every row that is named, ascending, the places that
/// name it, ascending. It fixes the order of each sum.
/// </summary>
internal sealed unsafe class CpuIndices : IndexTensor
{
    private readonly BufferPool pool;
    private NativeBuffer numbers;
    private NativeBuffer inverse;
    private int namedRows;

    internal CpuIndices(BufferPool pool, ReadOnlySpan<int> values, int columns, int bound)
    {
        this.pool = pool;
        (Rows, Columns, Bound) = (values.Length / columns, columns, bound);
        numbers = pool.Rent(values.Length);
        values.CopyTo(new Span<int>(numbers.Ints, values.Length));
    }

    public override int Rows { get; }

    public override int Columns { get; }

    public int Bound { get; }

    public int Count => Rows * Columns;

    public bool IsAlive => !numbers.IsEmpty;

    public int* Numbers => numbers.Ints;

    /// <summary>Rows that are named at least once.</summary>
    public int NamedRowCount
    {
        get
        {
            BuildInverse();
            return namedRows;
        }
    }

    /// <summary>The named rows, ascending: <c>[NamedRowCount]</c>.</summary>
    public int* NamedRows => inverse.Ints;

    /// <summary>Where each named row's places begin: <c>[NamedRowCount + 1]</c>.</summary>
    public int* Offsets => inverse.Ints + Count;

    /// <summary>The places, in 0 … Count − 1: <c>[Count]</c>.</summary>
    public int* Places => inverse.Ints + (2L * Count) + 1;

    /// <summary>The row of this index matrix that each place stands in: <c>[Count]</c>.</summary>
    public int* PlaceRows => Columns == 1 ? Places : Places + Count;

    public override void Dispose()
    {
        pool.Return(numbers);
        pool.Return(inverse);
        (numbers, inverse) = (default, default);
    }

    private void BuildInverse()
    {
        if (!inverse.IsEmpty)
        {
            return;
        }

        inverse = pool.Rent((4L * Count) + 1);
        NativeBuffer sorted = pool.Rent(2L * Count);
        var keys = new Span<ulong>((void*)sorted.Address, Count);
        for (int place = 0; place < Count; place++)
        {
            keys[place] = ((ulong)(uint)Numbers[place] << 32) | (uint)place;
        }

        keys.Sort();
        int row = -1;
        for (int i = 0; i < Count; i++)
        {
            int named = (int)(keys[i] >> 32);
            if (row < 0 || NamedRows[row] != named)
            {
                NamedRows[++row] = named;
                Offsets[row] = i;
            }

            Places[i] = (int)(uint)keys[i];
            PlaceRows[i] = Places[i] / Columns;
        }

        namedRows = row + 1;
        Offsets[namedRows] = Count;
        pool.Return(sorted);
    }
}
