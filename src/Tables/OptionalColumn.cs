namespace CranePipeline.Tables;

/// <summary>A column whose rows may be without a value.</summary>
/// <typeparam name="T">Type of a value.</typeparam>
/// <param name="Values">A value a row; the type's default where there is none.</param>
/// <param name="Present">Which rows have a value; null if all have one.</param>
public sealed record OptionalColumn<T>(T[] Values, bool[]? Present)
    where T : struct
{
    /// <summary>Number of rows.</summary>
    public int Count => Values.Length;

    /// <summary>The value of a row, null where it has none.</summary>
    public T? this[int row] => Present is null || Present[row] ? Values[row] : null;
}
