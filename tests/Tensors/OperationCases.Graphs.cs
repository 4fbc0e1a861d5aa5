namespace CranePipeline.Tensors.Tests;

/// <content>Graphs, losses and attention.</content>
internal static partial class OperationCases
{
    private static IEnumerable<OperationCase> Graphs()
    {
        foreach ((int n, int m, int d, int entries) in new[] { (5, 4, 3, 9), (40, 30, 64, 200), (60, 50, 83, 900) })
        {
            CsrMatrix s = Csr(n, m, entries);
            string size = $" {n}×{m} with {entries} · {d} wide";
            yield return OperationCase.Random(
                "SparseProduct" + size,
                [(m, d)],
                (engine, x) => engine.SparseProduct(engine.Sparse(s), x[0]),
                x => Reference.Product(Reference.Dense(s), x[0])
            );
            yield return OperationCase.Random(
                "SparseProduct transposed" + size,
                [(n, d)],
                (engine, x) => engine.SparseProduct(engine.Sparse(s), x[0], transpose: true),
                x => Reference.Product(Reference.Transpose(Reference.Dense(s)), x[0])
            );
            foreach (bool transpose in new[] { false, true })
            {
                int bound = transpose ? m : n;
                int[] rows = [bound - 1, 0, bound / 2, 0];
                int[] distinct = [.. rows.Distinct().Order()];
                foreach (int[] chosen in new[] { rows, distinct })
                {
                    yield return OperationCase.Random(
                        $"SparseProductRows{(transpose ? " transposed" : "")}, {chosen.Length} rows of {size}",
                        [(transpose ? n : m, d)],
                        (engine, x) =>
                            engine.SparseProductRows(engine.Sparse(s), x[0], engine.Indices(chosen, 1, bound), transpose),
                        x =>
                        {
                            double[,] dense = Reference.Dense(s);
                            double[,] whole = Reference.Product(transpose ? Reference.Transpose(dense) : dense, x[0]);
                            return Reference.New(chosen.Length, d, (i, j) => whole[chosen[i], j]);
                        }
                    );
                }
            }

            yield return OperationCase.Random(
                "SparseProductRows of a value that is used elsewhere" + size,
                [(m, d)],
                (engine, x) =>
                {
                    SparseTensor sparse = engine.Sparse(s);
                    Tensor all = engine.SparseProduct(sparse, x[0]);
                    return engine.Add(
                        engine.SparseProductRows(sparse, x[0], engine.Indices([n - 1], 1, n)),
                        engine.SliceRows(all, 0, 1)
                    );
                },
                x =>
                {
                    double[,] whole = Reference.Product(Reference.Dense(s), x[0]);
                    return Reference.New(1, d, (_, j) => whole[n - 1, j] + whole[0, j]);
                }
            );
            yield return OperationCase.Random(
                "GraphGram" + size,
                [(m, d)],
                (engine, x) => engine.GraphGram(engine.Sparse(s), x[0]),
                x =>
                {
                    double[,] sums = Reference.Product(Reference.Dense(s), x[0]);
                    double[,] own = Reference.Product(Reference.Transpose(x[0]), x[0]);
                    double[,] spread = Reference.Product(Reference.Transpose(sums), sums);
                    return Reference.New(d, d, (i, j) => own[i, j] + spread[i, j]);
                }
            );
            yield return OperationCase.Random(
                "SparseMaximum" + size,
                [(m, d)],
                (engine, x) => engine.SparseMaximum(engine.Sparse(s), x[0]),
                x => Reference.SparseMaximum(s, x[0])
            );
            yield return OperationCase.Random(
                "SparseSoftmaxSum" + size,
                [(m, 1), (m, d)],
                (engine, x) => engine.SparseSoftmaxSum(engine.Sparse(s), x[0], x[1]),
                x => Reference.SparseSoftmaxSum(s, x[0], x[1])
            );
        }

        foreach ((int n, int d, int count) in new[] { (5, 3, 2), (40, 64, 10), (33, 37, 7) })
        {
            int[] near = Picks(n * count, n, 5);
            string size = $" {count} of {n}×{d}";
            yield return OperationCase.Random(
                "NeighbourDots" + size,
                [(n, d)],
                (engine, x) => engine.NeighbourDots(x[0], engine.Indices(near, count, n)),
                x => Reference.New(n, count, (i, k) => Reference.Dot(x[0], i, x[0], near[(i * count) + k]))
            );
            int[] named = Picks((n + 2) * count, n, 6);
            yield return OperationCase.Random(
                "RowDots" + size,
                [(n + 2, d), (n, d)],
                (engine, x) => engine.RowDots(x[0], x[1], engine.Indices(named, count, n)),
                x => Reference.New(n + 2, count, (i, k) => Reference.Dot(x[0], i, x[1], named[(i * count) + k]))
            );
            yield return OperationCase.Random(
                "NeighbourSum" + size,
                [(n, count), (n, d)],
                (engine, x) => engine.NeighbourSum(x[0], x[1], engine.Indices(near, count, n)),
                x => Reference.New(n, d, (i, j) => Reference.Sum(count, k => x[0][i, k] * x[1][near[(i * count) + k], j]))
            );

            // Only the wanted rows are the same on every engine.
            int[] wanted = [.. Enumerable.Range(0, n).Where(static row => row % 3 != 1)];
            yield return OperationCase.Random(
                "NeighbourDots of wanted rows" + size,
                [(n, d)],
                (engine, x) =>
                {
                    IndexTensor rows = engine.Indices(wanted, 1, n);
                    return engine.GatherRows(engine.NeighbourDots(x[0], engine.Indices(near, count, n), rows), rows);
                },
                x =>
                    Reference.New(
                        wanted.Length,
                        count,
                        (i, k) => Reference.Dot(x[0], wanted[i], x[0], near[(wanted[i] * count) + k])
                    )
            );
            yield return OperationCase.Random(
                "NeighbourSum of wanted rows" + size,
                [(n, count), (n, d)],
                (engine, x) =>
                {
                    IndexTensor rows = engine.Indices(wanted, 1, n);
                    return engine.GatherRows(engine.NeighbourSum(x[0], x[1], engine.Indices(near, count, n), rows), rows);
                },
                x =>
                    Reference.New(
                        wanted.Length,
                        d,
                        (i, j) => Reference.Sum(count, k => x[0][wanted[i], k] * x[1][near[(wanted[i] * count) + k], j])
                    )
            );
        }
    }

