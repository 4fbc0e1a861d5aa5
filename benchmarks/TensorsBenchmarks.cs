using BenchmarkDotNet.Attributes;
using CranePipeline.Tensors;

namespace CranePipeline.Benchmarks;

/// <summary>The dense products of a training step on Baby's shape, each beside the same product on one thread.</summary>
[InProcessJob]
[MemoryDiagnoser]
public class TensorsProducts : IDisposable
{
    private CpuEngine engine = null!;
    private Tensor features = null!;
    private Tensor projection = null!;
    private Tensor gradient = null!;

    [Params(1, 2)]
    public int Threads { get; set; }

    [Params(512, 4096)]
    public int FeatureWidth { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        engine = new CpuEngine(Threads);
        features = engine.Constant(TensorsData.Normal(7050, FeatureWidth));
        projection = engine.Constant(TensorsData.Normal(FeatureWidth, 64));
        gradient = engine.Constant(TensorsData.Normal(7050, 64));
    }

    [Benchmark(Baseline = true)]
    public void Project() => engine.MatrixProduct(features, projection).Dispose();

    [Benchmark]
    public void GradientOfProjection() => engine.MatrixProduct(features, gradient, transposeA: true).Dispose();

    [Benchmark]
    public void GradientOfFeatures() => engine.MatrixProduct(gradient, projection, transposeB: true).Dispose();

    [GlobalCleanup]
    public void Dispose()
    {
        engine.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>Top-K search of all users (64 wide) and of nearest items by their features.</summary>
[InProcessJob]
public class TensorsSearch : IDisposable
{
    private CpuEngine engine = null!;
    private Tensor users = null!;
    private Tensor items = null!;
    private Tensor features = null!;

    [GlobalSetup]
    public void Setup()
    {
        engine = new CpuEngine();
        users = engine.Constant(TensorsData.Normal(19445, 64));
        items = engine.Constant(TensorsData.Normal(7050, 64));
        features = engine.Constant(TensorsData.Normal(7050, 512));
    }

    [Benchmark(Baseline = true)]
    public TopItems AllUsersTop50() => engine.TopItems(users, items, 50);

    [Benchmark]
    public TopItems NearestItemsTop100() => engine.TopItems(features, features, 100);

    [GlobalCleanup]
    public void Dispose()
    {
        engine.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>One training step of LightGCN (two layers, batch 1024) on a graph of Baby's size.</summary>
[InProcessJob]
[MemoryDiagnoser]
public class TensorsStep : IDisposable
{
    private const int Users = 19445;
    private const int Items = 7050;
    private const int Nodes = Users + Items;

    private readonly int[] batch = new int[1024];
    private CpuEngine engine = null!;
    private SparseTensor graph = null!;
    private Tensor embeddings = null!;
    private IOptimizer adam = null!;
    private long step;

    [GlobalSetup]
    public void Setup()
    {
        engine = new CpuEngine();
        graph = engine.Sparse(TensorsData.Graph(Users, Items, 128_634));
        embeddings = engine.Parameter(TensorsData.Normal(Nodes, 64));
        adam = engine.Adam([new AdamGroup([embeddings], 1e-3f)]);
    }

    [Benchmark(Baseline = true)]
    public void LightGcn()
    {
        step++;
        using (engine.BeginStep(gradients: true))
        {
            Tensor first = engine.SparseProduct(graph, embeddings);
            Tensor second = engine.SparseProduct(graph, first);
            Tensor mean = engine.Scale(engine.Add(engine.Add(embeddings, first), second), 1f / 3f);
            IndexTensor users = Batch("users", 0, Users);
            Tensor u = engine.GatherRows(mean, users);
            Tensor positives = engine.GatherRows(mean, Batch("positives", Users, Items));
            Tensor negatives = engine.GatherRows(mean, Batch("negatives", Users, Items));
            Tensor penalty = engine.SumSquares(engine.GatherRows(embeddings, users));
            engine.Backward(engine.Add(engine.BprLoss(u, positives, negatives), penalty, 1e-6f));
        }

        adam.Step();
    }

    [Benchmark]
    public void SparseProductAlone() => engine.SparseProduct(graph, embeddings).Dispose();

    [Benchmark]
    public void InfoNceForwardAndBackward()
    {
        using IDisposable scope = engine.BeginStep(gradients: true);
        Tensor users = engine.GatherRows(embeddings, Batch("users", 0, Users));
        Tensor items = engine.GatherRows(embeddings, Batch("positives", Users, Items));
        engine.Backward(engine.InfoNceLoss(users, items, 0.2f));
    }

    [GlobalCleanup]
    public void Dispose()
    {
        engine.Dispose();
        GC.SuppressFinalize(this);
    }

    private IndexTensor Batch(string purpose, int first, int count)
    {
        var random = new RandomStream(1, purpose, step);
        for (int i = 0; i < batch.Length; i++)
        {
            batch[i] = first + random.NextInt32(count);
        }

        return engine.Indices(batch, 1, Nodes);
    }
}
