namespace CranePipeline.Tensors;

/// <summary>
/// A sparse float32 matrix in compressed-row form. Within a row the columns ascend, so that sums over a row have one order.
/// </summary>
public sealed class CsrMatrix
{
    /// <summary>Wraps the three arrays without copying.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="rowOffsets"><c>[rows + 1]</c>; row r's entries are <c>[rowOffsets[r], rowOffsets[r + 1])</c>.</param>
    /// <param name="columnIndices"><c>[entries]</c>, ascending within a row.</param>
    /// <param name="values"><c>[entries]</c>.</param>
    /// <exception cref="ArgumentException">The arrays' lengths do not fit each other.</exception>
    public CsrMatrix(int rows, int columns, int[] rowOffsets, int[] columnIndices, float[] values)
    {
        ArgumentNullException.ThrowIfNull(rowOffsets);
        ArgumentNullException.ThrowIfNull(columnIndices);
        ArgumentNullException.ThrowIfNull(values);
        if (rowOffsets.Length != rows + 1 || columnIndices.Length != values.Length || rowOffsets[^1] != values.Length)
        {
            throw new ArgumentException("Row offsets, column indices and values of a CSR matrix do not fit each other.");
        }

        (Rows, Columns, RowOffsets, ColumnIndices, Values) = (rows, columns, rowOffsets, columnIndices, values);
    }

    /// <summary>Every row with itself, as a neighbour search leaves out: ones on the diagonal.</summary>
    public static CsrMatrix Identity(int count)
    {
        var offsets = new int[count + 1];
        var columns = new int[count];
        var values = new float[count];
        for (int row = 0; row < count; row++)
        {
            (offsets[row + 1], columns[row], values[row]) = (row + 1, row, 1f);
        }

        return new CsrMatrix(count, count, offsets, columns, values);
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>Where each row's entries begin, <c>[Rows + 1]</c>.</summary>
    public int[] RowOffsets { get; }

    /// <summary>Column of each entry.</summary>
    public int[] ColumnIndices { get; }

    /// <summary>Value of each entry.</summary>
    public float[] Values { get; }

    /// <summary>Number of stored entries.</summary>
    public int EntryCount => Values.Length;

    /// <summary>Columns of one row's entries, ascending.</summary>
    public ReadOnlySpan<int> RowColumns(int row) => ColumnIndices.AsSpan(RowOffsets[row], RowOffsets[row + 1] - RowOffsets[row]);

    /// <summary>Rows start … start + count − 1 as a matrix of their own.</summary>
    public CsrMatrix RowRange(int start, int count) => SelectRows([.. Enumerable.Range(start, count)]);

    /// <summary>The named rows, in that order, as a matrix of their own.</summary>
    public CsrMatrix SelectRows(int[] rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        int[] offsets = new int[rows.Length + 1];
        for (int place = 0; place < rows.Length; place++)
        {
            offsets[place + 1] = offsets[place] + RowColumns(rows[place]).Length;
        }

        int[] columns = new int[offsets[^1]];
        float[] values = new float[columns.Length];
        for (int place = 0; place < rows.Length; place++)
        {
            int length = offsets[place + 1] - offsets[place];
            Array.Copy(ColumnIndices, RowOffsets[rows[place]], columns, offsets[place], length);
            Array.Copy(Values, RowOffsets[rows[place]], values, offsets[place], length);
        }

        return new CsrMatrix(rows.Length, Columns, offsets, columns, values);
    }

    /// <summary>
    /// Builds a matrix from (row, column, value) triples in any order; entries at the same place must not repeat.
    /// Linear time: a counting sort by column and then a stable one by row.
    /// </summary>
    public static CsrMatrix FromEntries(
        int rows,
        int columns,
        ReadOnlySpan<int> row,
        ReadOnlySpan<int> column,
        ReadOnlySpan<float> value
    )
    {
        if (row.Length != column.Length || row.Length != value.Length)
        {
            throw new ArgumentException("Rows, columns and values of the entries must be equally many.");
        }

        int[] byColumn = CountingOrder(column, columns);
        var offsets = new int[rows + 1];
        foreach (int r in row)
        {
            offsets[r + 1]++;
        }

        for (int r = 0; r < rows; r++)
        {
            offsets[r + 1] += offsets[r];
        }

        var next = offsets.AsSpan(0, rows).ToArray();
        var columnIndices = new int[row.Length];
        var values = new float[row.Length];
        foreach (int entry in byColumn)
        {
            int place = next[row[entry]]++;
            columnIndices[place] = column[entry];
            values[place] = value[entry];
        }

        return new CsrMatrix(rows, columns, offsets, columnIndices, values);
    }

    /// <summary>The transpose, in linear time.</summary>
    public CsrMatrix Transpose()
    {
        var offsets = new int[Columns + 1];
        foreach (int c in ColumnIndices)
        {
            offsets[c + 1]++;
        }

        for (int c = 0; c < Columns; c++)
        {
            offsets[c + 1] += offsets[c];
        }

        var next = offsets.AsSpan(0, Columns).ToArray();
        var columnIndices = new int[EntryCount];
        var values = new float[EntryCount];
        for (int r = 0; r < Rows; r++)
        {
            for (int entry = RowOffsets[r]; entry < RowOffsets[r + 1]; entry++)
            {
                int place = next[ColumnIndices[entry]]++;
                columnIndices[place] = r;
                values[place] = Values[entry];
            }
        }

        return new CsrMatrix(Columns, Rows, offsets, columnIndices, values);
    }

    private static int[] CountingOrder(ReadOnlySpan<int> keys, int bound)
    {
        var starts = new int[bound + 1];
        foreach (int key in keys)
        {
            starts[key + 1]++;
        }

        for (int key = 0; key < bound; key++)
        {
            starts[key + 1] += starts[key];
        }

        var order = new int[keys.Length];
        for (int entry = 0; entry < keys.Length; entry++)
        {
            order[starts[keys[entry]]++] = entry;
        }

        return order;
    }
}
