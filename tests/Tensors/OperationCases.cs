namespace CranePipeline.Tensors.Tests;

/// <summary>Every differentiable operation of the seam, at sizes below, at and above the widths and blocks that engines work in.</summary>
internal static partial class OperationCases
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
            yield return OperationCase.Random(
                "LeakyRelu" + size,
                [(n, d)],
                (engine, x) => engine.LeakyRelu(x[0], 0.2f),
                x => Reference.Map(x[0], v => v > 0 ? v : 0.2 * v)
            );
            yield return OperationCase.Random(
                "Sigmoid" + size,
                [(n, d)],
                (engine, x) => engine.Sigmoid(x[0]),
                x => Reference.Map(x[0], v => 1 / (1 + Math.Exp(-v))),
                v => 3 * v
            );
            yield return OperationCase.Random(
                "Softplus" + size,
                [(n, d)],
                (engine, x) => engine.Softplus(x[0]),
                x => Reference.Map(x[0], v => Math.Log(1 + Math.Exp(v))),
                v => 3 * v
            );
            yield return OperationCase.Random(
                "Exp" + size,
                [(n, d)],
                (engine, x) => engine.Exp(x[0]),
                x => Reference.Map(x[0], Math.Exp)
            );
            yield return OperationCase.Random(
                "Log" + size,
                [(n, d)],
                (engine, x) => engine.Log(x[0]),
                x => Reference.Map(x[0], Math.Log),
                v => 0.5 + Math.Abs(v)
            );
            yield return OperationCase.Random(
                "Dropout" + size,
                [(n, d)],
                (engine, x) => engine.Dropout(x[0], 0.3, new RandomStream(4, "dropout")),
                x => Dropped(x[0], 0.3)
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

    // Element e of a row-major matrix by word e of the stream.
    private static double[,] Dropped(double[,] a, double rate)
    {
        var stream = new RandomStream(4, "dropout");
        return Reference.Map(a, v => stream.NextUInt32() >= rate * 4294967296.0 ? v / (1 - rate) : 0);
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
