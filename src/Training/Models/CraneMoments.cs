using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>
/// G = X̃ᵀX̃/N, the moments of the entities' features that <see cref="CraneAlgebra"/> needs, without forming the users' rows where
/// these are linear in the items'.
/// </summary>
internal sealed class CraneMoments : IDisposable
{
    // Numbers in a block of rows of raw moments; what a block needs is twice that.
    private const int BlockFloats = 1 << 24;

    private readonly IEngine engine;
    private readonly SparseTensor adjacency;
    private readonly Tensor[] projections;
    private readonly Func<int, Tensor, Tensor> profile;
    private readonly Tensor[] rawMoments;
    private readonly Tensor oneItem;
    private readonly Tensor oneUser;
    private readonly Tensor one;
    private readonly Tensor entityCount;
    private readonly SparseTensor? rowCounts;
    private readonly Tensor? rawRows;
    private readonly int entities;

    /// <param name="engine">Where to compute.</param>
    /// <param name="options">Settings.</param>
    /// <param name="graph">Training interactions.</param>
    /// <param name="modalities">With features, every one of them.</param>
    /// <param name="features">These on the engine, and their projections.</param>
    /// <param name="adjacency">Whose rows sum items to a user's profile (eq. 5).</param>
    /// <param name="profile">X_m^U from the modality and X_m^I, where a profile is no sum.</param>
    public CraneMoments(
        IEngine engine,
        CraneOptions options,
        InteractionGraph graph,
        IReadOnlyList<ModalityInput> modalities,
        CraneFeatures features,
        SparseTensor adjacency,
        Func<int, Tensor, Tensor> profile
    )
    {
        (this.engine, projections) = (engine, features.Projections);
        (this.adjacency, this.profile) = (adjacency, profile);
        entities = graph.UserCount + graph.ItemCount;
        CsrMatrix profiles = options.UserAggregation == UserAggregation.Mean ? graph.UserMean() : graph.Ones;
        rowCounts = IsLinear(options) ? engine.Sparse(RowCounts(profiles)) : null;
        oneItem = engine.Constant(Initial.Filled(graph.ItemCount, 1, 1f));
        oneUser = engine.Constant(Initial.Filled(graph.UserCount, 1, 1f));
        one = engine.Constant(Initial.Filled(1, 1, 1f));
        entityCount = engine.Constant(Initial.Filled(1, 1, entities));
        rawMoments = SumsRaw(options, graph, modalities) ? [.. RawMoments(profiles, modalities).Select(engine.Constant)] : [];
        rawRows = MapsRawOf(options, graph, modalities)
            ? CraneParameters.Held(RawRows(modalities, graph.ItemCount), options, engine)
            : null;
    }

    /// <summary>Whether user rows stand in a constant of the data and are never formed.</summary>
    public bool HasRawMoments => rawMoments.Length > 0;

    /// <summary>Whether <see cref="Mapped"/> is the cheaper way to the items' rows, and X_I is never formed.</summary>
    public bool MapsRaw => rawRows is not null;

    /// <summary>Whether <see cref="MapsRaw"/> will hold, so that nothing else need keep the features.</summary>
    public static bool MapsRawOf(CraneOptions options, InteractionGraph graph, IReadOnlyList<ModalityInput> modalities)
    {
        // An item's multiplications forward and back: two with X̃_raw (P̃ T), or two with X_raw P̃ and three with X T.
        (long rawWidth, long width) = Widths(options, modalities);
        return SumsRaw(options, graph, modalities)
            && 2 * (rawWidth + 1) * width < (2 * rawWidth * options.EmbeddingSize) + (3 * width * width);
    }

    /// <summary>[X ‖ 1] T for the items as X̃_raw (P̃ T), where <see cref="MapsRaw"/>.</summary>
    /// <param name="transform">T, <c>[(D + 1) × D]</c>.</param>
    public Tensor Mapped(Tensor transform)
    {
        var rows = new Tensor[projections.Length + 1];
        int d = projections[0].Columns;
        for (int m = 0; m < projections.Length; m++)
        {
            rows[m] = engine.MatrixProduct(projections[m], engine.SliceRows(transform, m * d, d));
        }

        rows[^1] = engine.SliceRows(transform, projections.Length * d, 1);
        return engine.MatrixProduct(rawRows!, engine.ConcatenateRows(rows));
    }

