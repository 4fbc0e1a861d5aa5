using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>
/// CRANE: Dai, Fang, Hu, Cai, Yang and Zhao, "Cross-Modal Attention Network with Dual Graph Learning in Multimodal Recommendation", 2026,
/// arXiv 2601.11151; equation numbers are the paper's. Published (table 4), recall@20: Baby 0.1021, Sports 0.1129, Clothing 0.0956,
/// Electronics 0.0678.
/// </summary>
/// <remarks>
/// What the paper leaves open is a setting of <see cref="CraneOptions"/>; docs/model.md tells each choice. Eq. 5-13 stand here as they are
/// written; with linear or feature correlation <see cref="CraneAlgebra"/> computes the same numbers without the users' rows.
/// </remarks>
public sealed class Crane : Recommender
{
    private readonly CraneOptions options;
    private readonly SparseTensor adjacency;
    private readonly CraneBranch ids;
    private readonly CraneBranch? lateIds;
    private readonly SparseTensor? toUsers;
    private readonly ItemNeighbours? neighbours;
    private readonly SparseTensor? frozen;
    private readonly Tensor? learnedWeights;
    private readonly float[] modalityWeights = [];
    private readonly CraneFeatures? features;
    private readonly CraneRound[] rounds = [];
    private readonly SparseTensor? profiles;
    private readonly CraneAlgebra? algebra;
    private readonly HeldValue? heldWeights;
    private SparseTensor? dropped;
    private double contrastiveWeight;

