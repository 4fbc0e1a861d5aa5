using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>
/// K neighbours of every item on the engine: chosen by features or by a model's own representation, and kept by checkpoints.
/// </summary>
internal sealed class ItemNeighbours : IDisposable
{
    private readonly IEngine engine;
    private readonly int itemCount;
    private readonly int count;
    private readonly CandidateLists? candidates;
    private readonly CsrMatrix? self;
    private IndexTensor? indices;
    private Tensor? mask;

    /// <param name="engine">Where to compute.</param>
    /// <param name="itemCount">Number of items.</param>
    /// <param name="count">K.</param>
    /// <param name="candidates">Among whom to choose, or null for all items.</param>
    public ItemNeighbours(IEngine engine, int itemCount, int count, CandidateLists? candidates)
    {
        (this.engine, this.itemCount, this.count, this.candidates) = (engine, itemCount, count, candidates);
        self = candidates is null ? CsrMatrix.Identity(itemCount) : null;
    }

    /// <summary>The neighbours in use, or null before the first were chosen.</summary>
    public NeighbourTable? Table { get; private set; }

    /// <summary><c>[items × K]</c>.</summary>
    public IndexTensor Indices => indices!;

    /// <summary><c>[items × K]</c>: 1 for a neighbour, 0 for filling.</summary>
    public Tensor Mask => mask!;

    /// <summary>What a checkpoint keeps.</summary>
    public IReadOnlyList<NamedState> State => Table is { } table ? [new NamedState("neighbours", table.Items, table.Mask)] : [];

    /// <summary>Puts given neighbours to use.</summary>
    public void Use(NeighbourTable table)
    {
        indices?.Dispose();
        mask?.Dispose();
        Table = table;
        indices = engine.Indices(table.Items, table.Neighbours, itemCount);
        mask = engine.Constant(new Matrix(itemCount, table.Neighbours, table.Mask));
    }

    /// <summary>Puts a checkpoint's neighbours to use.</summary>
    public void Restore(IReadOnlyList<NamedState> state)
    {
        foreach (NamedState kept in state.Where(static kept => kept.Name == "neighbours"))
        {
            Use(new NeighbourTable(itemCount, kept.Integers.Length / itemCount, kept.Integers, kept.Reals));
        }
    }

    /// <summary>Re-chooses by the inner products of unit rows, without gradient.</summary>
    /// <param name="unit">Makes the rows, <c>[items × width]</c>, within a step opened here.</param>
    public void ChooseBy(Func<Tensor> unit) => Use(Nearest(unit));

    /// <summary>The neighbours by the mean of the modalities' raw cosines, and these.</summary>
    /// <exception cref="InputException">All items are to be searched, but a modality brings neighbour lists alone.</exception>
    public (NeighbourTable Table, Matrix Similarity) ByFeatures(
        IReadOnlyList<ModalityInput> modalities,
        IReadOnlyDictionary<string, double>? weights
    )
    {
        if (candidates is not null)
        {
            Matrix similarity = FeatureSimilarity.OfCandidates(engine, modalities, weights, candidates);
            return NeighbourTable.Choose(candidates, similarity, count);
        }

        if (modalities.Any(static m => m.Features is null))
        {
            throw new InputException(
                "train.candidateSearch exact compares features, but a modality brings neighbour lists alone: set it to candidates"
            );
        }

        return NeighbourTable.FromSearch(FeatureSimilarity.Search(engine, modalities, weights, count, itemCount));
    }

    /// <summary>The graph of given neighbours: similarities clipped at 0 and divided by their row's sum.</summary>
    public static CsrMatrix RowNormalised(NeighbourTable table, Matrix similarity)
    {
        var rows = new List<int>();
        var columns = new List<int>();
        var values = new List<float>();
        for (int item = 0; item < table.ItemCount; item++)
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

        return CsrMatrix.FromEntries(table.ItemCount, table.ItemCount, [.. rows], [.. columns], [.. values]);
    }

    public void Dispose()
    {
        indices?.Dispose();
        mask?.Dispose();
    }

    private NeighbourTable Nearest(Func<Tensor> unit)
    {
        using IDisposable step = engine.BeginStep(gradients: false);
        Tensor rows = unit();
        if (candidates is null)
        {
            return NeighbourTable.FromSearch(engine.TopItems(rows, rows, count, self)).Table;
        }

        using IndexTensor others = engine.Indices(candidates.Items, candidates.Width, itemCount);
        Matrix similarity = engine.Read(engine.NeighbourDots(rows, others));
        return NeighbourTable.Choose(candidates, similarity, count).Table;
    }
}