    private static IEnumerable<OperationCase> Losses()
    {
        foreach ((int n, int d) in new[] { (1, 1), (6, 5), (130, 64) })
        {
            string size = $" {n}×{d}";
            yield return OperationCase.Random(
                "BprLoss" + size,
                [(n, d), (n, d), (n, d)],
                (engine, x) => engine.BprLoss(x[0], x[1], x[2]),
                x => Reference.Bpr(x[0], x[1], x[2])
            );
            yield return OperationCase.Random(
                "InfoNceLoss" + size,
                [(n, d), (n, d)],
                (engine, x) => engine.InfoNceLoss(x[0], x[1], 0.3f),
                x => Reference.InfoNce(x[0], x[1], 0.3f)
            );
            int[] positives = Picks(n, n + 5, 4);
            yield return OperationCase.Random(
                "InfoNceLoss with positives" + size,
                [(n, d), (n + 5, d)],
                (engine, x) => engine.InfoNceLoss(x[0], x[1], engine.Indices(positives, 1, n + 5), 0.3f),
                x => Reference.InfoNce(x[0], x[1], 0.3f, positives)
            );
        }

        foreach (AttentionActivation activation in Enum.GetValues<AttentionActivation>())
        {
            foreach ((int n, int m, int d, int v) in new[] { (1, 1, 1, 1), (6, 5, 4, 3), (100, 530, 9, 12), (530, 40, 5, 2) })
            {
                yield return OperationCase.Random(
                    $"EntityAttention {activation} {n}×{d} on {m}×{v}",
                    [(n, d), (m, d), (m, v)],
                    (engine, x) => engine.EntityAttention(x[0], x[1], x[2], activation),
                    x => Reference.Attention(x[0], x[1], x[2], activation)
                );
            }

            yield return OperationCase.Random(
                $"EntityAttention {activation} of a value on itself",
                [(30, 4)],
                (engine, x) => engine.EntityAttention(x[0], x[0], x[0], activation),
                x => Reference.Attention(x[0], x[0], x[0], activation)
            );
        }
    }
}
