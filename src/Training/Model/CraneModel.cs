using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>CRANE (Dai et al., 2026): a collaborative and a semantic view, joined and trained by eq. 17-20.</summary>
internal sealed class CraneModel : IDisposable
{
    private readonly IEngine engine;
    private readonly TrainOptions options;
    private readonly long seed;
    private readonly InteractionGraph graph;
    private readonly SparseTensor adjacency;
    private readonly CollaborativeView collaborative;
    private readonly CollaborativeView? semanticIds;
    private readonly SemanticView? semantic;
    private SparseTensor? dropped;

    public CraneModel(
        IEngine engine,
        TrainOptions options,
        long seed,
        InteractionGraph graph,
        IReadOnlyList<ModalityInput> modalities
    )
    {
        (this.engine, this.options, this.seed, this.graph) = (engine, options, seed, graph);
        Parameters = new ParameterSet(engine);
        adjacency = engine.Sparse(graph.Symmetric());
        collaborative = new CollaborativeView(Parameters, options, graph.UserCount, graph.ItemCount, seed, "");
        if (options.ItemGraph != ItemGraph.Off)
        {
            if (options.DualFusion == DualFusion.Late)
            {
                semanticIds = new CollaborativeView(Parameters, options, graph.UserCount, graph.ItemCount, seed, "semantic ");
            }

            semantic = new SemanticView(Parameters, options, graph, modalities, seed);
        }
    }

    public ParameterSet Parameters { get; }

    /// <summary>The item graph's neighbours, or null without one.</summary>
    public NeighbourTable? Neighbours => semantic?.Table;

    /// <summary>Draws the epoch's graph and re-chooses neighbours where due; epochs count from 0.</summary>
    public void BeginEpoch(int epoch)
    {
        dropped?.Dispose();
        dropped = options.EdgeDropout > 0 ? engine.Sparse(graph.Drop(options.EdgeDropout, seed, epoch).Symmetric()) : null;
        semantic?.BeginEpoch(epoch);
    }

    /// <summary>Puts a checkpoint's neighbours to use.</summary>
    public void UseNeighbours(NeighbourTable table) => semantic?.Use(table);

    /// <summary>The loss of one batch, within an open step.</summary>
    /// <param name="batch">Row numbers of users, positives and negatives.</param>
    /// <param name="contrastiveWeight">λ_c at this epoch.</param>
    public StepLoss Loss(BatchIndices batch, float contrastiveWeight)
    {
        Views views = Forward(dropped ?? adjacency, batch);
        Tensor bpr = Bpr(batch, views.Users, views.Items);
        Tensor total = bpr;
        Tensor? regularization = Regularization(batch, views.Ids);
        if (views.LateUsers is not null)
        {
            Tensor second = Bpr(batch, views.LateUsers, views.LateItems!);
            bpr = engine.Add(bpr, second);
            total = bpr;
            if (regularization is not null)
            {
                regularization = engine.Add(regularization, Regularization(batch, views.LateIds)!);
            }
        }

        if (regularization is not null)
        {
            total = engine.Add(total, regularization);
        }

        Tensor? contrastive = null;
        if (contrastiveWeight > 0 && views.SemanticUsers is not null)
        {
            contrastive = engine.Scale(
                engine.Add(
                    InfoNce(views.CollaborativeUsers, views.SemanticUsers),
                    InfoNce(
                        engine.GatherRows(views.CollaborativeItems, batch.DistinctPositives),
                        engine.GatherRows(views.SemanticItems!, batch.DistinctPositives)
                    )
                ),
                contrastiveWeight
            );
            total = engine.Add(total, contrastive);
        }

        return new StepLoss(total, bpr, contrastive, regularization);
    }

    /// <summary>E_U and E_I on the full graph, within an open step; side by side with √α · H for <c>dualFusion: late</c>.</summary>
    public (Tensor Users, Tensor Items) Embeddings()
    {
        Views views = Forward(adjacency);
        if (views.LateUsers is null)
        {
            return (views.Users, views.Items);
        }

        float share = MathF.Sqrt((float)options.FusionWeight);
        return (
            engine.ConcatenateColumns([views.Users, engine.Scale(views.LateUsers, share)]),
            engine.ConcatenateColumns([views.Items, engine.Scale(views.LateItems!, share)])
        );
    }

    public void Dispose()
    {
        dropped?.Dispose();
        adjacency.Dispose();
        semantic?.Dispose();
        Parameters.Dispose();
    }

    // Every row that a batch, or without one the result, takes part with.
    private Views Forward(SparseTensor current, BatchIndices? batch = null)
    {
        bool itemsFeedGraph = semantic is not null && semanticIds is null;
        CollaborativeRows ids = collaborative.Propagate(current, batch, allItems: itemsFeedGraph);
        if (semantic is null)
        {
            return new Views(ids, ids.Users, ids.Items, ids.Users, ids.Items);
        }

        if (semanticIds is not null)
        {
            CollaborativeRows late = semanticIds.Propagate(current, batch, allItems: true);
            (Tensor lateUsers, Tensor lateItems) = semantic.Propagate(late.Items, batch);
            return new Views(ids, ids.Users, ids.Items, ids.Users, ids.Items)
            {
                LateIds = late,
                LateUsers = lateUsers,
                LateItems = lateItems,
            };
        }

        Tensor items = batch is null ? ids.Items : engine.GatherRows(ids.Items, batch.ItemRows);
        (Tensor semanticUsers, Tensor semanticItems) = semantic.Propagate(ids.Items, batch);
        float weight = (float)options.FusionWeight;
        return new Views(
            ids,
            engine.Add(ids.Users, semanticUsers, weight),
            engine.Add(items, semanticItems, weight),
            ids.Users,
            items
        )
        {
            SemanticUsers = semanticUsers,
            SemanticItems = semanticItems,
        };
    }

    private Tensor Bpr(BatchIndices batch, Tensor users, Tensor items) =>
        engine.BprLoss(
            engine.GatherRows(users, batch.Users),
            engine.GatherRows(items, batch.Positives),
            engine.GatherRows(items, batch.Negatives)
        );

    private Tensor? Regularization(BatchIndices batch, CollaborativeRows ids)
    {
        if (options.RegularizationWeight == 0)
        {
            return null;
        }

        Tensor sum = engine.Add(
            engine.SumSquares(engine.GatherRows(ids.IdUsers, batch.Users)),
            engine.Add(
                engine.SumSquares(engine.GatherRows(ids.IdItems, batch.Positives)),
                engine.SumSquares(engine.GatherRows(ids.IdItems, batch.Negatives))
            )
        );
        return engine.Scale(sum, (float)(options.RegularizationWeight / batch.Users.Rows));
    }

    private Tensor InfoNce(Tensor a, Tensor b) => engine.InfoNceLoss(a, b, (float)options.ContrastiveTemperature);

    private readonly record struct Views(
        CollaborativeRows Ids,
        Tensor Users,
        Tensor Items,
        Tensor CollaborativeUsers,
        Tensor CollaborativeItems
    )
    {
        public Tensor? SemanticUsers { get; init; }

        public Tensor? SemanticItems { get; init; }

        public CollaborativeRows LateIds { get; init; }

        public Tensor? LateUsers { get; init; }

        public Tensor? LateItems { get; init; }
    }
}
