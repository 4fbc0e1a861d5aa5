using System.ComponentModel.DataAnnotations;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>Settings of LPIC (Liu et al., 2025), as far as it is public.</summary>
public sealed record LpicOptions : MultimodalOptions
{
    /// <summary>Width d of the embeddings and prompts.</summary>
    [Range(1, 4096)]
    public int EmbeddingSize { get; init; } = 64;

    /// <summary>Layers over the user-item graph, for the IDs and for every modality.</summary>
    [Range(1, 16)]
    public int PropagationLayers { get; init; } = 2;

    /// <summary>What the modalities' embeddings count for beside the IDs' in the final ones.</summary>
    [Range(0.0, 100.0)]
    public double FusionWeight { get; init; } = 1;

    /// <summary>Weight of the contrast of every modality, and of their fusion, with the IDs.</summary>
    [Range(0.0, 100.0)]
    public double GuidanceWeight { get; init; } = 0.05;

    /// <summary>Weight of the contrast of every modality with the fusion.</summary>
    [Range(0.0, 100.0)]
    public double AlignmentWeight { get; init; } = 0.05;

    /// <summary>τ of both contrasts.</summary>
    [Range(0.01, 10.0)]
    public double ContrastiveTemperature { get; init; } = 0.2;

    /// <summary>λ: weight of the batch's squared ID embeddings and prompts.</summary>
    [Range(0.0, 1000.0)]
    public double RegularizationWeight { get; init; } = 1e-4;

    internal override void PlanMemory(MemoryPlan plan)
    {
        int views = 1 + plan.Widths.Count;
        plan.AddEmbeddings(EmbeddingSize, 3 * PropagationLayers * views, graphs: 1);
        plan.Add("prompts", 4 * plan.Users * EmbeddingSize * plan.Widths.Count);
        plan.Add("similarities of a batch", 4L * plan.BatchSize * plan.BatchSize);
    }
}

/// <summary>
/// After LPIC: Liu, Song, Xiao, Wang and Gao, "LPIC: Learnable Prompts and ID-guided Contrastive Learning for Multimodal Recommendation",
/// ACM TOMM, 2025, doi 10.1145/3735561. Only its abstract was at hand, so this is a reading of it and not the authors' model.
/// </summary>
/// <remarks>
/// From the abstract: a trained prompt for each user and modality, joined with the items' features to the user's interest in that
/// modality; a contrast guided by the IDs over every modality and their fusion; an alignment of the modalities with the fusion.
/// Chosen here: prompts and projected features go through LightGCN's layers, the fusion is their mean, and it is added to the IDs'
/// embeddings.
/// </remarks>
public sealed class Lpic : Recommender
{
    private readonly LpicOptions options;
    private readonly Tensor users;
    private readonly Tensor items;
    private readonly Tensor[] features;
    private readonly Linear[] projections;
    private readonly Tensor[] prompts;
    private readonly SparseTensor adjacency;

    internal Lpic(LpicOptions options, ModelContext context)
        : base(context)
    {
        this.options = options;
        int d = options.EmbeddingSize;
        users = Parameters.AddXavier("users", Graph.UserCount, d, Seed);
        items = Parameters.AddXavier("items", Graph.ItemCount, d, Seed);
        features = UnitFeatures.Of(context, options.DerivedFeatureWidth);
        projections = [.. features.Select((x, m) => Linear.Add(Parameters, $"projection {m}", x.Columns, d, Seed))];
        prompts = [.. features.Select((_, m) => Parameters.AddXavier($"prompts {m}", Graph.UserCount, d, Seed))];
        adjacency = Engine.Sparse(Graph.Symmetric());
    }

    /// <inheritdoc/>
    public override (Tensor Users, Tensor Items) Embed()
    {
        Views v = Forward(null);
        return (v.Users, v.Items);
    }

    /// <summary>BPR + guidance + alignment + λ ‖E, P‖², over the rows of the batch.</summary>
    public override Losses Loss(Batch batch)
    {
        BatchRows rows = batch.Rows;
        Views v = Forward(rows);
        Losses losses = new Losses().Add("bpr", Objectives.Bpr(rows, v.Users, v.Items));
        PropagatedRows[] all = [.. v.Modalities, v.Fused];
        const string Remedy = "lower train.guidanceWeight and train.alignmentWeight, or raise train.contrastiveTemperature";
        if (options.GuidanceWeight > 0)
        {
            losses.Add(
                "guidance",
                all.Select(view => Contrast(view, v.Ids, rows)).Aggregate(Plus) * options.GuidanceWeight,
                Remedy
            );
        }

        if (options.AlignmentWeight > 0 && v.Modalities.Length > 1)
        {
            Tensor alignment = v.Modalities.Select(view => Contrast(view, v.Fused, rows)).Aggregate(Plus);
            losses.Add("alignment", alignment * options.AlignmentWeight, Remedy);
        }

        if (options.RegularizationWeight > 0)
        {
            Tensor squares = Objectives.Squares(batch, users, items);
            squares = prompts.Aggregate(squares, (sum, prompt) => sum + prompt.Gather(batch.Users).SumSquares());
            losses.Add("regularization", squares * (options.RegularizationWeight / batch.Count));
        }

        return losses;
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        adjacency.Dispose();
        Array.ForEach(features, static x => x.Dispose());
    }

    private static Tensor Plus(Tensor a, Tensor b) => a + b;

    private Views Forward(BatchRows? rows)
    {
        PropagatedRows ids = GraphConvolution.Mean(adjacency, users, items, options.PropagationLayers, rows);
        PropagatedRows[] modalities =
        [
            .. features.Select(
                (x, m) => GraphConvolution.Mean(adjacency, prompts[m], projections[m].Of(x), options.PropagationLayers, rows)
            ),
        ];
        double share = 1.0 / modalities.Length;
        Tensor fusedUsers = modalities.Select(static v => v.Users).Aggregate(Plus) * share;
        Tensor fusedItems = modalities.Select(static v => v.Items).Aggregate(Plus) * share;
        return new Views(
            ids,
            modalities,
            new PropagatedRows(fusedUsers, fusedItems, fusedUsers, fusedItems),
            ids.Users.Add(fusedUsers, options.FusionWeight),
            ids.Items.Add(fusedItems, options.FusionWeight)
        );
    }

    private Tensor Contrast(PropagatedRows a, PropagatedRows b, BatchRows rows)
    {
        float temperature = (float)options.ContrastiveTemperature;
        IndexTensor positives = rows.DistinctPositives;
        return Engine.InfoNceLoss(a.Users, b.Users, temperature)
            + Engine.InfoNceLoss(a.Items.Gather(positives), b.Items.Gather(positives), temperature);
    }

    private sealed record Views(
        PropagatedRows Ids,
        PropagatedRows[] Modalities,
        PropagatedRows Fused,
        Tensor Users,
        Tensor Items
    );
}
