namespace CranePipeline.Tensors.Cpu;

/// <summary>A matrix in memory with any strides, in floats: a transpose is a view too.</summary>
internal readonly unsafe struct View(float* data, int rows, int columns, nint rowStride, nint columnStride)
{
    public readonly float* Data = data;
    public readonly int Rows = rows;
    public readonly int Columns = columns;
    public readonly nint RowStride = rowStride;
    public readonly nint ColumnStride = columnStride;

    public View Transposed => new(Data, Columns, Rows, ColumnStride, RowStride);

    public View TransposedIf(bool transpose) => transpose ? Transposed : this;

    public View Part(int firstRow, int rows) => Part(firstRow, rows, 0, Columns);

    public View Part(int firstRow, int rows, int firstColumn, int columns) =>
        new(Data + (firstRow * RowStride) + (firstColumn * ColumnStride), rows, columns, RowStride, ColumnStride);
}
