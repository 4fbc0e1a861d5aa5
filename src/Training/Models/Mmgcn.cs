using System.ComponentModel.DataAnnotations;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>Settings of MMGCN (Wei et al., MM 2019).</summary>
public sealed record MmgcnOptions : MultimodalOptions
{
    /// <summary>Width d of the ID embeddings and of every layer.</summary>
    [Range(1, 4096)]
    public int EmbeddingSize { get; init; } = 64;

    /// <summary>Layers of each modality's graph.</summary>
    [Range(1, 16)]
    public int PropagationLayers { get; init; } = 2;

    /// <summary>λ: weight of the batch's squared ID embeddings and preferences.</summary>
    [Range(0.0, 1000.0)]
    public double RegularizationWeight { get; init; } = 1e-4;

    /// <summary>λ_W: weight of the squared weights of all layers, biases aside.</summary>
    [Range(0.0, 1000.0)]
    public double WeightRegularizationWeight { get; init; }

    internal override void PlanMemory(MemoryPlan plan)
    {
        int modalities = Math.Max(1, plan.Widths.Count);
        plan.AddEmbeddings(EmbeddingSize, 4 * PropagationLayers * modalities, graphs: 2);
        plan.Add("preferences", 4 * plan.Users * EmbeddingSize * modalities);
    }
}

/// <summary>
/// MMGCN: Wei, Wang, Nie, He, Hong and Chua, "MMGCN: Multi-modal Graph Convolution Network for Personalized Recommendation of Micro-video",
/// MM 2019. Published by others, recall@20 / NDCG@20: Baby 0.0615 / 0.0261, Sports 0.0605 / 0.0254 (MMRec's evaluation page).
/// </summary>
/// <remarks>
/// One graph a modality. Of the paper's variants: the mean as aggregation (eq. 2), element-wise combination (eq. 7), IDs linked in every
/// layer. Left open and taken from public programs: features are projected to width d first and stand beside the users' preferences at
/// unit length, a bias for each linear layer, a slope of 0.01 below zero. The paper's λ is of all parameters; here IDs and preferences have
/// one by the batch, as in the programs, and weights have λ_W, which is 0 there. Where its authors' program, and MMRec's after it, do
/// otherwise, this follows the paper: there IDs and preferences are not among what is trained, combination is by concatenation (eq. 6)
/// whatever is asked for, layers are three, only the first modality is projected, and the modalities' mean stands for eq. 9's sum.
/// </remarks>
public sealed class Mmgcn : Recommender
{
    private readonly MmgcnOptions options;
    private readonly Tensor idUsers;
    private readonly Tensor idItems;
    private readonly Branch[] branches;
    private readonly SparseTensor userMean;
    private readonly SparseTensor itemMean;

    internal Mmgcn(MmgcnOptions options, ModelContext context)
        : base(context)
    {
        this.options = options;
        int d = options.EmbeddingSize;
        idUsers = Parameters.AddXavier("users", Graph.UserCount, d, Seed);
        idItems = Parameters.AddXavier("items", Graph.ItemCount, d, Seed);
        IReadOnlyList<ModalityInput> modalities = DerivedFeatures.Complete(context, options.DerivedFeatureWidth);
        branches = [.. modalities.Select((modality, m) => MakeBranch(modality.Features!, m))];
        userMean = Engine.Sparse(Graph.UserMean());
        itemMean = Engine.Sparse(Graph.ItemMean());
    }

    /// <inheritdoc/>
    public override (Tensor Users, Tensor Items) Embed() => Forward(null);

