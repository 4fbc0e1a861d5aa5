using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>The W of eq. 3; initially the identity.</summary>
public enum PropagationWeights
{
    /// <summary>No weights.</summary>
    None,

    /// <summary>One matrix for every layer.</summary>
    Shared,

    /// <summary>A matrix for each layer.</summary>
    PerLayer,
}

/// <summary>The item-item graph of the semantic view (CRANE, section 3.4).</summary>
public enum ItemGraph
{
    /// <summary>Weights follow the entities' representation, with gradient, and neighbours are re-chosen as training goes on.</summary>
    Learned,

    /// <summary>Neighbours and weights are the cosines of the raw features and stay.</summary>
    Frozen,

    /// <summary>No semantic view: what is left is LightGCN (He et al., SIGIR 2020).</summary>
    Off,
}

/// <summary>What a neighbour counts for in a learned item graph.</summary>
public enum NeighbourWeights
{
    /// <summary>Its cosine (eq. 14), clipped at 0 and divided by the row's sum.</summary>
    Similarity,

    /// <summary>All neighbours alike.</summary>
    Uniform,

    /// <summary>A trainable number for every item and neighbour, from equal ones.</summary>
    Learned,
}

/// <summary>Where the neighbours of the first epochs come from.</summary>
public enum InitialNeighbours
{
    /// <summary>The item representation before the first step.</summary>
    Model,

    /// <summary>The mean of the modalities' raw cosines.</summary>
    Features,
}

/// <summary>Among which items neighbours are chosen.</summary>
public enum CandidateSearch
{
    /// <summary>The item's precomputed candidates, all modalities' together.</summary>
    Candidates,

    /// <summary>All items, in blocks.</summary>
    Exact,
}

/// <summary>How the modalities become one representation of an item (CRANE, section 4.6).</summary>
public enum Fusion
{
    /// <summary>Recursive cross-modal attention, then side by side.</summary>
    Attention,

    /// <summary>The projected features side by side, without attention.</summary>
    Concat,

    /// <summary>The sum of the projected features.</summary>
    Sum,

    /// <summary>The mean of the modalities' similarity matrices.</summary>
    GraphAverage,
}

/// <summary>How entities are correlated in a round of RCA (CRANE, section 3.3, eq. 9-10).</summary>
public enum Correlation
{
    /// <summary>P Xᵀ / N without a non-linearity, evaluated in another order: O(N d²) time, O(N d) memory.</summary>
    Linear,

    /// <summary>tanh of the cosines between feature columns, <c>[d × d]</c>, as in recursive joint cross-attention.</summary>
    Feature,

    /// <summary>The N × N matrix itself with <see cref="CraneOptions.Activation"/>, in blocks and never stored; quadratic time.</summary>
    Entity,
}

/// <summary>What turns entity-by-entity similarities into weights.</summary>
public enum EntityActivation
{
    /// <summary>Softmax of each row.</summary>
    Softmax,

    /// <summary>Hyperbolic tangent, divided by the number of entities.</summary>
    Tanh,
}

/// <summary>How a user's profile follows from the items the user chose (eq. 5; section 4.8).</summary>
public enum UserAggregation
{
    /// <summary>Sum of the items' projected features.</summary>
    Sum,

    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>Their maximum, column by column.</summary>
    Max,

    /// <summary>Their mean under softmax weights from a trained score of each item.</summary>
    Attention,
}

/// <summary>Initial projection of raw features to the embedding size.</summary>
public enum ProjectionInit
{
    /// <summary>Xavier-uniform (Glorot and Bengio, 2010).</summary>
    Xavier,

    /// <summary>The leading principal directions, which keep the raw features' inner products.</summary>
    Pca,
}

/// <summary>Initial matrix W_h that adds the refinement to the features.</summary>
public enum ResidualInit
{
    /// <summary>Xavier-uniform.</summary>
    Xavier,

    /// <summary>Zero, so that training starts from the unrefined features.</summary>
    Zero,
}

/// <summary>How item representations are aggregated to users in the semantic view (eq. 16).</summary>
public enum SemanticUserNorm
{
    /// <summary>The mean over the user's items.</summary>
    Mean,

    /// <summary>Weights 1/√(|N_u||N_i|), as in the collaborative view.</summary>
    Symmetric,
}

/// <summary>What happens to H before it is added to C (eq. 17).</summary>
public enum FusionNorm
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Each row is divided by its Euclidean norm.</summary>
    L2,
}

/// <summary>How the two views are joined (CRANE, section 4.5).</summary>
public enum DualFusion
{
    /// <summary>Embeddings are added and trained as one model (eq. 17).</summary>
    Joint,

    /// <summary>Two branches with embeddings of their own, trained apart, their scores added.</summary>
    Late,
}

/// <summary>Width of constant features in memory.</summary>
public enum FeaturePrecision
{
    /// <summary>32 bits.</summary>
    Float32,

    /// <summary>16 bits, IEEE 754 binary16: half the memory, about three decimal digits; device cpu alone.</summary>
    Float16,
}

internal static class CraneChoices
{
    /// <summary>The engine's name of the same activation.</summary>
    public static AttentionActivation ForEngine(this EntityActivation activation) =>
        activation == EntityActivation.Softmax ? AttentionActivation.Softmax : AttentionActivation.Tanh;
}