    /// <param name="options">Settings.</param>
    /// <param name="context">Engine, interactions, modalities and seed.</param>
    /// <param name="isLiteral">Computes eq. 5-13 as they are written even where the algebra would do.</param>
    internal Crane(CraneOptions options, ModelContext context, bool isLiteral = false)
        : base(context)
    {
        this.options = options;
        adjacency = Engine.Sparse(Graph.Symmetric());
        ids = CraneParameters.Branch(Parameters, options, context, "");
        if (options.ItemGraph == ItemGraph.Off)
        {
            return;
        }

        lateIds =
            options.DualFusion == DualFusion.Late ? CraneParameters.Branch(Parameters, options, context, "semantic ") : null;
        toUsers = Engine.Sparse(options.SemanticUserNorm == SemanticUserNorm.Mean ? Graph.UserMean() : Graph.Symmetric());
        neighbours = new ItemNeighbours(
            Engine,
            Graph.ItemCount,
            options.Neighbours,
            options.CandidateSearch == CandidateSearch.Candidates
                ? CandidateLists.Union(Graph.ItemCount, context.Modalities)
                : null
        );
        bool isLearned = options.ItemGraph == ItemGraph.Learned;
        if (isLearned && options.NeighbourWeights == NeighbourWeights.Similarity)
        {
            IReadOnlyList<ModalityInput> modalities = DerivedFeatures.Complete(context, options.DerivedFeatureWidth);
            modalityWeights = [.. modalities.Select(m => FeatureSimilarity.Weight(options.ModalityWeights, m.Name))];
            bool attends = options.Fusion == Fusion.Attention;
            bool isAlgebraic = !isLiteral && !(attends && options.Correlation == Correlation.Entity);
            bool mapsRaw = isAlgebraic && CraneMoments.MapsRawOf(options, Graph, modalities);
            bool holdsRaw = !mapsRaw || options.Fusion == Fusion.GraphAverage;
            features = CraneParameters.Features(Parameters, options, context, modalities, holdsRaw);
            heldWeights = options.ContentEvery > 1 ? new HeldValue(Engine, "neighbour weights", options.ContentEvery) : null;
            rounds = attends ? CraneParameters.Rounds(Parameters, options, modalities.Count, Seed) : [];
            profiles = Engine.Sparse(options.UserAggregation == UserAggregation.Mean ? Graph.UserMean() : Graph.Ones);
            algebra = isAlgebraic ? new CraneAlgebra(Engine, options, Graph, modalities, features, profiles, Profile) : null;
        }

        if (features is null || options.InitialNeighbours == InitialNeighbours.Features)
        {
            (NeighbourTable table, Matrix similarity) = neighbours.ByFeatures(context.Modalities, options.ModalityWeights);
            frozen = isLearned ? null : Engine.Sparse(ItemNeighbours.RowNormalised(table, similarity));
            neighbours.Use(table);
        }

        if (isLearned && options.NeighbourWeights == NeighbourWeights.Learned)
        {
            Matrix equal = Initial.Filled(Graph.ItemCount, options.Neighbours, 1f);
            learnedWeights = Parameters.Add("neighbour weights", equal, options.ContentScale);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<NamedState> State => [.. neighbours?.State ?? [], .. heldWeights?.State ?? []];

    internal NeighbourTable? Neighbours => neighbours?.Table;

    internal CraneAlgebra? Algebra => algebra;

    // ---- 3.2, collaborative view

    /// <summary>Eq. 2, the graph of the epoch; λ_c of the epoch; and which neighbours eq. 14 chooses, where that is due.</summary>
    public override void BeginEpoch(int epoch)
    {
        dropped?.Dispose();
        dropped = options.EdgeDropout > 0 ? Engine.Sparse(Graph.Drop(options.EdgeDropout, Seed, epoch).Symmetric()) : null;
        double warmth = options.ContrastiveWarmup == 0 ? 1 : Math.Min(1, (double)epoch / options.ContrastiveWarmup);
        contrastiveWeight = (float)(options.ContrastiveWeight * warmth);
        bool isDue = options.RebuildEvery > 0 && epoch > 0 && epoch % options.RebuildEvery == 0;
        if (features is not null && (Neighbours is null || isDue))
        {
            neighbours!.ChooseBy(UnitItems);
        }
    }

    /// <summary>Eq. 3-4: C, the mean of the layers e⁽ˡ⁺¹⁾ = Â e⁽ˡ⁾ W⁽ˡ⁾.</summary>
    private PropagatedRows Collaborative(SparseTensor graph, CraneBranch e, BatchRows? batch, bool allItems) =>
        GraphConvolution.Mean(graph, e.Users, e.Items, options.PropagationLayers, batch, allItems, e.Weights);

    // ---- 3.3, multimodal entities and recursive cross-modal attention

    /// <summary>Eq. 5: X_m^U, what a user's items make of the user.</summary>
    private Tensor Profile(int m, Tensor items) =>
        options.UserAggregation switch
        {
            UserAggregation.Max => Engine.SparseMaximum(profiles!, items),
            UserAggregation.Attention => Engine.SparseSoftmaxSum(profiles!, items.Mm(features!.Scores[m]), items),
            _ => profiles!.Mm(items),
        };

    /// <summary>Eq. 6: X_m = [X_m^U; X_m^I], <c>[N × d]</c>, divided by the root mean square of its rows.</summary>
    private Tensor Entities(int m, Tensor items)
    {
        Tensor x = Tensor.Cat([Profile(m, items), items]);
        return x * (x.SumSquares() / x.Rows).Pow(-0.5);
    }

    /// <summary>Eq. 7-12: the rounds; each X_m is refined by its correlation with what all modalities say together.</summary>
    internal static Tensor[] Attend(
        Tensor[] x,
        IReadOnlyList<CraneRound> rounds,
        Correlation correlation,
        EntityActivation activation
    )
    {
        x = [.. x];
        foreach (CraneRound round in rounds)
        {
            Tensor joint = Tensor.Cat(x, dim: 1).Mm(round.JointWeight) + round.JointBias; // eq. 7-8
            for (int m = 0; m < x.Length; m++)
            {
                Tensor query = joint.Mm(round.Query[m]); // eq. 9
                Tensor refined = correlation switch // eq. 10-11
                {
                    Correlation.Linear => query.Mm(x[m].T().Mm(x[m]) / x[m].Rows),
                    Correlation.Feature => x[m].Mm(x[m].Normalize(dim: 0).T().Mm(query.Normalize(dim: 0)).Tanh()),
                    _ => x[m].Engine.EntityAttention(query, x[m], x[m], activation.ForEngine()),
                };
                x[m] += refined.Mm(round.Residual[m]); // eq. 12
            }
        }

        return x;
    }

    /// <summary>Eq. 13: M = [X_v ‖ X_t …] for the items, <c>[items × D]</c>; <c>[items × d]</c> with <c>fusion: sum</c>.</summary>
    internal Tensor Items()
    {
        if (algebra is not null)
        {
            Tensor joined = algebra.Items(rounds, options.Correlation);
            return options.Fusion == Fusion.Sum || modalityWeights.Any(static weight => weight != 1f)
                ? Fuse([.. modalityWeights.Select((_, m) => joined.Narrow(1, m * options.EmbeddingSize, options.EmbeddingSize))])
                : joined;
        }

        Tensor[] x = [.. Projected().Select((items, m) => Entities(m, items))];
        x = Attend(x, rounds, options.Correlation, options.Activation);
        return Fuse([.. x.Select(all => all.Narrow(0, Graph.UserCount, Graph.ItemCount))]);
    }

    private IEnumerable<Tensor> Projected() => features!.Raw.Zip(features.Projections, static (raw, p) => raw.Mm(p));

    private Tensor Fuse(Tensor[] parts)
    {
        parts = [.. parts.Zip(modalityWeights, static (part, weight) => weight == 1f ? part : part * weight)];
        return options.Fusion == Fusion.Sum ? parts.Sum() : Tensor.Cat(parts, dim: 1);
    }

    // ---- 3.4, semantic view

    /// <summary>
    /// Unit rows whose inner products are S_ij = cos(M_i, M_j) of eq. 14, or with <c>graphAverage</c> the modalities' mean.
    /// </summary>
    private Tensor UnitItems() =>
        options.Fusion == Fusion.GraphAverage
            ? Fuse([.. Projected().Select(static x => x.Normalize())]).Normalize()
            : Items().Normalize();

    /// <summary>
    /// Eq. 14: how much each neighbour counts, <c>[items × K]</c>; rows sum to 1, or to 0 for an item without neighbours.
    /// </summary>
    /// <param name="wanted">The only items whose rows matter, or null for all.</param>
    internal Tensor Weights(IndexTensor? wanted = null)
    {
        Tensor similarity =
            features is null ? learnedWeights ?? neighbours!.Mask
            : wanted is null ? Engine.NeighbourDots(UnitItems(), neighbours!.Indices)
            : Engine.NeighbourDots(UnitItems(), neighbours!.Indices, wanted);
        return Engine.ClippedRowShares(Neighbours!.IsFull ? similarity : similarity * neighbours!.Mask);
    }

    /// <summary>
    /// The same in a step: those of the last content step (<c>contentEvery</c>) as constants, or new ones. Other steps may want
    /// other rows, so weights that will be held are made for all items.
    /// </summary>
    private Tensor Weights(Batch? batch, IndexTensor? wanted) =>
        batch is null || heldWeights is null ? Weights(wanted) : heldWeights.In(batch.Step, () => Weights());

    /// <summary>Eq. 15-16: H_I = S … S C_I, and H_U, its aggregate over each user's items; for a batch's rows or for all.</summary>
    internal (Tensor Users, Tensor Items) Semantic(Tensor items, Batch? batch = null)
    {
        // Of the last layer, a batch's items and those its users have chosen are all that is used; of the weights likewise if it is
        // the first.
        int layers = options.ItemGraphLayers;
        bool isWeighted = frozen is null && layers > 0;
        BatchRows? rows = batch?.Rows;
        IndexTensor? reached = isWeighted ? rows?.ReachedItems : null;
        Tensor? s = isWeighted ? Weights(batch, layers == 1 ? reached : null) : null;
        Tensor h = items;
        for (int layer = 0; layer < layers; layer++)
        {
            h =
                s is null ? frozen!.Mm(h)
                : reached is null || layer < layers - 1 ? Engine.NeighbourSum(s, h, neighbours!.Indices)
                : Engine.NeighbourSum(s, h, neighbours!.Indices, reached);
        }

        Tensor wanted = h.GatherOrAll(rows?.DistinctItems);
        Tensor users = toUsers!.Mm(h, rows?.DistinctUsers);
        return options.FusionNorm == FusionNorm.L2 ? (users.Normalize(), wanted.Normalize()) : (users, wanted);
    }

    /// <summary>Eq. 17: E = C + α H; with <c>dualFusion: late</c> C and H come from branches of their own and stay apart.</summary>
    private CraneViews Forward(SparseTensor graph, Batch? batch)
    {
        BatchRows? rows = batch?.Rows;
        bool isJoint = neighbours is not null && lateIds is null;
        PropagatedRows c = Collaborative(graph, ids, rows, allItems: isJoint);
        if (!isJoint)
        {
            PropagatedRows? late = lateIds is null ? null : Collaborative(graph, lateIds, rows, allItems: true);
            return new CraneViews(c, c.Items, c.Users, c.Items, late, late is null ? null : Semantic(late.Value.Items, batch));
        }

        Tensor items = c.Items.GatherOrAll(rows?.DistinctItems);
        (Tensor Users, Tensor Items) h = Semantic(c.Items, batch);
        return new CraneViews(
            c,
            items,
            c.Users.Add(h.Users, options.FusionWeight),
            items.Add(h.Items, options.FusionWeight),
            null,
            h
        );
    }

    /// <inheritdoc/>
    public override (Tensor Users, Tensor Items) Embed() => Forward(adjacency, null).Scored(options.FusionWeight);

    // ---- 3.5, objective

    /// <summary>Eq. 20: BPR + λ_r ‖e_u, e_i, e_j‖² / batch + λ_c (NCE_U + NCE_I).</summary>
    public override Losses Loss(Batch batch)
    {
        BatchRows rows = batch.Rows;
        CraneViews v = Forward(dropped ?? adjacency, batch);
        Losses losses = new Losses().Add("bpr", v.Bpr(rows, options.Members)); // eq. 18
        if (options.RegularizationWeight > 0)
        {
            losses.Add("regularization", v.Squares(rows, options.RegularizationWeight / batch.Count));
        }

        if (contrastiveWeight > 0 && v is { H: { } h, LateIds: null })
        {
            float temperature = (float)options.ContrastiveTemperature;
            IndexTensor positives = rows.DistinctPositives;
            Tensor users = Engine.InfoNceLoss(v.C.Users, h.Users, temperature); // eq. 19
            Tensor items = Engine.InfoNceLoss(v.CItems.Gather(positives), h.Items.Gather(positives), temperature);
            losses.Add("contrastive", (users + items) * contrastiveWeight, ContrastiveRemedy);
        }

        return losses;
    }

    private const string ContrastiveRemedy = "lower train.contrastiveWeight or raise train.contrastiveTemperature";

    /// <inheritdoc/>
    public override void Restore(IReadOnlyList<NamedState> state)
    {
        neighbours?.Restore(state);
        heldWeights?.Restore(state);
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        IEnumerable<Tensor> constants = options.TrainFeatures ? [] : features?.Raw ?? [];
        IEnumerable<IDisposable?> owned = [adjacency, dropped, toUsers, frozen, profiles, neighbours, algebra, .. constants];
        foreach (IDisposable? value in owned)
        {
            value?.Dispose();
        }
    }
}