    /// <summary>G = X̃ᵀX̃/N over users and items, <c>[(D + 1) × (D + 1)]</c>.</summary>
    /// <param name="items">X_m^I of every modality; empty where <see cref="MapsRaw"/>.</param>
    /// <param name="all">The same side by side; null where <see cref="MapsRaw"/>.</param>
    public Tensor Gram(IReadOnlyList<Tensor> items, Tensor? all) =>
        engine.Scale(
            HasRawMoments ? FromRawMoments()
                : rowCounts is not null ? FromItems(all!)
                : FromRows(items),
            1f / entities
        );

    public void Dispose()
    {
        rowCounts?.Dispose();
        rawRows?.Dispose();
        foreach (Tensor constant in rawMoments.Concat([oneItem, oneUser, one, entityCount]))
        {
            constant.Dispose();
        }
    }

    /// <summary>
    /// From the items alone, where a user's row is the linear map A of them: X_IᵀX_I + (A X_I)ᵀ(A X_I), the sums of the columns over
    /// users and items, and N.
    /// </summary>
    private Tensor FromItems(Tensor all)
    {
        Tensor sums = engine.SparseProduct(rowCounts!, all);
        Tensor features = engine.GraphGram(adjacency, all);
        return engine.ConcatenateRows([
            engine.ConcatenateColumns([features, engine.MatrixProduct(sums, one, transposeA: true)]),
            engine.ConcatenateColumns([sums, entityCount]),
        ]);
    }

    /// <summary>
    /// How often each item's row stands in the sum of all entities' rows: once, and by its column of A; <c>[1 × items]</c>.
    /// </summary>
    private static CsrMatrix RowCounts(CsrMatrix profiles)
    {
        var counts = new double[profiles.Columns];
        for (int entry = 0; entry < profiles.EntryCount; entry++)
        {
            counts[profiles.ColumnIndices[entry]] += profiles.Values[entry];
        }

        return new CsrMatrix(
            1,
            counts.Length,
            [0, counts.Length],
            [.. Enumerable.Range(0, counts.Length)],
            Array.ConvertAll(counts, static count => (float)(1 + count))
        );
    }

    /// <summary>From the rows of users and items.</summary>
    private Tensor FromRows(IReadOnlyList<Tensor> items)
    {
        var userParts = new Tensor[items.Count + 1];
        for (int m = 0; m < items.Count; m++)
        {
            userParts[m] = profile(m, items[m]);
        }

        userParts[^1] = oneUser;
        Tensor userRows = engine.ConcatenateColumns(userParts);
        Tensor itemRows = engine.ConcatenateColumns([.. items, oneItem]);
        return engine.Add(
            engine.MatrixProduct(userRows, userRows, transposeA: true),
            engine.MatrixProduct(itemRows, itemRows, transposeA: true)
        );
    }

    private static bool SumsRaw(CraneOptions options, InteractionGraph graph, IReadOnlyList<ModalityInput> modalities)
    {
        // Multiplications of either form forward and back; one of a sparse sum takes about eight times as long as one of a dense product.
        (long rawWidth, long width) = Widths(options, modalities);
        long moments = 2 * rawWidth * rawWidth * options.EmbeddingSize;
        long rows = (2 * graph.ItemCount * width * width) + (8 * 2 * graph.Ones.EntryCount * width);
        return !options.TrainFeatures && IsLinear(options) && moments < rows;
    }

    private static bool IsLinear(CraneOptions options) => options.UserAggregation is UserAggregation.Sum or UserAggregation.Mean;

    /// <summary>Columns of all raw features, and of their projections.</summary>
    private static (long Raw, long Projected) Widths(CraneOptions options, IReadOnlyList<ModalityInput> modalities) =>
        (modalities.Sum(static m => (long)m.Features!.Columns), (long)options.EmbeddingSize * modalities.Count);

