using NUnit.Framework;
using TorchSharp;

namespace CranePipeline.Tensors.Torch.Tests;

/// <summary>
/// What only this engine has to hold: the library's tensors are released, its ties are settled, and large constants are kept small.
/// </summary>
[TestFixtureSource(typeof(Devices), nameof(Devices.Present))]
internal sealed class TorchEngineTests(string device)
{
    [Test]
    public void As_many_tensors_live_after_fifty_steps_as_after_five()
    {
        using TorchEngine engine = Devices.Open(device);
        using Tensor users = engine.Parameter(Random(30, 8, 1));
        using Tensor items = engine.Parameter(Random(20, 8, 2));
        using SparseTensor graph = engine.Sparse(Ring(30, 20));
        using IOptimizer adam = engine.Adam([new AdamGroup([users, items], 0.01f)]);
        long afterFive = 0;
        for (int number = 1; number <= 50; number++)
        {
            Step(engine, users, items, graph, backwardElsewhere: number % 2 == 0);
            adam.Step();
            adam.Export();
            engine.Read(users);
            Assert.That(engine.ReadGradient(users), Is.Null);
            if (number == 5)
            {
                afterFive = torch.Tensor.TotalCount;
            }
        }

        Assert.That(torch.Tensor.TotalCount, Is.EqualTo(afterFive));
    }

    [Test]
    public void Two_runs_give_the_same_bytes()
    {
        float[] once = Trained();

        Assert.That(Trained(), Is.EqualTo(once));

        float[] Trained()
        {
            using TorchEngine engine = Devices.Open(device);
            using Tensor users = engine.Parameter(Random(700, 64, 1));
            using Tensor items = engine.Parameter(Random(500, 64, 2));
            using SparseTensor graph = engine.Sparse(Ring(700, 500));
            using IOptimizer adam = engine.Adam([new AdamGroup([users, items], 0.01f)]);
            for (int number = 0; number < 5; number++)
            {
                using (IDisposable step = engine.BeginStep(gradients: true))
                {
                    IndexTensor rows = engine.Indices([.. Enumerable.Range(0, 300).Select(place => place * place % 500)], 1, 500);
                    Tensor propagated = engine.SparseProduct(graph, engine.SparseProduct(graph, users, transpose: true));
                    Tensor mixed = engine.MatrixProduct(propagated, engine.MatrixProduct(items, items, transposeA: true));
                    engine.Backward(engine.InfoNceLoss(engine.GatherRows(mixed, rows), engine.GatherRows(items, rows), 0.5f));
                }

                adam.Step();
            }

            return [.. engine.Read(users).Values, .. engine.Read(items).Values];
        }
    }

    [Test]
    public void Of_equal_scores_the_first_items_are_found()
    {
        using TorchEngine engine = Devices.Open(device);
        using Tensor query = engine.Constant(new Matrix(1, 1, [1]));
        var scores = new float[1000];
        scores[997] = 2;
        using Tensor items = engine.Constant(new Matrix(1000, 1, scores));
        Assert.That(engine.TopItems(query, items, 4).Items, Is.EqualTo(new[] { 997, 0, 1, 2 }));
        var exclude = new CsrMatrix(1, 1000, [0, 2], [1, 997], [1, 1]);
        Assert.That(engine.TopItems(query, items, 4, exclude).Items, Is.EqualTo(new[] { 0, 2, 3, 4 }));
    }

    [Test]
    public void Scores_that_are_no_numbers_are_never_found()
    {
        using TorchEngine engine = Devices.Open(device);
        using Tensor query = engine.Constant(new Matrix(1, 1, [1]));
        using Tensor items = engine.Constant(new Matrix(4, 1, [float.NaN, 3, float.NegativeInfinity, 5]));
        Assert.That(engine.TopItems(query, items, 3).Items, Is.EqualTo(new[] { 3, 1, -1 }));
    }

