using System.ComponentModel.DataAnnotations;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>The self-supervised task of SLMRec.</summary>
public enum SlmrecTask
{
    /// <summary>FD: two views whose propagated embeddings lose elements at random.</summary>
    FeatureDropout,

    /// <summary>FM: two views of which each has the items' embeddings of another modality, or of the IDs, masked.</summary>
    FeatureMasking,

    /// <summary>FAC: ID embeddings are matched with one modality after another, in spaces from fine to coarse.</summary>
    FineAndCoarse,
}

/// <summary>Settings of SLMRec (Tao et al., 2023).</summary>
public sealed record SlmrecOptions : MultimodalOptions
{
    /// <summary>Width d of the embeddings.</summary>
    [Range(2, 4096)]
    public int EmbeddingSize { get; init; } = 64;

    /// <summary>Layers over the user-item graph, for the IDs and for every modality.</summary>
    [Range(1, 16)]
    public int PropagationLayers { get; init; } = 2;

    /// <summary>τ of the main loss over a batch's items.</summary>
    [Range(0.01, 10.0)]
    public double Temperature { get; init; } = 0.2;

    /// <summary>The self-supervised task.</summary>
    public SlmrecTask Task { get; init; } = SlmrecTask.FineAndCoarse;

    /// <summary>α: what the task's loss counts for.</summary>
    [Range(0.0, 100.0)]
    public double TaskWeight { get; init; } = 0.05;

    /// <summary>τ of the task's loss.</summary>
    [Range(0.01, 10.0)]
    public double TaskTemperature { get; init; } = 0.5;

    /// <summary>Share of the elements lost with <c>task: featureDropout</c>.</summary>
    [Range(0.0, 0.99)]
    public double FeatureDropout { get; init; } = 0.1;

    /// <summary>λ: weight of the batch's squared ID embeddings.</summary>
    [Range(0.0, 1000.0)]
    public double RegularizationWeight { get; init; } = 1e-4;

    /// <summary>A batch's items stand against each other.</summary>
    internal override bool UsesNegatives => false;

    internal override void PlanMemory(MemoryPlan plan)
    {
        int views = 1 + plan.Widths.Count;
        plan.AddEmbeddings(EmbeddingSize, 3 * PropagationLayers * views, graphs: 1);
        plan.Add("views side by side", 4 * plan.Entities * EmbeddingSize * views);
        plan.Add("similarities of a batch", 4L * plan.BatchSize * plan.BatchSize);
    }
}

/// <summary>
/// SLMRec: Tao, Liu, Xia, Wang, Yang, Huang and Chua, "Self-Supervised Learning for Multimedia Recommendation", IEEE Transactions on
/// Multimedia 25, 2023. Published by others, recall@20 / NDCG@20: Baby 0.0775 / 0.0353, Sports 0.0990 / 0.0450 (MMRec's evaluation page).
/// </summary>
/// <remarks>
/// Checked against the authors' program, the paper's text not being public, so that nothing here has its numbers. From there: features at
/// unit length, views side by side and one linear layer for users, one for items; the main loss is a softmax over the batch's items; FAC
/// ends in half the width. Its matching is by inner product there, here by cosine. There Adam decays all parameters by 1e-4; here the
/// squares of the batch's ID embeddings are in the loss, drawn negatives among them, which are of no other use.
/// </remarks>
public sealed class Slmrec : Recommender
{
    private readonly SlmrecOptions options;
    private readonly Tensor users;
    private readonly Tensor items;
    private readonly Tensor[] features;
    private readonly Linear[] projections;
    private readonly Linear userFusion;
    private readonly Linear itemFusion;
    private readonly Linear[] matchedIds = [];
    private readonly Linear[] matchedFeatures = [];
    private readonly SparseTensor adjacency;

    internal Slmrec(SlmrecOptions options, ModelContext context)
        : base(context)
    {
        this.options = options;
        int d = options.EmbeddingSize;
        users = Parameters.AddXavier("users", Graph.UserCount, d, Seed);
        items = Parameters.AddXavier("items", Graph.ItemCount, d, Seed);
        features = UnitFeatures.Of(context, options.DerivedFeatureWidth);
        projections = [.. features.Select((x, m) => Linear.Add(Parameters, $"projection {m}", x.Columns, d, Seed))];
        userFusion = Linear.Add(Parameters, "user fusion", (1 + features.Length) * d, d, Seed);
        itemFusion = Linear.Add(Parameters, "item fusion", (1 + features.Length) * d, d, Seed);
        if (options.Task == SlmrecTask.FineAndCoarse && options.TaskWeight > 0)
        {
            int Width(int m) => m == features.Length - 1 ? d / 2 : d;
            matchedIds = [.. features.Select((_, m) => Linear.Add(Parameters, $"matched ids {m}", d, Width(m), Seed))];
            matchedFeatures = [.. features.Select((_, m) => Linear.Add(Parameters, $"matched features {m}", d, Width(m), Seed))];
        }

        adjacency = Engine.Sparse(Graph.Symmetric());
    }

    /// <inheritdoc/>
    public override (Tensor Users, Tensor Items) Embed() => Fuse([.. Inputs().Select(x => Propagate(x, null))]);

