using System.Numerics;
using BenchmarkDotNet.Attributes;
using CranePipeline.Evaluation;
using CranePipeline.Tensors;

namespace CranePipeline.Benchmarks;

/// <summary>
/// One validation of a model as large as the Baby set: lists of 50 for 19,445 users over 7,050 items, then every metric at 5, 10,
/// 20 and 50; and the same by scoring and sorting everything, one user after the other.
/// </summary>
[InProcessJob(1, 7)]
[MemoryDiagnoser]
public class EvaluationBenchmarks : IDisposable
{
    private const int Width = 64;
    private const int K = 50;
    private static readonly int[] Cutoffs = [5, 10, 20, 50];
    private readonly CpuEngine engine = new();
    private EvaluationPart part = null!;
    private Matrix users = null!;
    private Matrix items = null!;
    private RankedLists lists = null!;

    [Params(19_445)]
    public int Users { get; set; }

    [Params(7_050)]
    public int Items { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        users = Draw(Users, "users");
        items = Draw(Items, "items");
        part = EvaluationPart.Create(Interactions(7, "training"), Interactions(1, "validation"));
        lists = Ranking.TopItems(engine, new InnerProducts(users, items), part, K);
    }

    [Benchmark(Description = "lists and metrics")]
    public MetricTable Evaluate() =>
        Metrics.Compute(Ranking.TopItems(engine, new InnerProducts(users, items), part, K), part, Cutoffs);

    [Benchmark(Description = "lists alone")]
    public RankedLists Rank() => Ranking.TopItems(engine, new InnerProducts(users, items), part, K);

    [Benchmark(Description = "metrics alone")]
    public MetricTable Score() => Metrics.Compute(lists, part, Cutoffs);

    [Benchmark(Baseline = true, Description = "score and sort everything")]
    public int[] SortEverything()
    {
        var result = new int[part.Users.Length * K];
        Parallel.For(
            0,
            part.Users.Length,
            position =>
            {
                int user = part.Users[position];
                var scores = new float[Items];
                var order = new int[Items];
                for (int item = 0; item < Items; item++)
                {
                    scores[item] = -Product(users.Row(user), items.Row(item));
                    order[item] = item;
                }

                foreach (int item in part.Training.RowColumns(user))
                {
                    scores[item] = float.PositiveInfinity;
                }

                Array.Sort(scores, order);
                order.AsSpan(0, K).CopyTo(result.AsSpan(position * K));
            }
        );
        return result;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        engine.Dispose();
        GC.SuppressFinalize(this);
    }

    private static float Product(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Vector<float> sum = Vector<float>.Zero;
        for (int i = 0; i < Width; i += Vector<float>.Count)
        {
            sum += new Vector<float>(a[i..]) * new Vector<float>(b[i..]);
        }

        return Vector.Sum(sum);
    }

    private static Matrix Draw(int rows, string purpose)
    {
        var matrix = new Matrix(rows, Width);
        var stream = new RandomStream(9, purpose);
        for (int i = 0; i < matrix.Values.Length; i++)
        {
            matrix.Values[i] = (float)stream.NextNormal();
        }

        return matrix;
    }

    private CsrMatrix Interactions(int each, string purpose)
    {
        var row = new List<int>();
        var column = new List<int>();
        var stream = new RandomStream(9, purpose);
        for (int user = 0; user < Users; user++)
        {
            // One stride a user keeps the items of a row distinct.
            int first = stream.NextInt32(Items);
            for (int i = 0; i < each; i++)
            {
                row.Add(user);
                column.Add((first + (i * 97)) % Items);
            }
        }

        var ones = new float[row.Count];
        return CsrMatrix.FromEntries(Users, Items, row.ToArray(), column.ToArray(), ones);
    }
}
