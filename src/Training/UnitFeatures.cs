using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>Features at unit length, as constants that only products take: made once and not in every step.</summary>
internal static class UnitFeatures
{
    // Normalised at a time, so that the engine need not hold the features as they were too.
    private const int BlockValues = 1 << 18;

    /// <summary>Those of the context's modalities, derived where one brings none.</summary>
    public static Tensor[] Of(ModelContext context, int derivedWidth) =>
        [.. DerivedFeatures.Complete(context, derivedWidth).Select(m => Of(context.Engine, m.Features!))];

    private static Tensor Of(IEngine engine, Matrix features)
    {
        var unit = new Matrix(features.Rows, features.Columns);
        int block = Math.Max(1, BlockValues / features.Columns);
        for (int first = 0; first < features.Rows; first += block)
        {
            int start = first;
            using IDisposable step = engine.BeginStep(gradients: false);
            Tensor rows = engine.Constant(
                Math.Min(block, features.Rows - first),
                features.Columns,
                (row, values) => features.Row(start + row).CopyTo(values)
            );
            engine.Read(rows.Normalize()).Values.CopyTo(unit.Values.AsSpan(first * features.Columns));
        }

        return engine.ProductConstant(unit);
    }
}
