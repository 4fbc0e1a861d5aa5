using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>Every item with itself: what a neighbour search leaves out.</summary>
internal static class Diagonal
{
    public static CsrMatrix Of(int count)
    {
        var offsets = new int[count + 1];
        var columns = new int[count];
        var values = new float[count];
        for (int row = 0; row < count; row++)
        {
            (offsets[row + 1], columns[row], values[row]) = (row + 1, row, 1f);
        }

        return new CsrMatrix(count, count, offsets, columns, values);
    }
}
