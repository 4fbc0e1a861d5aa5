using CranePipeline.Tensors.Kernels;
using NUnit.Framework;

namespace CranePipeline.Tensors.Tests;

/// <summary>What the CPU engine promises beyond the seam: the same bytes on any number of threads, and pooled memory.</summary>
[TestFixture]
internal sealed class CpuEngineTests
{
    private const int Users = 700;
    private const int Items = 900;
    private const int Width = 64;
    private const int Neighbours = 10;

    public static IEnumerable<int> Widths => Enumerable.Range(1, Kernel.All.Count - 1);

    [Test]
    public void Training_gives_the_same_bytes_on_one_two_and_three_threads()
    {
        List<Matrix> one = Trained(1);
        foreach (int threads in new[] { 2, 3 })
        {
            List<Matrix> other = Trained(threads);
            for (int i = 0; i < one.Count; i++)
            {
                Assert.That(other[i].Values, Is.EqualTo(one[i].Values), $"result {i} on {threads} threads");
            }
        }

        static List<Matrix> Trained(int threads)
        {
            using var engine = new CpuEngine(threads);
            var model = new SmallModel(engine);
            List<Matrix> results = [];
            for (int step = 0; step < 3; step++)
            {
                results.Add(model.Step(step));
            }

            results.AddRange(model.Parameters.Select(engine.Read));
            TopItems top = engine.TopItems(model.Parameters[0], model.Parameters[0], 20);
            results.Add(new Matrix(top.QueryCount, top.K, top.Scores));
            results.Add(new Matrix(top.QueryCount, top.K, [.. top.Items.Select(item => (float)item)]));
            return results;
        }
    }

    [TestCaseSource(nameof(Widths))]
    public void Every_operation_agrees_with_the_scalar_path(int width)
    {
        using var scalar = new CpuEngine(1, Kernel.All[0]);
        using var vector = new CpuEngine(1, Kernel.All[width]);
        foreach (OperationCase operation in OperationCases.All)
        {
            float[][] expected = ValueAndGradients(scalar, operation);
            float[][] actual = ValueAndGradients(vector, operation);
            for (int part = 0; part < expected.Length; part++)
            {
                float tolerance = 2e-5f * (1 + expected[part].Max(MathF.Abs));
                Assert.That(actual[part], Is.EqualTo(expected[part]).Within(tolerance), $"{operation}, part {part}");
            }
        }
    }

    [Test]
    public void A_steady_step_takes_no_memory_but_for_its_tape()
    {
        using var engine = new CpuEngine(threads: 2);
        var model = new SmallModel(engine);
        for (int step = 0; step < 4; step++)
        {
            _ = model.Step(step);
        }

        long lent = engine.Pool.LentBytes;
        long peak = engine.PeakBytes;
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int step = 0; step < 10; step++)
        {
            model.StepWithoutReading(step);
        }

        long allocated = (GC.GetTotalAllocatedBytes(precise: true) - before) / 10;

