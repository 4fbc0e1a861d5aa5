namespace CranePipeline.Tensors.Tests;

/// <summary>Every differentiable operation of the seam, at sizes below, at and above the widths and blocks that engines work in.</summary>
internal static class OperationCases
{
    public static IEnumerable<OperationCase> All =>
        [.. Products(), .. Elementwise(), .. Rearranging(), .. Rowwise(), .. Sums(), .. Graphs(), .. Losses()];

    private static IEnumerable<OperationCase> Products()
    {
        (int M, int K, int N)[] sizes =
        [
            (1, 1, 1),
            (7, 5, 3),
            (2, 300, 1),
            (1, 40, 33),
            (50, 64, 64),
            (97, 19, 70),
            (130, 530, 20),
        ];
        foreach ((int m, int k, int n) in sizes)
        {
            foreach ((bool ta, bool tb) in new[] { (false, false), (true, false), (false, true), (true, true) })
            {
                yield return OperationCase.Random(
                    $"MatrixProduct {m}×{k}{(ta ? "ᵀ" : "")} · {k}×{n}{(tb ? "ᵀ" : "")}",
                    [ta ? (k, m) : (m, k), tb ? (n, k) : (k, n)],
                    (engine, x) => engine.MatrixProduct(x[0], x[1], ta, tb),
                    x => Reference.Product(ta ? Reference.Transpose(x[0]) : x[0], tb ? Reference.Transpose(x[1]) : x[1])
                );
            }
        }

        yield return OperationCase.Random(
            "MatrixProduct of a matrix with itself",
            [(40, 12)],
            (engine, x) => engine.MatrixProduct(x[0], x[0], transposeA: true),
            x => Reference.Product(Reference.Transpose(x[0]), x[0])
        );
    }

    private static IEnumerable<OperationCase> Elementwise()
    {
        foreach ((int n, int d) in new[] { (1, 1), (5, 7), (40, 33) })
        {
            string size = $" {n}×{d}";
            yield return OperationCase.Random(
                "Add" + size,
                [(n, d), (n, d)],
                (engine, x) => engine.Add(x[0], x[1], -1.5f),
                x => Reference.New(n, d, (i, j) => x[0][i, j] - (1.5 * x[1][i, j]))
            );
            yield return OperationCase.Random(
                "Add of a value to itself" + size,
                [(n, d)],
                (engine, x) => engine.Add(x[0], x[0], 2f),
                x => Reference.Map(x[0], v => 3 * v)
            );
            yield return OperationCase.Random(
                "Multiply" + size,
                [(n, d), (n, d)],
                (engine, x) => engine.Multiply(x[0], x[1]),
                x => Reference.New(n, d, (i, j) => x[0][i, j] * x[1][i, j])
            );
            yield return OperationCase.Random(
                "Scale" + size,
                [(n, d)],
                (engine, x) => engine.Scale(x[0], -0.75f),
                x => Reference.Map(x[0], v => -0.75 * v)
            );
            yield return OperationCase.Random(
                "ScaleBy" + size,
                [(n, d), (1, 1)],
                (engine, x) => engine.ScaleBy(x[0], x[1]),
                x => Reference.Map(x[0], v => v * x[1][0, 0])
            );
            yield return OperationCase.Random(
                "AddRow" + size,
                [(n, d), (1, d)],
                (engine, x) => engine.AddRow(x[0], x[1]),
                x => Reference.New(n, d, (i, j) => x[0][i, j] + x[1][0, j])
            );
            yield return OperationCase.Random(
                "ScaleRows" + size,
                [(n, d), (n, 1)],
                (engine, x) => engine.ScaleRows(x[0], x[1]),
                x => Reference.New(n, d, (i, j) => x[0][i, j] * x[1][i, 0])
            );
            yield return OperationCase.Random(
                "Tanh" + size,
                [(n, d)],
                (engine, x) => engine.Tanh(x[0]),
                x => Reference.Map(x[0], Math.Tanh),
                v => 2 * v
            );
            yield return OperationCase.Random(
                "Relu" + size,
                [(n, d)],
                (engine, x) => engine.Relu(x[0]),
                x => Reference.Map(x[0], v => Math.Max(v, 0))
            );
            foreach (float exponent in new[] { -0.5f, 0.5f, 2f, -1f })
            {
                yield return OperationCase.Random(
                    $"Power {exponent}" + size,
                    [(n, d)],
                    (engine, x) => engine.Power(x[0], exponent),
                    x => Reference.Map(x[0], v => Math.Pow(v, exponent)),
                    v => 0.5 + Math.Abs(v)
                );
            }
        }
    }

