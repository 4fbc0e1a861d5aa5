namespace CranePipeline.Training;

/// <summary>How entities are correlated in a round of RCA (CRANE, section 3.3, eq. 9-10).</summary>
public enum Correlation
{
    /// <summary>P Xᵀ / N without a non-linearity, evaluated in another order: O(N d²) time, O(N d) memory.</summary>
    Linear,

    /// <summary>tanh of the cosines between feature columns, <c>[d × d]</c>, as in recursive joint cross-attention.</summary>
    Feature,

    /// <summary>The N × N matrix itself with <see cref="TrainOptions.Activation"/>, in blocks and never stored; quadratic time.</summary>
    Entity,
}
