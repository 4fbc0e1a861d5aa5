using NUnit.Framework;

namespace CranePipeline.Tensors.Tests;

/// <summary>What the CPU engine makes of neighbour rows of which some are wanted.</summary>
[TestFixture]
internal sealed class CpuNeighbourTests
{
    private const int Items = 900;
    private const int Width = 64;
    private const int Neighbours = 10;

    [Test]
    public void Wanted_neighbour_rows_are_those_of_all_rows_and_the_others_zero([Values(1, 3)] int threads)
    {
        using var engine = new CpuEngine(threads);
        var random = new RandomStream(3, "neighbours");
        int[] others = new int[Items * Neighbours];
        foreach (ref int other in others.AsSpan())
        {
            other = random.NextInt32(Items);
        }

        using IndexTensor near = engine.Indices(others, Neighbours, Items);
        int[] rows = [.. Enumerable.Range(0, Items).Where(static row => row % 3 != 0)];
        using IndexTensor wanted = engine.Indices(rows, 1, Items);
        using Tensor values = engine.Constant(Normal("values", Items, Width));
        using Tensor weights = engine.Constant(Normal("weights", Items, Neighbours));
        foreach (
            (Tensor some, Tensor all) in new[]
            {
                (engine.NeighbourDots(values, near, wanted), engine.NeighbourDots(values, near)),
                (engine.NeighbourSum(weights, values, near, wanted), engine.NeighbourSum(weights, values, near)),
            }
        )
        {
            (Matrix left, Matrix right) = (engine.Read(some), engine.Read(all));
            for (int row = 0; row < Items; row++)
            {
                float[] expected = row % 3 != 0 ? right.Row(row).ToArray() : new float[right.Columns];
                Assert.That(left.Row(row).ToArray(), Is.EqualTo(expected), $"row {row}");
            }
        }

        using IndexTensor unsorted = engine.Indices([5, 3], 1, Items);
        Assert.That(() => engine.NeighbourDots(values, near, unsorted), Throws.ArgumentException);
    }

    private static Matrix Normal(string name, int rows, int columns)
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
