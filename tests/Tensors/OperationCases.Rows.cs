namespace CranePipeline.Tensors.Tests;

/// <content>Rearranging, row by row, and sums.</content>
internal static partial class OperationCases
{
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
            yield return OperationCase.Random(
                "SumColumns" + size,
                [(n, d)],
                (engine, x) => engine.SumColumns(x[0]),
                x => Reference.New(n, 1, (i, _) => Reference.Sum(d, j => x[0][i, j]))
            );
        }
    }
}
