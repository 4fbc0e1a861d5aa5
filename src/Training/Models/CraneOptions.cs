using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using CranePipeline.Tables;

namespace CranePipeline.Training;

/// <summary>
/// Settings of CRANE (Dai et al., 2026, arXiv 2601.11151) with its variants. Section and equation numbers are the paper's.
/// </summary>
public sealed record CraneOptions : MultimodalOptions, IEnsembleOptions
{
    /// <summary>Width d of the embeddings, of each member.</summary>
    [Range(1, 4096)]
    public int EmbeddingSize { get; init; } = 64;

    /// <inheritdoc/>
    [Range(1, 64)]
    [DefaultValue(1)]
    public int Members { get; init; } = 1;

    /// <summary>L_ui: layers over the user-item graph (eq. 3).</summary>
    [Range(0, 16)]
    public int PropagationLayers { get; init; } = 2;

    /// <summary>W of eq. 3.</summary>
    public PropagationWeights PropagationWeights { get; init; } = PropagationWeights.None;

    /// <summary>
    /// ρ: share of the interactions left out of the user-item graph for an epoch, those between busy nodes first (eq. 2).
    /// </summary>
    [Range(0.0, 0.99)]
    public double EdgeDropout { get; init; }

    /// <summary>The semantic view's graph; <c>off</c> leaves the collaborative view alone.</summary>
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

    /// <summary>
    /// Weight of a modality's block in the item representation, by name; 1 where absent. Its square is the modality's weight in a
    /// mean of cosines.
    /// </summary>
    public IReadOnlyDictionary<string, double>? ModalityWeights { get; init; }

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

    /// <summary>
    /// Factor on the step size for everything behind the item graph (projections, attention, neighbour weights); 0 freezes it.
    /// </summary>
    [Range(0.0, 1000.0)]
    public double ContentLearningRateScale { get; init; } = 1;

    /// <summary>
    /// Features' projections, profiles, attention and neighbour weights are computed and trained in every so many-th step of an epoch, and
    /// the weights of the last such step used in between; 1 has them follow every step.
    /// </summary>
    [Range(1, 1_000_000)]
    public int ContentEvery { get; init; } = 1;

    /// <summary>Width at which constant features are held; sums are float32 either way.</summary>
    public FeaturePrecision FeaturePrecision { get; init; } = FeaturePrecision.Float32;

    /// <inheritdoc/>
    public override void Validate()
    {
        if (FeaturePrecision == FeaturePrecision.Float16 && TrainFeatures)
        {
            throw new InputException(
                "train.featurePrecision float16 holds features as constants, but "
                    + "train.trainFeatures is true: set it to false, or featurePrecision to float32"
            );
        }

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

        if (Members > 1 && PropagationWeights != PropagationWeights.None)
        {
            throw new InputException(
                "train.members would not be apart under train.propagationWeights: set one of them to none or 1."
            );
        }

        if (Members > 1 && ItemGraph != ItemGraph.Off && ContrastiveWeight > 0)
        {
            throw new InputException(
                "train.members would not be apart under train.contrastiveWeight, which compares all of them at once: "
                    + "set members to 1 or contrastiveWeight to 0."
            );
        }

        if (Members > 1 && ItemGraph != ItemGraph.Off && FusionNorm == FusionNorm.L2)
        {
            throw new InputException(
                "train.members would not be apart under train.fusionNorm l2, which scales all of them at once: "
                    + "set members to 1 or fusionNorm to none."
            );
        }

        base.Validate();
    }

    internal StepScale ContentScale => new("contentLearningRateScale", ContentLearningRateScale);

    internal override IReadOnlyDictionary<string, double>? WeightsByModality => ModalityWeights;

    /// <inheritdoc/>
    public override ModelNeeds Needs =>
        ItemGraph == ItemGraph.Off ? ModelNeeds.Interactions
        : CandidateSearch == CandidateSearch.Exact ? ModelNeeds.Features
        : ModelNeeds.Candidates;

    internal override void PlanMemory(MemoryPlan plan) => CraneMemory.Plan(this, plan);
}
