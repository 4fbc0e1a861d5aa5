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
    /// <param name="batch">Row numbers of users, positives and negatives, and the distinct ones among the first two.</param>
    /// <param name="contrastiveWeight">λ_c at this epoch.</param>
    public StepLoss Loss(BatchIndices batch, float contrastiveWeight)
    {
        Views views = Forward(dropped ?? adjacency);
        Tensor bpr = Bpr(batch, views.Users, views.Items);
        Tensor total = bpr;
        Tensor? regularization = Regularization(batch, collaborative);
        if (views.LateUsers is not null)
        {
            Tensor second = Bpr(batch, views.LateUsers, views.LateItems!);
            bpr = engine.Add(bpr, second);
            total = bpr;
            if (regularization is not null)
            {
                regularization = engine.Add(regularization, Regularization(batch, semanticIds!)!);
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
                    InfoNce(views.CollaborativeUsers, views.SemanticUsers, batch.DistinctUsers),
                    InfoNce(views.CollaborativeItems, views.SemanticItems!, batch.DistinctItems)
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

    private Views Forward(SparseTensor current)
    {
        (Tensor users, Tensor items) = collaborative.Propagate(current);
        if (semantic is null)
        {
            return new Views(users, items, users, items, null, null, null, null);
        }

        if (semanticIds is not null)
        {
            (Tensor lateUsers, Tensor lateItems) = semantic.Propagate(semanticIds.Propagate(current).Items);
            return new Views(users, items, users, items, null, null, lateUsers, lateItems);
        }

        (Tensor semanticUsers, Tensor semanticItems) = semantic.Propagate(items);
        float weight = (float)options.FusionWeight;
        return new Views(
            engine.Add(users, semanticUsers, weight),
            engine.Add(items, semanticItems, weight),
            users,
            items,
            semanticUsers,
            semanticItems,
            null,
            null
        );
    }

    private Tensor Bpr(BatchIndices batch, Tensor users, Tensor items) =>
        engine.BprLoss(
            engine.GatherRows(users, batch.Users),
            engine.GatherRows(items, batch.Positives),
            engine.GatherRows(items, batch.Negatives)
        );

    private Tensor? Regularization(BatchIndices batch, CollaborativeView ids)
    {
        if (options.RegularizationWeight == 0)
        {
            return null;
        }

        Tensor sum = engine.Add(
            engine.SumSquares(engine.GatherRows(ids.Users, batch.Users)),
            engine.Add(
                engine.SumSquares(engine.GatherRows(ids.Items, batch.Positives)),
                engine.SumSquares(engine.GatherRows(ids.Items, batch.Negatives))
            )
        );
        return engine.Scale(sum, (float)(options.RegularizationWeight / batch.Users.Rows));
    }

    private Tensor InfoNce(Tensor a, Tensor b, IndexTensor rows) =>
        engine.InfoNceLoss(engine.GatherRows(a, rows), engine.GatherRows(b, rows), (float)options.ContrastiveTemperature);

    private readonly record struct Views(
        Tensor Users,
        Tensor Items,
        Tensor CollaborativeUsers,
        Tensor CollaborativeItems,
        Tensor? SemanticUsers,
        Tensor? SemanticItems,
        Tensor? LateUsers,
        Tensor? LateItems
    );
}
