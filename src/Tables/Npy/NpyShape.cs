namespace CranePipeline.Tables;

/// <summary>The form of the array in an .npy file.</summary>
/// <param name="Rows">How many rows it has.</param>
/// <param name="Columns">How many values each row has; 1 where the array has one dimension.</param>
/// <param name="DataType">NumPy's name of its type, such as "&lt;f4".</param>
/// <param name="FortranOrder">Whether it is stored column after column.</param>
public sealed record NpyShape(long Rows, long Columns, string DataType, bool FortranOrder)
{
    /// <summary>Dimensions of the array, 1 or 2.</summary>
    public int Dimensions { get; init; } = 2;
}
