using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>M of eq. 13 for the items: projected features refined by attention, or one of the fusions it is compared with.</summary>
internal sealed class ContentEncoder : IDisposable
{
    private readonly IEngine engine;
    private readonly TrainOptions options;
    private readonly EntityFeatures features;
    private readonly AttentionRound[] rounds;
    private readonly AlgebraicAttention algebra;
    private readonly float[] modalityWeights;
    private readonly bool isLiteral;
    private readonly int userCount;
    private readonly int itemCount;

    /// <param name="parameters">Where the parameters are registered.</param>
    /// <param name="options">Settings.</param>
    /// <param name="graph">Training interactions.</param>
    /// <param name="modalities">With features, every one of them.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="isLiteral">Computes the rounds as they are written even where the algebra would do.</param>
    public ContentEncoder(
        ParameterSet parameters,
        TrainOptions options,
        InteractionGraph graph,
        IReadOnlyList<ModalityInput> modalities,
        long seed,
        bool isLiteral = false
    )
    {
        engine = parameters.Engine;
        this.options = options;
        (userCount, itemCount) = (graph.UserCount, graph.ItemCount);
        features = new EntityFeatures(parameters, options, graph, modalities, seed);
        bool isAttention = options.Fusion == Fusion.Attention;
        rounds = isAttention ? AttentionRound.Create(parameters, options, modalities.Count, seed) : [];
        this.isLiteral = isLiteral || (isAttention && options.Correlation == Correlation.Entity);
        algebra = new AlgebraicAttention(engine, modalities.Count, options.EmbeddingSize);
        modalityWeights = [.. modalities.Select(m => Weight(options, m.Name))];
    }

    /// <summary>The factor of a modality's block.</summary>
    public static float Weight(TrainOptions options, string modality) =>
        options.ModalityWeights is { } weights && weights.TryGetValue(modality, out double weight) ? (float)weight : 1f;

    /// <summary>Unit rows, so that their inner products are the similarities S (eq. 14).</summary>
    public Tensor UnitItems()
    {
        if (options.Fusion == Fusion.GraphAverage)
        {
            // The inner product of blocks of unit length side by side is the sum of the modalities' cosines.
            Tensor[] blocks = [.. features.Items().Select(engine.NormalizeRows)];
            return engine.NormalizeRows(engine.ConcatenateColumns(Weighted(blocks)));
        }

        return engine.NormalizeRows(Items());
    }

    /// <summary>M for the items, <c>[items × D]</c>, or <c>[items × d]</c> with <c>fusion: sum</c>.</summary>
    public Tensor Items()
    {
        if (isLiteral)
        {
            return Join(LiteralItems(features.Items()));
        }

        Tensor joined = features.MapsRaw
            ? features.Mapped(algebra.Transform(features.Gram([], null), rounds, options.Correlation))
            : Joined(features.Items());
        return options.Fusion == Fusion.Sum || Array.Exists(modalityWeights, static w => w != 1f) ? Join(Split(joined)) : joined;
    }

    public void Dispose()
    {
        features.Dispose();
        algebra.Dispose();
    }

    private Tensor Joined(Tensor[] items)
    {
        Tensor all = items.Length == 1 ? items[0] : engine.ConcatenateColumns(items);
        Tensor transform = algebra.Transform(features.Gram(items, all), rounds, options.Correlation);
        int width = transform.Columns;
        Tensor joined = engine.MatrixProduct(all, engine.SliceRows(transform, 0, width));
        return rounds.Length > 0 && options.Correlation == Correlation.Linear
            ? engine.AddRow(joined, engine.SliceRows(transform, width, 1))
            : joined;
    }

    private Tensor[] LiteralItems(Tensor[] items)
    {
        var entities = new Tensor[items.Length];
        for (int m = 0; m < items.Length; m++)
        {
            entities[m] = LiteralAttention.ScaleOnce(engine, engine.ConcatenateRows([features.Users(m, items[m]), items[m]]));
        }

        Tensor[] refined = LiteralAttention.Refine(engine, entities, rounds, options.Correlation, options.Activation);
        return [.. refined.Select(x => engine.SliceRows(x, userCount, itemCount))];
    }

    private Tensor[] Split(Tensor joined)
    {
        int d = options.EmbeddingSize;
        var parts = new Tensor[joined.Columns / d];
        for (int m = 0; m < parts.Length; m++)
        {
            parts[m] = engine.SliceColumns(joined, m * d, d);
        }

        return parts;
    }

    private Tensor Join(Tensor[] parts)
    {
        parts = Weighted(parts);
        if (options.Fusion != Fusion.Sum)
        {
            return parts.Length == 1 ? parts[0] : engine.ConcatenateColumns(parts);
        }

        Tensor sum = parts[0];
        for (int m = 1; m < parts.Length; m++)
        {
            sum = engine.Add(sum, parts[m]);
        }

        return sum;
    }

    private Tensor[] Weighted(Tensor[] parts)
    {
        var weighted = new Tensor[parts.Length];
        for (int m = 0; m < parts.Length; m++)
        {
            weighted[m] = modalityWeights[m] == 1f ? parts[m] : engine.Scale(parts[m], modalityWeights[m]);
        }

        return weighted;
    }
}
