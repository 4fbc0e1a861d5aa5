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
    private NativeBuffer marks;
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

    /// <summary>1 for a row that is named and 0 for another, <c>[Bound]</c>, once <see cref="Mark"/> has been called.</summary>
    public int* Marks => marks.Ints;

    /// <summary>Rows that are named at least once.</summary>
    public int NamedRowCount
    {
        get
        {
            BuildInverse();
            return namedRows;
        }
    }

    /// <summary>Places of the row that has most, once the inverse is there.</summary>
    public int MostPlaces { get; private set; }

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
        pool.Return(marks);
        (numbers, inverse, marks) = (default, default, default);
    }

    /// <summary>Makes <see cref="Marks"/> where they are not there yet.</summary>
    public void Mark()
    {
        if (!marks.IsEmpty)
        {
            return;
        }

        marks = pool.Rent(Bound);
        new Span<int>(marks.Ints, Bound).Clear();
        for (int place = 0; place < Count; place++)
        {
            marks.Ints[Numbers[place]] = 1;
        }
    }

    private void BuildInverse()
    {
        if (!inverse.IsEmpty)
        {
            return;
        }

        // A counting sort by row number, which keeps the places of a row in their order.
        inverse = pool.Rent((4L * Count) + 1);
        NativeBuffer starts = pool.Rent(Bound + 1L);
        var start = new Span<int>(starts.Ints, Bound + 1);
        start.Clear();
        for (int place = 0; place < Count; place++)
        {
            start[Numbers[place] + 1]++;
        }

        int row = 0;
        for (int number = 0; number < Bound; number++)
        {
            int end = start[number] + start[number + 1];
            if (start[number + 1] > 0)
            {
                (NamedRows[row], Offsets[row]) = (number, start[number]);
                MostPlaces = Math.Max(MostPlaces, start[number + 1]);
                row++;
            }

            start[number + 1] = end;
        }

        for (int place = 0; place < Count; place++)
        {
            int at = start[Numbers[place]]++;
            Places[at] = place;
            PlaceRows[at] = place / Columns;
        }

        namedRows = row;
        Offsets[namedRows] = Count;
        pool.Return(starts);
    }
}