    /// <summary>L = L_main + α L_task + λ ‖E‖².</summary>
    public override Losses Loss(Batch batch)
    {
        BatchRows rows = batch.Rows;
        Tensor[] inputs = Inputs();
        PropagatedRows[] views = [.. inputs.Select(x => Propagate(x, rows))];
        (Tensor u, Tensor i) = Fuse(views);
        Tensor main = Engine.InfoNceLoss(u.Gather(rows.Users), i.Gather(rows.Positives), (float)options.Temperature);
        Losses losses = new Losses().Add("softmax", main);
        if (options.TaskWeight > 0)
        {
            Tensor task = options.Task switch
            {
                SlmrecTask.FeatureDropout => Contrast(rows, Dropped(inputs, batch, 0), Dropped(inputs, batch, 1)),
                SlmrecTask.FeatureMasking => Masked(inputs, views, batch),
                _ => Matched(views, rows),
            };
            losses.Add("self-supervised", task * options.TaskWeight, "lower train.taskWeight or raise train.taskTemperature");
        }

        return options.RegularizationWeight == 0
            ? losses
            : losses.Add(
                "regularization",
                Objectives.Squares(batch, users, items) * (options.RegularizationWeight / batch.Count)
            );
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        adjacency.Dispose();
        Array.ForEach(features, static x => x.Dispose());
    }

    // The items' side of every view at layer 0: IDs first, then each modality in the same space; the users' side is the same in all.
    private Tensor[] Inputs() => [items, .. features.Select((x, m) => projections[m].Of(x))];

    private PropagatedRows Propagate(Tensor itemInput, BatchRows? rows) =>
        GraphConvolution.Mean(adjacency, users, itemInput, options.PropagationLayers, rows);

    private (Tensor Users, Tensor Items) Fuse(PropagatedRows[] views) =>
        (
            userFusion.Of(Tensor.Cat([.. views.Select(static v => v.Users)], dim: 1)),
            itemFusion.Of(Tensor.Cat([.. views.Select(static v => v.Items)], dim: 1))
        );

    // FD: the layers lose elements, anew for either view.
    private (Tensor Users, Tensor Items) Dropped(Tensor[] inputs, Batch batch, int side)
    {
        BatchRows rows = batch.Rows;
        var views = new PropagatedRows[inputs.Length];
        for (int v = 0; v < views.Length; v++)
        {
            (Tensor u, Tensor i) = (users, inputs[v]);
            (Tensor sumUsers, Tensor sumItems) = (u.Gather(rows.DistinctUsers), i.Gather(rows.DistinctItems));
            for (int layer = 0; layer < options.PropagationLayers; layer++)
            {
                bool isLast = layer == options.PropagationLayers - 1;
                Tensor nextUsers = Drop(adjacency.Mm(i, isLast ? rows.DistinctUsers : null), batch, $"users {side} {v} {layer}");
                Tensor nextItems = Drop(
                    adjacency.T().Mm(u, isLast ? rows.DistinctItems : null),
                    batch,
                    $"items {side} {v} {layer}"
                );
                (u, i) = (nextUsers, nextItems);
                sumUsers += isLast ? u : u.Gather(rows.DistinctUsers);
                sumItems += isLast ? i : i.Gather(rows.DistinctItems);
            }

            double share = 1.0 / (options.PropagationLayers + 1);
            views[v] = new PropagatedRows(sumUsers * share, sumItems * share, sumUsers, sumItems);
        }

        return Fuse(views);
    }

    private Tensor Drop(Tensor x, Batch batch, string purpose) =>
        Engine.Dropout(x, options.FeatureDropout, batch.Stream(Seed, purpose));

    // FM: two different views are masked by chance, one in each of the two versions.
    private Tensor Masked(Tensor[] inputs, PropagatedRows[] views, Batch batch)
    {
        RandomStream stream = batch.Stream(Seed, "masked views");
        int first = stream.NextInt32(views.Length);
        int second = (first + 1 + stream.NextInt32(views.Length - 1)) % views.Length;
        (Tensor Users, Tensor Items) Without(int masked) =>
            Fuse([.. views.Select((view, v) => v == masked ? Propagate(inputs[v] * 0.0, batch.Rows) : view)]);
        return Contrast(batch.Rows, Without(first), Without(second));
    }

    private Tensor Contrast(BatchRows rows, (Tensor Users, Tensor Items) a, (Tensor Users, Tensor Items) b)
    {
        float temperature = (float)options.TaskTemperature;
        return Engine.InfoNceLoss(a.Users, b.Users, temperature)
            + Engine.InfoNceLoss(a.Items.Gather(rows.DistinctPositives), b.Items.Gather(rows.DistinctPositives), temperature);
    }

    // FAC: ID → modality 1 → modality 2 …, what was matched so far against the next.
    private Tensor Matched(PropagatedRows[] views, BatchRows rows)
    {
        Tensor matched = views[0].Items.Gather(rows.DistinctPositives);
        Tensor? loss = null;
        for (int m = 0; m < matchedIds.Length; m++)
        {
            matched = matchedIds[m].Of(matched);
            Tensor feature = matchedFeatures[m].Of(views[m + 1].Items.Gather(rows.DistinctPositives));
            Tensor part = Engine.InfoNceLoss(matched, feature, (float)options.TaskTemperature);
            loss = loss is null ? part : loss + part;
        }

        return loss!;
    }
}
