namespace CranePipeline.Tensors.Torch;

/// <summary>Shapes that do not fit are named before the library sees them.</summary>
internal static class Shapes
{
    public static void Check(bool fits, string operation, Tensor a, Tensor b)
    {
        if (!fits)
        {
            throw new ArgumentException($"{operation} cannot take {Of(a)} with {Of(b)}.");
        }
    }

    /// <summary>All of one shape.</summary>
    public static void Same(string operation, Tensor a, params ReadOnlySpan<Tensor> others)
    {
        foreach (Tensor other in others)
        {
            Check(a.Rows == other.Rows && a.Columns == other.Columns, operation, a, other);
        }
    }

    public static void Slice(string operation, Tensor a, int start, int count, int length)
    {
        if (start < 0 || count < 0 || start > length - count)
        {
            throw new ArgumentException($"{operation} cannot take {count} from {start} of {Of(a)}.");
        }
    }

    public static void Sparse(SparseTensor sparse, Tensor a, int rows)
    {
        if (a.Rows != rows)
        {
            throw new ArgumentException($"A sparse {sparse.Rows} × {sparse.Columns} matrix does not fit {Of(a)}.");
        }
    }

    /// <summary>The indices are row numbers of a.</summary>
    public static void Indices(Tensor a, TorchIndices indices, bool fits = true)
    {
        if (!fits || indices.Bound > a.Rows)
        {
            throw new ArgumentException($"{indices.Rows} × {indices.Columns} indices below {indices.Bound} do not fit {Of(a)}.");
        }
    }

    public static void Weights(Tensor weights, IndexTensor neighbours)
    {
        if (weights.Rows != neighbours.Rows || weights.Columns != neighbours.Columns)
        {
            throw new ArgumentException($"{Of(weights)} weights do not fit {neighbours.Rows} × {neighbours.Columns} neighbours.");
        }
    }

    private static string Of(Tensor value) => $"{value.Rows} × {value.Columns}";
}
