using System.ComponentModel.DataAnnotations;
using System.Globalization;
using CranePipeline.Tables;

namespace CranePipeline.Training;

/// <summary>Settings of DGVAE (Zhou and Miao, IEEE TMM 2024).</summary>
public sealed record DgvaeOptions : MultimodalOptions
{
    // e^(1.6 · prototypes / temperature), summed over items, must fit a float.
    private const double MostPrototypesToTemperature = 50;

    /// <summary>Width d of the embeddings.</summary>
    [Range(1, 4096)]
    public int EmbeddingSize { get; init; } = 64;

    /// <summary>K: prototypes, the interests that a user's vectors are told apart by.</summary>
    [Range(1, 64)]
    public int Prototypes { get; init; } = 4;

    /// <summary>τ of the cosines with prototypes and of the scores.</summary>
    [Range(0.001, 100.0)]
    public double Temperature { get; init; } = 0.1;

    /// <summary>k: an item's neighbours in the frozen graph, itself among them.</summary>
    [Range(1, 1000)]
    public int Neighbours { get; init; } = 10;

    /// <summary>Layers over the frozen graph.</summary>
    [Range(0, 16)]
    public int ItemGraphLayers { get; init; } = 2;

    /// <summary>Shares of the modalities' graphs by name, 1 where absent, divided by their sum; null for equal ones.</summary>
    public IReadOnlyDictionary<string, double>? ModalityWeights { get; init; }

    /// <summary>Share of a user's interactions and words dropped in training.</summary>
    [Range(0.0, 0.99)]
    public double Dropout { get; init; } = 0.5;

    /// <summary>Standard deviation of the noise on the latent vectors, relative to the encoder's own.</summary>
    [Range(0.0, 10.0)]
    public double NoiseDeviation { get; init; } = 0.075;

    /// <summary>Largest weight of the divergences from the prior.</summary>
    [Range(0.0, 1000.0)]
    public double DivergenceWeight { get; init; } = 0.2;

    /// <summary>Epochs in which that weight would rise to 1, were it not for its largest value.</summary>
    [Range(1, 1_000_000)]
    public int AnnealingEpochs { get; init; } = 500;

    /// <summary>Weight of the words' losses.</summary>
    [Range(0.0, 1000.0)]
    public double WordWeight { get; init; } = 0.2;

    /// <summary>Weight of the mutual information between what interactions and words tell.</summary>
    [Range(0.0, 1000.0)]
    public double MutualInformationWeight { get; init; } = 0.2;

    internal override IReadOnlyDictionary<string, double>? WeightsByModality => ModalityWeights;

    /// <summary>A batch is of users with all that they have chosen.</summary>
    internal override bool UsesNegatives => false;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (Prototypes / Temperature > MostPrototypesToTemperature)
        {
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"train.prototypes {Prototypes} over train.temperature {Temperature} is above "
                        + $"{MostPrototypesToTemperature}, where likelihoods exceed a float: use fewer prototypes or a higher temperature"
                )
            );
        }
    }

    internal override void PlanMemory(MemoryPlan plan)
    {
        long rows = plan.Items + plan.Widths.Sum(static w => (long)w);
        plan.AddParameters(3 * rows * EmbeddingSize, 2 * rows * EmbeddingSize);
        plan.AddFeatures();
        plan.Add("likelihoods of a batch", (6L * Prototypes * plan.BatchSize * rows) + (4 * plan.BatchSize * rows));
        plan.Add("encoders by prototype", 4L * Prototypes * rows * EmbeddingSize);
    }
}
