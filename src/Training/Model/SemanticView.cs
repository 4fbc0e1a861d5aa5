using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>The item-item graph and what it makes of the collaborative item embeddings (CRANE, section 3.4).</summary>
internal sealed class SemanticView : IDisposable
{
    private readonly IEngine engine;
    private readonly TrainOptions options;
    private readonly int itemCount;
    private readonly CandidateLists? candidates;
    private readonly CsrMatrix? self;
    private readonly ContentEncoder? encoder;
    private readonly SparseTensor toUsers;
    private readonly Tensor? learnedWeights;
    private readonly SparseTensor? frozen;
    private IndexTensor? neighbours;
    private Tensor? mask;

    public SemanticView(
        ParameterSet parameters,
        TrainOptions options,
        InteractionGraph graph,
        IReadOnlyList<ModalityInput> modalities,
        long seed
    )
    {
        engine = parameters.Engine;
        this.options = options;
        itemCount = graph.ItemCount;
        toUsers = engine.Sparse(options.SemanticUserNorm == SemanticUserNorm.Mean ? graph.UserMean() : graph.Symmetric());
        if (options.CandidateSearch == CandidateSearch.Candidates)
        {
            candidates = CandidateLists.Union(
                itemCount,
                [.. modalities.Where(static m => m.Candidates is not null).Select(static m => m.Candidates!)]
            );
        }
        else
        {
            self = Diagonal.Of(itemCount);
        }

        bool followsModel = options.ItemGraph == ItemGraph.Learned && options.NeighbourWeights == NeighbourWeights.Similarity;
        if (followsModel)
        {
            ModalityInput[] complete =
            [
                .. modalities.Select(m => DerivedFeatures.Complete(engine, m, itemCount, options.DerivedFeatureWidth, seed)),
            ];
            encoder = new ContentEncoder(parameters, options, graph, complete, seed);
        }

        if (!followsModel || options.InitialNeighbours == InitialNeighbours.Features)
        {
            (NeighbourTable table, Matrix weights) = ByFeatures(modalities);
            if (options.ItemGraph == ItemGraph.Frozen)
            {
                frozen = engine.Sparse(FrozenGraph(table, weights));
            }

            Use(table);
        }

        if (options.ItemGraph == ItemGraph.Learned && options.NeighbourWeights == NeighbourWeights.Learned)
        {
            learnedWeights = parameters.AddContent("neighbour weights", Initial.Filled(itemCount, options.Neighbours, 1f));
        }
    }

    /// <summary>The neighbours in use; a checkpoint keeps them.</summary>
    public NeighbourTable? Table { get; private set; }

    /// <summary>Re-chooses the neighbours where this epoch (from 0) asks for it.</summary>
    public void BeginEpoch(int epoch)
    {
        if (encoder is null)
        {
            return;
        }

        bool isDue = options.RebuildEvery > 0 && epoch > 0 && epoch % options.RebuildEvery == 0;
        if (Table is null || isDue)
        {
            Use(ByModel());
        }
    }

    /// <summary>Puts given neighbours to use.</summary>
    public void Use(NeighbourTable table)
    {
        neighbours?.Dispose();
        mask?.Dispose();
        Table = table;
        neighbours = engine.Indices(table.Items, table.Neighbours, itemCount);
        mask = engine.Constant(new Matrix(itemCount, table.Neighbours, table.Mask));
    }

