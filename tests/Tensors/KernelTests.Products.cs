using CranePipeline.Tensors.Kernels;
using NUnit.Framework;

namespace CranePipeline.Tensors.Tests;

/// <content>Products of matrices, by tiles, and weighted sums of rows.</content>
internal sealed unsafe partial class KernelTests
{
    [Test]
    public void Sums_over_gathered_rows_agree([Values(1, 3, 8, 20, 64, 83, 130)] int columns, [Values] bool add)
    {
        float[] source = Random("source", 10 * columns);
        float[] weights = Random("weights", 7);
        int[] rows = [3, 1, 9, 3, 0, 5, 5];
        (float[] expected, float[] actual) = (Random("target", columns + 1), Random("target", columns + 1));
        (float[] dots, float[] otherDots) = (new float[7], new float[7]);
        fixed (float* s = source)
        fixed (float* w = weights)
        fixed (int* r = rows)
        fixed (float* p = expected)
        fixed (float* q = actual)
        fixed (float* d = dots)
        fixed (float* e = otherDots)
        {
            scalar.GatherSum(r, w, 7, s, columns, p, add);
            kernel.GatherSum(r, w, 7, s, columns, q, add);
            scalar.GatherSum(r, null, 7, s, columns, p, add: true);
            kernel.GatherSum(r, null, 7, s, columns, q, add: true);
            scalar.AddScaled(s, 0.3f, p, columns);
            kernel.AddScaled(s, 0.3f, q, columns);
            scalar.GatherDots(r, 7, s, columns, s, d, add: false);
            kernel.GatherDots(r, 7, s, columns, s, e, add: false);
        }

        AssertClose(actual, expected);
        AssertClose(otherDots, dots);
    }

    [Test]
    public void Tiles_of_panels_are_tiles_of_rows([Values(1, 3)] int panels, [Values] bool add)
    {
        const int RowsOfPanel = Kernel.TileRows + 2;
        int columns = kernel.TileColumns;
        int depth = panels * columns;
        float[] a = Random("a", RowsOfPanel * depth);
        float[] b = Random("b", depth * columns);
        float[] c = Random("c", Kernel.TileRows * columns);
        float[] rows = new float[Kernel.TileRows * depth];
        for (int i = 0; i < Kernel.TileRows; i++)
        {
            for (int p = 0; p < depth; p++)
            {
                rows[(i * depth) + p] = a[(p / columns * RowsOfPanel * columns) + ((i + 1) * columns) + (p % columns)];
            }
        }

        float[] expected = [.. c];
        fixed (float* x = a)
        fixed (float* plain = rows)
        fixed (float* y = b)
        fixed (float* z = c)
        fixed (float* w = expected)
        {
            kernel.TileOfPanels(panels, x + columns, RowsOfPanel * columns, y, z, columns, add);
            kernel.Tile(depth, plain, depth, 1, y, w, columns, add);
        }

        Assert.That(c, Is.EqualTo(expected));
    }

    [Test]
    public void Tiles_agree_with_the_plain_product([Values(1, 2, 50)] int depth, [Values] bool packed, [Values] bool add)
    {
        int columns = kernel.TileColumns;
        float[] a = Random("a", Kernel.TileRows * depth);
        float[] b = Random("b", depth * columns);
        float[] c = Random("c", Kernel.TileRows * columns);
        float[] start = [.. c];
        (int rowStride, int depthStride) = packed ? (1, Kernel.TileRows) : (depth, 1);
        fixed (float* x = a)
        fixed (float* y = b)
        fixed (float* z = c)
        {
            kernel.Tile(depth, x, rowStride, depthStride, y, z, columns, add);
        }

        for (int i = 0; i < Kernel.TileRows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                (int row, int column) = (i, j);
                double sum = Reference.Sum(
                    depth,
                    p => a[(row * rowStride) + (p * depthStride)] * (double)b[(p * columns) + column]
                );
                Assert.That(
                    c[(i * columns) + j],
                    Is.EqualTo(sum + (add ? start[(i * columns) + j] : 0)).Within(1e-4),
                    $"at ({i}, {j})"
                );
            }
        }
    }
}
