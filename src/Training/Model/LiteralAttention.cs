using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>
/// Recursive cross-modal attention as it is written (CRANE, eq. 7-12), over all N entities: the only form for <c>correlation: entity</c>,
/// and what <see cref="AlgebraicAttention"/> is held to.
/// </summary>
internal static class LiteralAttention
{
    /// <summary>Each X_m divided by the root mean square of its rows' lengths.</summary>
    public static Tensor ScaleOnce(IEngine engine, Tensor entities) =>
        engine.ScaleBy(entities, engine.Power(engine.Scale(engine.SumSquares(entities), 1f / entities.Rows), -0.5f));

    /// <summary>The refined X_m, each <c>[N × d]</c>.</summary>
    public static Tensor[] Refine(
        IEngine engine,
        IReadOnlyList<Tensor> entities,
        IReadOnlyList<AttentionRound> rounds,
        Correlation correlation,
        EntityActivation activation
    )
    {
        Tensor[] current = [.. entities];
        foreach (AttentionRound round in rounds)
        {
            Tensor all = engine.ConcatenateColumns(current);
            Tensor joint = engine.AddRow(
                engine.MatrixProduct(all, engine.SliceRows(round.Joint, 0, all.Columns)),
                engine.SliceRows(round.Joint, all.Columns, 1)
            );
            for (int m = 0; m < current.Length; m++)
            {
                Tensor projected = engine.MatrixProduct(joint, round.Query[m]);
                Tensor refinement = Refinement(engine, projected, current[m], correlation, activation);
                current[m] = engine.Add(current[m], engine.MatrixProduct(refinement, round.Residual[m]));
            }
        }

        return current;
    }

    private static Tensor Refinement(
        IEngine engine,
        Tensor projected,
        Tensor entities,
        Correlation correlation,
        EntityActivation activation
    )
    {
        switch (correlation)
        {
            case Correlation.Linear:
                Tensor gram = engine.MatrixProduct(entities, entities, transposeA: true);
                return engine.MatrixProduct(projected, engine.Scale(gram, 1f / entities.Rows));
            case Correlation.Feature:
                Tensor cosines = engine.MatrixProduct(
                    engine.NormalizeColumns(entities),
                    engine.NormalizeColumns(projected),
                    transposeA: true
                );
                return engine.MatrixProduct(entities, engine.Tanh(cosines));
            default:
                return engine.EntityAttention(
                    projected,
                    entities,
                    entities,
                    activation == EntityActivation.Softmax ? AttentionActivation.Softmax : AttentionActivation.Tanh
                );
        }
    }
}