    private static IEnumerable<OperationCase> Rearranging()
    {
        yield return OperationCase.Random(
            "ConcatenateColumns",
            [(6, 3), (6, 1), (6, 9)],
            (engine, x) => engine.ConcatenateColumns(x),
            x =>
                Reference.New(
                    6,
                    13,
                    (i, j) =>
                        j < 3 ? x[0][i, j]
                        : j < 4 ? x[1][i, 0]
                        : x[2][i, j - 4]
                )
        );
        yield return OperationCase.Random(
            "ConcatenateRows",
            [(3, 6), (1, 6), (9, 6)],
            (engine, x) => engine.ConcatenateRows(x),
            x =>
                Reference.New(
                    13,
                    6,
                    (i, j) =>
                        i < 3 ? x[0][i, j]
                        : i < 4 ? x[1][0, j]
                        : x[2][i - 4, j]
                )
        );
        yield return OperationCase.Random(
            "ConcatenateColumns of a value with itself",
            [(4, 3)],
            (engine, x) => engine.ConcatenateColumns([x[0], x[0]]),
            x => Reference.New(4, 6, (i, j) => x[0][i, j % 3])
        );
        yield return OperationCase.Random(
            "SliceColumns",
            [(6, 11)],
            (engine, x) => engine.SliceColumns(x[0], 2, 7),
            x => Reference.New(6, 7, (i, j) => x[0][i, j + 2])
        );
        yield return OperationCase.Random(
            "SliceRows",
            [(11, 6)],
            (engine, x) => engine.SliceRows(x[0], 2, 7),
            x => Reference.New(7, 6, (i, j) => x[0][i + 2, j])
        );
        foreach ((int rows, int width, int picks) in new[] { (9, 5, 4), (30, 64, 100) })
        {
            int[] chosen = Picks(picks, rows, 3);
            yield return OperationCase.Random(
                $"GatherRows {picks} of {rows}×{width}",
                [(rows, width)],
                (engine, x) => engine.GatherRows(x[0], engine.Indices(chosen, 1, rows)),
                x => Reference.New(picks, width, (i, j) => x[0][chosen[i], j])
            );
        }
    }

    private static IEnumerable<OperationCase> Rowwise()
    {
        foreach ((int n, int d) in new[] { (1, 1), (6, 5), (33, 40) })
        {
            string size = $" {n}×{d}";
            yield return OperationCase.Random(
                "NormalizeRows" + size,
                [(n, d)],
                (engine, x) => engine.NormalizeRows(x[0]),
                x => Reference.NormalizeRows(x[0])
            );
            yield return OperationCase.Random(
                "NormalizeColumns" + size,
                [(n, d)],
                (engine, x) => engine.NormalizeColumns(x[0]),
                x => Reference.Transpose(Reference.NormalizeRows(Reference.Transpose(x[0])))
            );
            yield return OperationCase.Random(
                "ClippedRowShares" + size,
                [(n, d)],
                (engine, x) => engine.ClippedRowShares(x[0]),
                x => Reference.ClippedRowShares(x[0])
            );
            yield return OperationCase.Random(
                "SoftmaxRows" + size,
                [(n, d)],
                (engine, x) => engine.SoftmaxRows(x[0]),
                x => Reference.Softmax(x[0]),
                v => 3 * v
            );
        }
    }

    private static IEnumerable<OperationCase> Sums()
    {
        foreach ((int n, int d) in new[] { (1, 1), (6, 5), (300, 40) })
        {
            string size = $" {n}×{d}";
            yield return OperationCase.Random(
                "Sum" + size,
                [(n, d)],
                (engine, x) => engine.Sum(x[0]),
                x => Reference.Scalar(Reference.SumAll(x[0]))
            );
            yield return OperationCase.Random(
                "SumSquares" + size,
                [(n, d)],
                (engine, x) => engine.SumSquares(x[0]),
                x => Reference.Scalar(Reference.SumAll(Reference.Map(x[0], v => v * v))),
                v => 0.2 * v
            );
            yield return OperationCase.Random(
                "SumRows" + size,
                [(n, d)],
                (engine, x) => engine.SumRows(x[0]),
                x => Reference.New(1, d, (_, j) => Reference.Sum(n, i => x[0][i, j]))
            );
        }
    }

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
            yield return OperationCase.Random(
                "NeighbourSum" + size,
                [(n, count), (n, d)],
                (engine, x) => engine.NeighbourSum(x[0], x[1], engine.Indices(near, count, n)),
                x => Reference.New(n, d, (i, j) => Reference.Sum(count, k => x[0][i, k] * x[1][near[(i * count) + k], j]))
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

    private static int[] Picks(int count, int bound, long seed)
    {
        var random = new RandomStream(seed, "picks");
        var result = new int[count];
        for (int i = 0; i < count; i++)
        {
            result[i] = random.NextInt32(bound);
        }

        return result;
    }

    // Random places; the last row stays empty.
    internal static CsrMatrix Csr(int rows, int columns, int entries)
    {
        var random = new RandomStream(7, "csr", entries);
        var places = new HashSet<(int, int)>();
        while (places.Count < entries)
        {
            places.Add((random.NextInt32(rows - 1), random.NextInt32(columns)));
        }

        var values = new float[entries];
        for (int i = 0; i < entries; i++)
        {
            values[i] = (float)random.NextNormal();
        }

        int[] row = [.. places.Select(place => place.Item1)];
        int[] column = [.. places.Select(place => place.Item2)];
        return CsrMatrix.FromEntries(rows, columns, row, column, values);
    }
}