    [Test]
    public void A_large_constant_multiplies_as_a_small_one([Values] ConstantPlacement placement, [Values] bool transpose)
    {
        Devices.Require();
        // Wide enough for several blocks of rows.
        Matrix features = Random(40, 1 << 18, 3);
        Matrix factor = Random(transpose ? 40 : 1 << 18, 2, 4);
        Matrix[] plain = Product(ConstantPlacement.Device);
        Matrix[] placed = Product(placement);
        double tolerance = placement == ConstantPlacement.DeviceHalf ? 2e-3 : 1e-5;
        for (int which = 0; which < plain.Length; which++)
        {
            float largest = plain[which].Values.Max(MathF.Abs);
            Assert.That(placed[which].Values, Is.EqualTo(plain[which].Values).Within(tolerance * largest));
        }

        Matrix[] Product(ConstantPlacement where)
        {
            using var engine = new TorchEngine(device, 2, where);
            using Tensor x = engine.Constant(features);
            using Tensor a = engine.Parameter(factor);
            using (engine.BeginStep(gradients: true))
            {
                Tensor product = engine.MatrixProduct(x, a, transposeA: transpose);
                engine.Backward(engine.SumSquares(product));
                return [engine.Read(product), engine.ReadGradient(a)!];
            }
        }
    }

    private static void Step(TorchEngine engine, Tensor users, Tensor items, SparseTensor graph, bool backwardElsewhere)
    {
        using IndexTensor rows = engine.Indices([3, 1, 4, 1, 5], 1, 20);
        using IDisposable step = engine.BeginStep(gradients: true);
        IndexTensor neighbours = engine.Indices([.. Enumerable.Range(0, 40).Select(place => place * 7 % 20)], 2, 20);
        IndexTensor wanted = engine.Indices([2, 3, 5, 7], 1, 20);
        Tensor propagated = engine.SparseProduct(graph, items);
        Tensor attended = engine.EntityAttention(users, propagated, propagated, AttentionActivation.Softmax);
        Tensor profile = engine.SparseSoftmaxSum(graph, engine.SliceColumns(items, 0, 1), items);
        Tensor both = engine.Add(engine.Add(attended, profile), engine.SparseMaximum(graph, items));
        Tensor near = engine.NeighbourSum(engine.NeighbourDots(items, neighbours, wanted), items, neighbours, wanted);
        Tensor few = engine.SparseProductRows(graph, near, rows);
        Tensor chosen = engine.Add(engine.GatherRows(both, rows), few);
        Tensor loss = engine.Add(
            engine.BprLoss(chosen, engine.GatherRows(items, rows), engine.NormalizeRows(chosen)),
            engine.InfoNceLoss(chosen, engine.GatherRows(users, rows), 0.5f)
        );
        engine.TopItems(users, items, 3);
        engine.Sparse(Ring(5, 5));
        if (backwardElsewhere)
        {
            // As on a GPU, where the library goes back on a thread of its own.
            var thread = new Thread(() => engine.Backward(loss));
            thread.Start();
            thread.Join();
        }
        else
        {
            engine.Backward(loss);
        }
    }

    private static Matrix Random(int rows, int columns, int step)
    {
        var stream = new RandomStream(5, "torch tests", step);
        var matrix = new Matrix(rows, columns);
        foreach (ref float value in matrix.Values.AsSpan())
        {
            value = (float)(stream.NextDouble() - 0.5);
        }

        return matrix;
    }

    private static CsrMatrix Ring(int rows, int columns)
    {
        int[] row = [.. Enumerable.Range(0, 2 * rows).Select(entry => entry / 2)];
        int[] column = [.. Enumerable.Range(0, 2 * rows).Select(entry => ((entry / 2) + (entry % 2)) % columns)];
        return CsrMatrix.FromEntries(rows, columns, row, column, [.. row.Select(_ => 0.5f)]);
    }
}
