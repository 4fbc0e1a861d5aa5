namespace CranePipeline.Tensors.Cpu;

/// <summary>A sparse matrix whose rows are cut into blocks of about equally many entries, the shares of work of the threads.</summary>
internal sealed class CsrBlocks
{
    private const int EntriesInBlock = 2048;

    public CsrBlocks(CsrMatrix matrix)
    {
        Matrix = matrix;
        var starts = new List<int> { 0 };
        int work = 0;
        for (int row = 0; row < matrix.Rows; row++)
        {
            int entries = matrix.RowOffsets[row + 1] - matrix.RowOffsets[row];

            // A row costs something even if it is empty.
            work += entries + 2;
            MostEntries = Math.Max(MostEntries, entries);
            if (work >= EntriesInBlock || row == matrix.Rows - 1)
            {
                starts.Add(row + 1);
                work = 0;
            }
        }

        Starts = [.. starts];
    }

    public CsrMatrix Matrix { get; }

    /// <summary>First row of each block, and the number of rows.</summary>
    public int[] Starts { get; }

    public int Count => Starts.Length - 1;

    /// <summary>Entries of the row that has most.</summary>
    public int MostEntries { get; }
}
