namespace CranePipeline.Tables;

/// <summary>A matrix read from an .npy file.</summary>
/// <param name="Rows">How many rows it has.</param>
/// <param name="Columns">How many values each row has; 1 where the file's array has one dimension.</param>
/// <param name="Values">Rows times columns values, row after row.</param>
public sealed record NpyMatrix(int Rows, int Columns, float[] Values)
{
    /// <summary>One row.</summary>
    public ReadOnlySpan<float> Row(int row) => Values.AsSpan(row * Columns, Columns);
}
