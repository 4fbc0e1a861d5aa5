namespace CranePipeline.Tables;

/// <summary>A table for other people's programs: columns by name, filled as they are written.</summary>
/// <param name="RowCount">Number of rows.</param>
/// <param name="Columns">The columns.</param>
public sealed record ExportTable(int RowCount, IReadOnlyList<ExportColumn> Columns)
{
    /// <summary>Whether a column is of vectors, whose rows are large.</summary>
    internal bool HasVectors => Columns.Any(column => column is VectorColumn);
}

/// <summary>A column of an <see cref="ExportTable"/>.</summary>
/// <param name="Name">Its name.</param>
public abstract record ExportColumn(string Name);

/// <summary>Text.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Of">The text of a row, or null.</param>
/// <param name="IsOptional">Whether a row may be without one.</param>
public sealed record TextColumn(string Name, Func<int, string?> Of, bool IsOptional = false) : ExportColumn(Name);

/// <summary>Numbers or truth values that rows may be without.</summary>
/// <typeparam name="T"><see cref="int"/>, <see cref="long"/>, <see cref="float"/> or <see cref="bool"/>.</typeparam>
/// <param name="Name">The column's name.</param>
/// <param name="Values">A value a row.</param>
public sealed record ValueColumn<T>(string Name, OptionalColumn<T> Values) : ExportColumn(Name)
    where T : struct
{
    /// <summary>A column that has a value in every row.</summary>
    public ValueColumn(string name, T[] values)
        : this(name, new OptionalColumn<T>(values, null)) { }
}

/// <summary>Vectors of one width.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Values"><c>[rows × Width]</c>, row after row.</param>
/// <param name="Width">Values of each vector.</param>
public sealed record VectorColumn(string Name, float[] Values, int Width) : ExportColumn(Name);
