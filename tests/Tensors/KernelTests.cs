using CranePipeline.Tensors.Kernels;
using NUnit.Framework;

namespace CranePipeline.Tensors.Tests;

/// <summary>Each vector width against the scalar path. Widths that the processor lacks run in software, with the same results.</summary>
[TestFixtureSource(nameof(Widths))]
internal sealed unsafe partial class KernelTests(string width)
{
    private static readonly int[] Sizes = [0, 1, 3, 4, 7, 8, 15, 16, 17, 31, 33, 64, 100, 257];

    private readonly Kernel scalar = Kernel.All[0];
    private readonly Kernel kernel = Kernel.All.Single(candidate => candidate.Name == width);

    public static IEnumerable<string> Widths => Kernel.All.Skip(1).Select(candidate => candidate.Name);

    [Test]
    public void Reductions_agree([ValueSource(nameof(Sizes))] int count)
    {
        (float[] a, float[] b) = (Random("a", count), Random("b", count));
        fixed (float* x = Padded(a))
        fixed (float* y = Padded(b))
        {
            Assert.That(kernel.Dot(x, y, count), Is.EqualTo(scalar.Dot(x, y, count)).Within(1e-4));
            Assert.That(kernel.Sum(x, count), Is.EqualTo(scalar.Sum(x, count)).Within(1e-4));
            Assert.That(kernel.Largest(x, count), Is.EqualTo(scalar.Largest(x, count)));
            Assert.That(Above(kernel, x, count, 0.5f), Is.EqualTo(Above(scalar, x, count, 0.5f)));
            Assert.That(Above(kernel, x, count, float.NegativeInfinity), Has.Length.EqualTo(count));
        }
    }

    [Test]
    public void Keys_order_by_score_and_then_by_item()
    {
        (int Item, float Score)[] best =
        [
            (3, float.PositiveInfinity),
            (7, 2f),
            (0, 1f),
            (5, 1f),
            (1, 0f),
            (2, -0f),
            (4, -1f),
            (6, float.NegativeInfinity),
        ];
        ulong[] keys = Array.ConvertAll(best, one => RankKey.Of(one.Item, one.Score));
        Assert.That(keys, Is.Ordered.Descending);
        Assert.That(Array.ConvertAll(keys, RankKey.Item), Is.EqualTo(Array.ConvertAll(best, one => one.Item)));
        Assert.That(Array.ConvertAll(keys, RankKey.Score), Is.EqualTo(Array.ConvertAll(best, one => one.Score)));
    }

    [Test]
    public void Maps_agree([ValueSource(nameof(Sizes))] int count)
    {
        Agree1(default(Maps.Identity), count);
        Agree1(new Maps.Constant(3f), count);
        Agree1(new Maps.Scaled(-2f), count);
        Agree1(default(Maps.Relu), count);
        Agree1(default(Maps.InverseRoot), count, positive: true);
        Agree1(default(Maps.Tanh), count);
        Agree2(new Maps.AddScaled(0.5f), count);
        Agree2(new Maps.Product(1.5f), count);
        Agree2(new Maps.ExpShifted(0.7f), count);
        Agree2(default(Maps.TanhGradient), count);
        Agree2(default(Maps.ReluGradient), count);
        Agree2(default(Maps.InverseRootGradient), count);
        Agree2(new Maps.ShareGradient(0.3f, 0.2f), count);
        Agree2(new Maps.SoftmaxGradient(0.2f), count);
        Agree2(new Maps.NormalGradient(0.3f, 0.2f), count);
    }

    [Test]
    public void Tanh_is_accurate_everywhere()
    {
        float[] values = [.. Enumerable.Range(-4000, 8001).Select(i => i / 400f), 1e-8f, -1e-20f, 0f, 50f, -50f, 1000f];
        fixed (float* x = values)
        {
            kernel.Map(default(Maps.Tanh), x, x, values.Length, add: false);
        }

        int at = 0;
        foreach (
            float value in Enumerable.Range(-4000, 8001).Select(i => i / 400f).Concat([1e-8f, -1e-20f, 0f, 50f, -50f, 1000f])
        )
        {
            double expected = Math.Tanh(value);
            Assert.That(values[at++], Is.EqualTo(expected).Within(4e-7 * Math.Abs(expected)), $"tanh({value})");
        }
    }