    /// <summary>[X_raw ‖ 1].</summary>
    private static Matrix RawRows(IReadOnlyList<ModalityInput> modalities, int itemCount)
    {
        var all = new Matrix(itemCount, modalities.Sum(static m => m.Features!.Columns) + 1);
        for (int item = 0; item < itemCount; item++)
        {
            Span<float> row = all.Row(item);
            foreach (ModalityInput modality in modalities)
            {
                modality.Features!.Row(item).CopyTo(row);
                row = row[modality.Features.Columns..];
            }

            row[0] = 1f;
        }

        return all;
    }

    /// <summary>P̃ᵀ (X̃_rawᵀX̃_raw) P̃ with P̃ block-diagonal.</summary>
    private Tensor FromRawMoments()
    {
        var columns = new Tensor[projections.Length + 1];
        for (int m = 0; m < projections.Length; m++)
        {
            columns[m] = engine.MatrixProduct(rawMoments[m], projections[m]);
        }

        columns[^1] = rawMoments[^1];
        Tensor right = engine.ConcatenateColumns(columns);
        var rows = new Tensor[projections.Length + 1];
        int start = 0;
        for (int m = 0; m < projections.Length; m++)
        {
            rows[m] = engine.MatrixProduct(projections[m], engine.SliceRows(right, start, projections[m].Rows), transposeA: true);
            start += projections[m].Rows;
        }

        rows[^1] = engine.SliceRows(right, start, 1);
        return engine.ConcatenateRows(rows);
    }

    /// <summary>
    /// [X_raw ‖ 1]ᵀ[X_raw ‖ 1] over items and users, where a user's X_raw is A X_raw: constant as long as features and graph are.
    /// One slice of columns a modality, and the last one for the ones. Summed over blocks of rows, since those of all users may be larger
    /// than everything else in a run.
    /// </summary>
    private Matrix[] RawMoments(CsrMatrix profiles, IReadOnlyList<ModalityInput> modalities)
    {
        Tensor[] items = [.. modalities.Select(m => engine.Constant(m.Features!))];
        int width = items.Sum(static x => x.Columns) + 1;
        int size = Math.Max(1, BlockFloats / width);
        Tensor sum = engine.Constant(new Matrix(width, width));
        for (int start = 0; start < profiles.Columns; start += size)
        {
            int count = Math.Min(size, profiles.Columns - start);
            sum = PlusGram(sum, count, () => items.Select(x => engine.SliceRows(x, start, count)));
        }

        for (int start = 0; start < profiles.Rows; start += size)
        {
            int count = Math.Min(size, profiles.Rows - start);
            using SparseTensor rows = engine.Sparse(profiles.RowRange(start, count));
            sum = PlusGram(sum, count, () => items.Select(x => engine.SparseProduct(rows, x)));
        }

        foreach (Tensor constant in items)
        {
            constant.Dispose();
        }

        Matrix all = engine.Read(sum);
        sum.Dispose();
        var slices = new Matrix[projections.Length + 1];
        int column = 0;
        for (int m = 0; m <= projections.Length; m++)
        {
            int count = m < projections.Length ? projections[m].Rows : 1;
            slices[m] = new Matrix(width, count);
            for (int row = 0; row < width; row++)
            {
                all.Row(row).Slice(column, count).CopyTo(slices[m].Row(row));
            }

            column += count;
        }

        return slices;
    }

    // Kept by the engine between blocks: at full width a sum read back for each of a hundred blocks is gigabytes of garbage.
    private Tensor PlusGram(Tensor sum, int count, Func<IEnumerable<Tensor>> parts)
    {
        Tensor[] made = [.. parts(), engine.Constant(Initial.Filled(count, 1, 1f))];
        using Tensor rows = engine.ConcatenateColumns(made);
        foreach (Tensor part in made)
        {
            part.Dispose();
        }

        using Tensor gram = engine.MatrixProduct(rows, rows, transposeA: true);
        Tensor total = engine.Add(sum, gram);
        sum.Dispose();
        return total;
    }
}
