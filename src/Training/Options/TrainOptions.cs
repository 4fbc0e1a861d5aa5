using System.ComponentModel.DataAnnotations;
using CranePipeline.Tables;

namespace CranePipeline.Training;

/// <summary>
/// Settings of the <c>train</c> stage: CRANE (Dai et al., 2026, arXiv 2601.11151) with its variants. Section and equation numbers are
/// the paper's. LightGCN is <see cref="ItemGraph"/> off.
/// </summary>
public sealed record TrainOptions
{
    /// <summary>Width d of the embeddings.</summary>
    [Range(1, 4096)]
    public int EmbeddingSize { get; init; } = 64;

    /// <summary>L_ui: layers over the user-item graph (eq. 3).</summary>
    [Range(0, 16)]
    public int PropagationLayers { get; init; } = 2;

    /// <summary>W of eq. 3.</summary>
    public PropagationWeights PropagationWeights { get; init; } = PropagationWeights.None;

    /// <summary>ρ: share of the interactions left out of the user-item graph for an epoch, those between busy nodes first (eq. 2).</summary>
    [Range(0.0, 0.99)]
    public double EdgeDropout { get; init; }

    /// <summary>The semantic view's graph; <c>off</c> is LightGCN.</summary>
    public ItemGraph ItemGraph { get; init; } = ItemGraph.Learned;

    /// <summary>L_ii: layers over the item-item graph (eq. 15).</summary>
    [Range(0, 16)]
    public int ItemGraphLayers { get; init; } = 1;

    /// <summary>K: neighbours of an item (section 3.4).</summary>
    [Range(1, 1000)]
    public int Neighbours { get; init; } = 10;

    /// <summary>What a neighbour counts for.</summary>
    public NeighbourWeights NeighbourWeights { get; init; } = NeighbourWeights.Similarity;

    /// <summary>Neighbours are re-chosen every so many epochs; 0 keeps the first ones.</summary>
    [Range(0, 100000)]
    public int RebuildEvery { get; init; } = 1;

    /// <summary>Where the first neighbours come from.</summary>
    public InitialNeighbours InitialNeighbours { get; init; } = InitialNeighbours.Model;

    /// <summary>Among which items neighbours are chosen.</summary>
    public CandidateSearch CandidateSearch { get; init; } = CandidateSearch.Candidates;

    /// <summary>Names of the modalities to use, or null for all.</summary>
    public IReadOnlyList<string>? Modalities { get; init; }

    /// <summary>
    /// Weight of a modality's block in the item representation, by name; 1 where absent. Its square is the modality's weight in a
    /// mean of cosines.
    /// </summary>
    public IReadOnlyDictionary<string, double>? ModalityWeights { get; init; }

    /// <summary>Width of the features derived from imported neighbour lists, for modalities that bring no features.</summary>
    [Range(1, 4096)]
    public int DerivedFeatureWidth { get; init; } = 64;

    /// <summary>How the modalities become one representation.</summary>
    public Fusion Fusion { get; init; } = Fusion.Attention;

    /// <summary>R: rounds of recursive cross-modal attention (section 3.3).</summary>
    [Range(1, 16)]
    public int Rounds { get; init; } = 3;

    /// <summary>One set of attention weights for all rounds.</summary>
    public bool ShareRounds { get; init; }

    /// <summary>How entities are correlated.</summary>
    public Correlation Correlation { get; init; } = Correlation.Linear;

    /// <summary>Weights of <c>correlation: entity</c>.</summary>
    public EntityActivation Activation { get; init; } = EntityActivation.Softmax;

    /// <summary>How a user's profile follows from the items.</summary>
    public UserAggregation UserAggregation { get; init; } = UserAggregation.Sum;

    /// <summary>Initial projection of raw features.</summary>
    public ProjectionInit ProjectionInit { get; init; } = ProjectionInit.Xavier;

    /// <summary>Initial W_h of a round.</summary>
    public ResidualInit ResidualInit { get; init; } = ResidualInit.Xavier;

    /// <summary>Whether the raw features are trained too.</summary>
    public bool TrainFeatures { get; init; }

    /// <summary>Aggregation of the semantic view to users.</summary>
    public SemanticUserNorm SemanticUserNorm { get; init; } = SemanticUserNorm.Mean;

    /// <summary>α of eq. 17.</summary>
    [Range(0.0, 1000.0)]
    public double FusionWeight { get; init; } = 1;

    /// <summary>What happens to H before eq. 17.</summary>
    public FusionNorm FusionNorm { get; init; } = FusionNorm.None;

    /// <summary>How the two views are joined.</summary>
    public DualFusion DualFusion { get; init; } = DualFusion.Joint;

    /// <summary>λ_c: weight of the contrastive loss between the views (eq. 19-20).</summary>
    [Range(0.0, 1000.0)]
    public double ContrastiveWeight { get; init; }

    /// <summary>τ of eq. 19.</summary>
    [Range(0.001, 100.0)]
    public double ContrastiveTemperature { get; init; } = 0.5;

    /// <summary>Epochs over which λ_c grows linearly from 0; 0 starts with all of it.</summary>
    [Range(0, 100000)]
    public int ContrastiveWarmup { get; init; }

    /// <summary>λ_r: weight of the squared ID embeddings of the batch (eq. 20).</summary>
    [Range(0.0, 1000.0)]
    public double RegularizationWeight { get; init; } = 1e-3;

    /// <summary>Adam's step size.</summary>
    [Range(1e-9, 10.0)]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Factor on the step size for everything behind the item graph (projections, attention, neighbour weights); 0 freezes it.</summary>
    [Range(0.0, 1000.0)]
    public double ContentLearningRateScale { get; init; } = 1;

    /// <summary>Interactions in a batch.</summary>
    [Range(1, 10_000_000)]
    public int BatchSize { get; init; } = 1024;

    /// <summary>How a batch's interactions are drawn.</summary>
    public BatchSampling BatchSampling { get; init; }

    /// <summary>Most epochs.</summary>
    [Range(1, 1_000_000)]
    public int Epochs { get; init; } = 250;

    /// <summary>Training stops after so many validations without a better recall@20.</summary>
    [Range(1, 1_000_000)]
    public int Patience { get; init; } = 5;

    /// <summary>Epochs from one validation to the next.</summary>
    [Range(1, 1_000_000)]
    public int ValidateEvery { get; init; } = 1;

    /// <summary>Checks what single ranges cannot: settings that contradict each other.</summary>
    /// <exception cref="InputException">Names the settings and what to do.</exception>
    public void Validate()
    {
        if (DualFusion == DualFusion.Late && ItemGraph == ItemGraph.Off)
        {
            throw new InputException(
                "train.dualFusion late needs a second branch, but train.itemGraph is off: set dualFusion to joint or itemGraph to learned."
            );
        }

        if (DualFusion == DualFusion.Late && ContrastiveWeight > 0)
        {
            throw new InputException("train.dualFusion late trains the two views apart, so train.contrastiveWeight must be 0.");
        }

        if (Modalities is { Count: 0 })
        {
            throw new InputException(
                "train.modalities is an empty list: name at least one modality, or leave it out to use all."
            );
        }
    }
}
