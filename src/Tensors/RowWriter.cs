namespace CranePipeline.Tensors;

/// <summary>Writes one row of a matrix.</summary>
/// <param name="row">Its number.</param>
/// <param name="values">Where its values go, one a column; what is there before is not told.</param>
public delegate void RowWriter(int row, Span<float> values);