    /// <summary>H_U and H_I (eq. 15-16), for a batch's rows or for all.</summary>
    /// <param name="items">C_I, all items.</param>
    /// <param name="batch">Whose distinct users' and items' rows are wanted, or null for all rows.</param>
    public (Tensor Users, Tensor Items) Propagate(Tensor items, BatchIndices? batch = null)
    {
        // Of the last layer, a batch's items and those its users have chosen are all that is used; of the weights likewise if it is the first.
        int layers = options.ItemGraphLayers;
        bool isWeighted = frozen is null && layers > 0;
        IndexTensor? reached = isWeighted ? batch?.ReachedItems : null;
        Tensor? weights = isWeighted ? Weights(layers == 1 ? reached : null) : null;
        Tensor current = items;
        for (int layer = 0; layer < layers; layer++)
        {
            current =
                weights is null ? engine.SparseProduct(frozen!, current)
                : reached is null || layer < layers - 1 ? engine.NeighbourSum(weights, current, neighbours!)
                : engine.NeighbourSum(weights, current, neighbours!, reached);
        }

        Tensor wanted = batch is null ? current : engine.GatherRows(current, batch.ItemRows);
        Tensor users = batch is null
            ? engine.SparseProduct(toUsers, current)
            : engine.SparseProductRows(toUsers, current, batch.UserRows);
        return options.FusionNorm == FusionNorm.L2
            ? (engine.NormalizeRows(users), engine.NormalizeRows(wanted))
            : (users, wanted);
    }

    /// <summary>What each neighbour counts for, <c>[items × K]</c>; rows sum to 1, or to 0 for an item without neighbours.</summary>
    /// <param name="wanted">The only items whose rows matter, or null for all.</param>
    public Tensor Weights(IndexTensor? wanted = null)
    {
        Tensor raw = encoder is not null ? Similarities(encoder.UnitItems(), wanted) : learnedWeights ?? mask!;
        return engine.ClippedRowShares(Table!.IsFull ? raw : engine.Multiply(raw, mask!));
    }

    public void Dispose()
    {
        encoder?.Dispose();
        toUsers.Dispose();
        frozen?.Dispose();
        neighbours?.Dispose();
        mask?.Dispose();
    }

    private Tensor Similarities(Tensor unit, IndexTensor? wanted) =>
        wanted is null ? engine.NeighbourDots(unit, neighbours!) : engine.NeighbourDots(unit, neighbours!, wanted);

    private NeighbourTable ByModel()
    {
        using IDisposable step = engine.BeginStep(gradients: false);
        Tensor unit = encoder!.UnitItems();
        if (candidates is null)
        {
            return NeighbourTable.FromSearch(engine.TopItems(unit, unit, options.Neighbours, self)).Table;
        }

        using IndexTensor others = engine.Indices(candidates.Items, candidates.Width, itemCount);
        Matrix similarity = engine.Read(engine.NeighbourDots(unit, others));
        return NeighbourTable.Choose(candidates, similarity, options.Neighbours).Table;
    }

    private (NeighbourTable Table, Matrix Similarity) ByFeatures(IReadOnlyList<ModalityInput> modalities)
    {
        if (candidates is not null)
        {
            Matrix similarity = FeatureSimilarity.OfCandidates(engine, options, modalities, candidates);
            return NeighbourTable.Choose(candidates, similarity, options.Neighbours);
        }

        if (modalities.Any(static m => m.Features is null))
        {
            throw new InputException(
                "train.candidateSearch exact compares features, but a modality brings neighbour lists alone: set it to candidates."
            );
        }

        TopItems found = FeatureSimilarity.Search(engine, options, modalities, itemCount);
        return NeighbourTable.FromSearch(found);
    }

    private CsrMatrix FrozenGraph(NeighbourTable table, Matrix similarity)
    {
        var rows = new List<int>();
        var columns = new List<int>();
        var values = new List<float>();
        for (int item = 0; item < itemCount; item++)
        {
            double sum = 0;
            for (int place = 0; place < table.Neighbours; place++)
            {
                sum += table.Mask[(item * table.Neighbours) + place] * Math.Max(0, similarity[item, place]);
            }

            for (int place = 0; place < table.Neighbours && sum > 0; place++)
            {
                double weight = table.Mask[(item * table.Neighbours) + place] * Math.Max(0, similarity[item, place]);
                if (weight > 0)
                {
                    rows.Add(item);
                    columns.Add(table.Items[(item * table.Neighbours) + place]);
                    values.Add((float)(weight / sum));
                }
            }
        }

        return CsrMatrix.FromEntries(itemCount, itemCount, [.. rows], [.. columns], [.. values]);
    }
}