    [Test]
    public void Exponentials_are_exact_to_two_units_in_the_last_place()
    {
        const int Count = 65536;
        float[] x = [.. Enumerable.Range(0, Count).Select(static i => -87.3f + (i * (176f / Count)))];
        float[] special = [0f, -0f, float.NegativeInfinity, float.PositiveInfinity, float.NaN, -200f, 200f, 88.7f];
        special.CopyTo(x, 0);
        float[] y = new float[Count];
        fixed (float* source = x)
        fixed (float* target = y)
        {
            _ = kernel.ExpSum(source, 1f, 0f, target, Count);
        }

        Assert.That(y[..7], Is.EqualTo(new[] { 1f, 1f, 0f, float.PositiveInfinity, float.NaN, 0f, float.PositiveInfinity }));
        for (int i = special.Length; i < Count; i++)
        {
            double expected = Math.Exp(x[i]);
            Assert.That(y[i], Is.EqualTo(expected).Within(2.4e-7 * expected), $"e^{x[i]:R}");
        }
    }

    [Test]
    public void Exponentials_agree([ValueSource(nameof(Sizes))] int count)
    {
        float[] a = Random("a", count);
        (float[] expected, float[] actual) = (new float[count + 1], new float[count + 1]);
        fixed (float* x = Padded(a))
        fixed (float* p = expected)
        fixed (float* q = actual)
        {
            float sum = scalar.ExpSum(x, 2f, 1f, p, count);
            Assert.That(kernel.ExpSum(x, 2f, 1f, q, count), Is.EqualTo(sum).Within(1e-5 * (1 + sum)));
        }

        AssertClose(actual, expected);
        Assert.That(actual[count], Is.Zero, "nothing is written past the end");
    }

    [Test]
    public void Adam_agrees([ValueSource(nameof(Sizes))] int count)
    {
        float[][] expected = [.. "xgmv".Select(name => Random(name.ToString(), count, name == 'v'))];
        float[][] actual = [.. expected.Select(values => (float[])values.Clone())];
        foreach ((Kernel own, float[][] set) in new[] { (scalar, expected), (kernel, actual) })
        {
            fixed (float* x = Padded(set[0]))
            fixed (float* g = Padded(set[1]))
            fixed (float* m = Padded(set[2]))
            fixed (float* v = Padded(set[3]))
            {
                own.Adam(x, g, m, v, count, 0.9f, 0.999f, 0.01f, 1.1f, 1e-8f);
                new ReadOnlySpan<float>(x, count).CopyTo(set[0]);
                new ReadOnlySpan<float>(m, count).CopyTo(set[2]);
                new ReadOnlySpan<float>(v, count).CopyTo(set[3]);
            }
        }

        for (int set = 0; set < 4; set++)
        {
            AssertClose(actual[set], expected[set]);
        }
    }

    private void Agree1<TMap>(TMap map, int count, bool positive = false)
        where TMap : struct, IMap1
    {
        float[] a = Random("a", count, positive);
        (float[] expected, float[] actual) = (Random("r", count + 1), Random("r", count + 1));
        fixed (float* x = Padded(a))
        fixed (float* p = expected)
        fixed (float* q = actual)
        {
            scalar.Map(map, x, p, count, add: true);
            kernel.Map(map, x, q, count, add: true);
            AssertClose(actual, expected);
            scalar.Map(map, x, p, count, add: false);
            kernel.Map(map, x, q, count, add: false);
        }

        AssertClose(actual, expected);
    }

    private void Agree2<TMap>(TMap map, int count)
        where TMap : struct, IMap2
    {
        (float[] a, float[] b) = (Random("a", count), Random("b", count));
        (float[] expected, float[] actual) = (Random("r", count + 1), Random("r", count + 1));
        fixed (float* x = Padded(a))
        fixed (float* y = Padded(b))
        fixed (float* p = expected)
        fixed (float* q = actual)
        {
            scalar.Map(map, x, y, p, count, add: true);
            kernel.Map(map, x, y, q, count, add: true);
            AssertClose(actual, expected);
            scalar.Map(map, x, y, p, count, add: false);
            kernel.Map(map, x, y, q, count, add: false);
        }

        AssertClose(actual, expected);
    }

    // A fixed pointer to an empty array would be null.
    private static float[] Padded(float[] values) => [.. values, float.NaN];

    private static ulong[] Above(Kernel kernel, float* values, int count, float limit)
    {
        var keys = new ulong[count];
        fixed (ulong* memory = keys)
        {
            return keys[..kernel.CollectAbove(values, count, limit, first: 5, memory)];
        }
    }

    private static float[] Random(string name, int count, bool positive = false)
    {
        var random = new RandomStream(1, name, count);
        var values = new float[count];
        foreach (ref float value in values.AsSpan())
        {
            double draw = random.NextNormal();
            value = (float)(positive ? 0.1 + Math.Abs(draw) : draw);
        }

        return values;
    }

    private static void AssertClose(float[] actual, float[] expected)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.That(actual[i], Is.EqualTo(expected[i]).Within(1e-5 * (1 + Math.Abs(expected[i]))), $"at {i}");
        }
    }
}