    /// <summary>BPR + λ (‖u_id, i_id, j_id‖² + Σ_m ‖p_m‖²) / batch, over the rows of the batch, + λ_W ‖W‖² (eq. 11).</summary>
    public override Losses Loss(Batch batch)
    {
        BatchRows rows = batch.Rows;
        (Tensor users, Tensor items) = Forward(rows);
        Losses losses = new Losses().Add("bpr", Objectives.Bpr(rows, users, items));
        if (options.RegularizationWeight > 0)
        {
            Tensor squares = Objectives.Squares(batch, idUsers, idItems);
            foreach (Branch branch in branches)
            {
                squares += branch.Preferences.Gather(batch.Users).SumSquares();
            }

            losses.Add("regularization", squares * (options.RegularizationWeight / batch.Count));
        }

        if (options.WeightRegularizationWeight > 0)
        {
            Tensor squares = branches.SelectMany(static branch => branch.Weights).Select(static w => w.SumSquares()).Sum();
            losses.Add("weights", squares * options.WeightRegularizationWeight);
        }

        return losses;
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        userMean.Dispose();
        itemMean.Dispose();
        Array.ForEach(branches, static branch => branch.Raw.Dispose());
    }

    // Eq. 9: u* = Σ_m u_m, i* = Σ_m i_m.
    private (Tensor Users, Tensor Items) Forward(BatchRows? rows)
    {
        (Tensor Users, Tensor Items)[] views = [.. branches.Select(branch => View(branch, rows))];
        return views.Aggregate(static (sum, view) => (sum.Users + view.Users, sum.Items + view.Items));
    }

    private (Tensor Users, Tensor Items) View(Branch branch, BatchRows? rows)
    {
        Tensor users = branch.Preferences.Normalize();
        Tensor items = branch.Input.Of(branch.Raw).Normalize();
        for (int l = 0; l < branch.Layers.Length; l++)
        {
            // Nothing builds on the last layer, so only the wanted rows of it are made.
            bool isLast = l == branch.Layers.Length - 1;
            IndexTensor? userRows = isLast ? rows?.DistinctUsers : null;
            IndexTensor? itemRows = isLast ? rows?.DistinctItems : null;
            Layer layer = branch.Layers[l];
            Tensor nextUsers = layer.Of(users.GatherOrAll(userRows), userMean.Mm(items, userRows), idUsers.GatherOrAll(userRows));
            Tensor nextItems = layer.Of(
                items.GatherOrAll(itemRows),
                itemMean.T().Mm(users, itemRows),
                idItems.GatherOrAll(itemRows)
            );
            (users, items) = (nextUsers, nextItems);
        }

        return (users, items);
    }

    private Branch MakeBranch(Matrix features, int m)
    {
        int d = options.EmbeddingSize;
        var layers = new Layer[options.PropagationLayers];
        for (int l = 0; l < layers.Length; l++)
        {
            Tensor aggregation = Parameters.AddXavier($"aggregation {m} {l}", d, d, Seed);
            layers[l] = new Layer(aggregation, MakeLinear($"own {m} {l}", d), MakeLinear($"combination {m} {l}", d));
        }

        Tensor preferences = Parameters.AddXavier($"preferences {m}", Graph.UserCount, d, Seed);
        return new Branch(Engine.Constant(features), preferences, MakeLinear($"projection {m}", features.Columns), layers);
    }

    private Linear MakeLinear(string name, int width) => Linear.Add(Parameters, name, width, options.EmbeddingSize, Seed);

    /// <summary>A modality: its features, the users' trained preferences for it, and the layers of its graph.</summary>
    private sealed record Branch(Tensor Raw, Tensor Preferences, Linear Input, Layer[] Layers)
    {
        public IEnumerable<Tensor> Weights =>
            Layers.SelectMany(static l => (Tensor[])[l.Aggregation, l.Own.Weight, l.Combination.Weight]).Prepend(Input.Weight);
    }

    private sealed record Layer(Tensor Aggregation, Linear Own, Linear Combination)
    {
        public Tensor Of(Tensor own, Tensor mean, Tensor id)
        {
            Tensor neighbours = mean.Mm(Aggregation).LeakyRelu(); // eq. 1-2
            Tensor self = Own.Of(own).LeakyRelu() + id; // eq. 5
            return (Combination.Of(neighbours) + self).LeakyRelu(); // eq. 7
        }
    }
}
