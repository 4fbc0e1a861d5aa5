namespace CranePipeline.Tables;

/// <summary>Definition and repetition levels of a column of lists of required values, as Parquet has them.</summary>
/// <remarks>The lists' field is optional, as every reader expects of one, though no table here leaves a list out.</remarks>
internal static class ListLevels
{
    /// <summary>Definition level of an empty list.</summary>
    public const int Empty = 1;

    /// <summary>Definition level of a value.</summary>
    public const int Value = 2;

    /// <summary>Levels of rows with equally many values each.</summary>
    /// <param name="rows">Number of lists.</param>
    /// <param name="width">Values of each; 0 for empty lists.</param>
    public static (int[] Definition, int[] Repetition) OfWidth(int rows, int width)
    {
        int[] repetition = new int[checked(rows * Math.Max(1, width))];
        int[] definition = new int[repetition.Length];
        Array.Fill(definition, width == 0 ? Empty : Value);
        if (width > 1)
        {
            Array.Fill(repetition, 1);
            for (int row = 0; row < rows; row++)
            {
                repetition[row * width] = 0;
            }
        }

        return (definition, repetition);
    }

    /// <summary>Levels of rows whose values lie one after the other.</summary>
    /// <param name="offsets">Where each row's values begin, and where the last one's end.</param>
    public static (int[] Definition, int[] Repetition) OfOffsets(ReadOnlySpan<int> offsets)
    {
        int entries = 0;
        for (int row = 0; row + 1 < offsets.Length; row++)
        {
            entries += Math.Max(1, offsets[row + 1] - offsets[row]);
        }

        int[] definition = new int[entries];
        int[] repetition = new int[entries];
        int at = 0;
        for (int row = 0; row + 1 < offsets.Length; row++)
        {
            int count = offsets[row + 1] - offsets[row];
            definition.AsSpan(at, Math.Max(1, count)).Fill(count == 0 ? Empty : Value);
            repetition.AsSpan(at + 1, Math.Max(1, count) - 1).Fill(1);
            at += Math.Max(1, count);
        }

        return (definition, repetition);
    }
}
