using Parquet.Schema;

namespace CranePipeline.Tables;

/// <summary>Writes vectors of one width, with levels that are made once: they are larger than the values.</summary>
internal sealed class VectorGroups(DataField<float> field, int width)
{
    private int[] definition = [];
    private int[] repetition = [];

    /// <summary>Writes some rows of a <c>[rows × width]</c> array.</summary>
    public void Write(TableWriter writer, float[] values, int first, int rows)
    {
        int entries = checked(rows * Math.Max(1, width));
        if (definition.Length < entries)
        {
            (definition, repetition) = ListLevels.OfWidth(rows, width);
        }

        writer.Lists<float>(
            field,
            values.AsMemory(first * width, rows * width),
            definition.AsMemory(0, entries),
            repetition.AsMemory(0, entries)
        );
    }
}
