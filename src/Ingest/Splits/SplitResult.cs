using CranePipeline.Ingest.Splits;

namespace CranePipeline.Ingest;

/// <summary>A split: the part of every interaction, in the interactions' order.</summary>
/// <param name="Parts">One entry an interaction.</param>
/// <param name="Report">Counts and checks.</param>
public sealed record SplitResult(SplitPart[] Parts, SplitReport Report)
{
    /// <summary>The places of a part's interactions, ascending.</summary>
    public int[] Rows(SplitPart part)
    {
        int[] rows = new int[Parts.AsSpan().Count(part)];
        for (int row = 0, at = 0; at < rows.Length; row++)
        {
            if (Parts[row] == part)
            {
                rows[at++] = row;
            }
        }

        return rows;
    }

    /// <summary>What a column of the interactions has for a part's interactions, in their order.</summary>
    /// <param name="part">The part.</param>
    /// <param name="column">A value an interaction.</param>
    public int[] Take(SplitPart part, ReadOnlySpan<int> column)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(column.Length, Parts.Length);
        int[] taken = GC.AllocateUninitializedArray<int>(Parts.AsSpan().Count(part));
        PartRows.Take(Parts, part, column, taken);
        return taken;
    }
}