        // The smallest matrix of the step alone, 512 × 64, has 131,072 bytes; 35 operations and their closures have less.
        Assert.That(allocated, Is.LessThan(60_000));
        Assert.That(engine.Pool.LentBytes, Is.EqualTo(lent), "all buffers went back");
        Assert.That(engine.PeakBytes, Is.EqualTo(peak), "the pool did not grow");
    }

    [Test]
    public void A_product_with_constant_features_does_not_make_their_gradient()
    {
        using var engine = new CpuEngine(threads: 1);

        // Below the size from which a constant is packed for good.
        using Tensor features = engine.Constant(new Matrix(1000, 512));
        using Tensor projection = engine.Parameter(new Matrix(512, 8));
        long before = engine.PeakBytes;
        using (engine.BeginStep(gradients: true))
        {
            engine.Backward(engine.SumSquares(engine.MatrixProduct(features, projection)));
        }

        Assert.That(engine.PeakBytes - before, Is.LessThan(1000 * 512 * sizeof(float)));
        Assert.That(engine.ReadGradient(projection), Is.Not.Null);
    }

    [Test]
    public void A_large_constant_is_multiplied_alike_packed_for_good_or_not(
        [Values(64, 37, 130)] int width,
        [Values] bool transposed,
        [Values(1, 2, 3)] int threads
    )
    {
        const int Rows = 1031;
        const int Columns = 523;
        using var engine = new CpuEngine(threads);
        Matrix values = Normal("features", Rows, Columns);
        Matrix initial = transposed ? Normal("projection", width, Columns) : Normal("projection", Columns, width);
        using Tensor features = engine.Constant(values);
        using Tensor projection = engine.Parameter(initial);
        using Tensor plain = engine.MatrixProduct(features, projection, transposeB: transposed);
        using Tensor slopes = engine.Constant(Normal("slopes", Rows, width));
        Matrix product;
        using (engine.BeginStep(gradients: true))
        {
            Tensor packed = engine.MatrixProduct(features, projection, transposeB: transposed);
            product = engine.Read(packed);
            engine.Backward(engine.Sum(engine.Multiply(packed, slopes)));
        }

        using Tensor gradient = transposed
            ? engine.MatrixProduct(slopes, features, transposeA: true)
            : engine.MatrixProduct(features, slopes, transposeA: true);
        Assert.That(product.Values, Is.EqualTo(engine.Read(plain).Values));
        Assert.That(engine.ReadGradient(projection)!.Values, Is.EqualTo(engine.Read(gradient).Values).Within(2e-3));

        engine.Assign(features, Normal("other features", Rows, Columns));
        using Tensor changed = engine.MatrixProduct(features, projection, transposeB: transposed);
        using (engine.BeginStep(gradients: true))
        {
            Tensor packed = engine.MatrixProduct(features, projection, transposeB: transposed);
            Assert.That(engine.Read(packed).Values, Is.EqualTo(engine.Read(changed).Values));
        }

        static Matrix Normal(string name, int rows, int columns)
        {
            var random = new RandomStream(3, name);
            var matrix = new Matrix(rows, columns);
            foreach (ref float value in matrix.Values.AsSpan())
            {
                value = (float)random.NextNormal();
            }

            return matrix;
        }
    }

    [Test]
    public void Values_of_a_step_end_with_it()
    {
        using var engine = new CpuEngine(threads: 1);
        Tensor value;
        using (engine.BeginStep(gradients: false))
        {
            value = engine.Constant(new Matrix(3, 3));
        }

        Assert.That(() => engine.Read(value), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(engine.Pool.LentBytes, Is.Zero);
    }

    [Test]
    public void A_failure_in_a_worker_reaches_the_caller_and_the_pool_goes_on()
    {
        using var workers = new Cpu.WorkerPool(3);
        for (int round = 0; round < 50; round++)
        {
            Assert.That(
                () => workers.Run(20, (block, _) => throw new InvalidOperationException($"block {block}")),
                Throws.InvalidOperationException
            );
            var done = new int[100];
            workers.Run(100, (block, _) => Interlocked.Increment(ref done[block]));
            Assert.That(done, Is.All.EqualTo(1));
        }
    }

    private static float[][] ValueAndGradients(CpuEngine engine, OperationCase operation)
    {
        Tensor[] inputs =
        [
            .. operation.Inputs.Select(input =>
                engine.Parameter(
                    new Matrix(input.Rows(), input.Columns(), [.. input.Cast<double>().Select(value => (float)value)])
                )
            ),
        ];
        using (engine.BeginStep(gradients: true))
        {
            Tensor value = operation.Run(engine, inputs);
            engine.Backward(engine.SumSquares(value));
            return [engine.Read(value).Values, .. inputs.Select(input => engine.ReadGradient(input)!.Values)];
        }
    }

    /// <summary>A step that uses what a training step uses, at sizes that go over several blocks and threads.</summary>
    private sealed class SmallModel
    {
        private readonly CpuEngine engine;
        private readonly SparseTensor graph;
        private readonly IndexTensor neighbours;
        private readonly Tensor features;
        private readonly IOptimizer adam;
        private readonly int[] batch = new int[512];

        public SmallModel(CpuEngine engine)
        {
            this.engine = engine;
            const int Nodes = Users + Items;
            graph = engine.Sparse(OperationCases.Csr(Nodes, Nodes, 20_000));
            var random = new RandomStream(1, "model");
            int[] near = [.. Enumerable.Range(0, Items * Neighbours).Select(_ => random.NextInt32(Items))];
            neighbours = engine.Indices(near, Neighbours, Items);
            features = engine.Constant(Normal(Items, 300, 1));
            Parameters =
            [
                engine.Parameter(Normal(Nodes, Width, 2)),
                engine.Parameter(Normal(300, Width, 3)),
                engine.Parameter(Normal(1, Width, 4)),
            ];
            adam = engine.Adam([new AdamGroup(Parameters, 0.01f)]);
        }

        public Tensor[] Parameters { get; }

        public Matrix Step(int step)
        {
            using IDisposable scope = engine.BeginStep(gradients: true);
            return engine.Read(Train(step));
        }

        public void StepWithoutReading(int step)
        {
            using IDisposable scope = engine.BeginStep(gradients: true);
            _ = Train(step);
        }

        private Tensor Train(int step)
        {
            IndexTensor users = Batch(step, "users", 0, Users);
            IndexTensor positives = Batch(step, "positives", Users, Items);
            IndexTensor negatives = Batch(step, "negatives", Users, Items);
            Tensor nodes = Parameters[0];
            Tensor layer = engine.SparseProduct(graph, nodes);
            Tensor mean = engine.Scale(engine.Add(nodes, engine.SparseProduct(graph, layer)), 0.5f);
            Tensor items = engine.SliceRows(mean, Users, Items);
            Tensor content = engine.Tanh(engine.AddRow(engine.MatrixProduct(features, Parameters[1]), Parameters[2]));
            Tensor weights = engine.ClippedRowShares(engine.NeighbourDots(engine.NormalizeRows(content), neighbours));
            Tensor similar = engine.Add(engine.NeighbourSum(weights, items, neighbours), content, 0.1f);
            Tensor attended = engine.EntityAttention(similar, content, similar, AttentionActivation.Softmax);
            Tensor all = engine.ConcatenateRows([engine.SliceRows(mean, 0, Users), engine.Add(items, attended)]);
            Tensor u = engine.GatherRows(all, users);
            Tensor loss = engine.BprLoss(u, engine.GatherRows(all, positives), engine.GatherRows(all, negatives));
            Tensor contrast = engine.InfoNceLoss(u, engine.GatherRows(nodes, users), 0.2f);
            Tensor penalty = engine.Add(engine.SumSquares(Parameters[1]), engine.Sum(engine.NormalizeColumns(content)));
            loss = engine.Add(engine.Add(loss, contrast, 0.1f), penalty, 1e-4f);
            engine.Backward(loss);
            adam.Step();
            return loss;
        }

        private IndexTensor Batch(int step, string name, int first, int count)
        {
            var random = new RandomStream(2, name, step % 2);
            for (int i = 0; i < batch.Length; i++)
            {
                batch[i] = first + random.NextInt32(count);
            }

            return engine.Indices(batch, 1, Users + Items);
        }

        private static Matrix Normal(int rows, int columns, long seed)
        {
            var random = new RandomStream(seed, "normal");
            var matrix = new Matrix(rows, columns);
            foreach (ref float value in matrix.Values.AsSpan())
            {
                value = 0.1f * (float)random.NextNormal();
            }

            return matrix;
        }
    }
}
