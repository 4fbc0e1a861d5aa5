namespace CranePipeline.Tensors;

/// <summary>A row-major float32 matrix in host memory, <c>[Rows × Columns]</c>.</summary>
public sealed class Matrix
{
    /// <summary>Wraps <paramref name="values"/> without copying.</summary>
    /// <exception cref="ArgumentException">The array's length is not rows × columns.</exception>
    public Matrix(int rows, int columns, float[] values)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentNullException.ThrowIfNull(values);
        if (values.LongLength != (long)rows * columns)
        {
            throw new ArgumentException(
                $"A {rows} × {columns} matrix needs {(long)rows * columns} values, not {values.LongLength}."
            );
        }

        (Rows, Columns, Values) = (rows, columns, values);
    }

    /// <summary>A zero matrix.</summary>
    public Matrix(int rows, int columns)
        : this(rows, columns, new float[checked(rows * columns)]) { }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>The values, row after row.</summary>
    public float[] Values { get; }

    /// <summary>One element.</summary>
    public float this[int row, int column]
    {
        get => Values[(row * Columns) + column];
        set => Values[(row * Columns) + column] = value;
    }

    /// <summary>One row, without copying.</summary>
    public Span<float> Row(int row) => Values.AsSpan(checked(row * Columns), Columns);
}
