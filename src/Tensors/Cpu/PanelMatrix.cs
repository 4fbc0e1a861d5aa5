using CranePipeline.Tensors.Kernels;

namespace CranePipeline.Tensors.Cpu;

/// <summary>
/// A large constant <c>[Rows × Columns]</c> in the order in which products read it, X · B as well as Xᵀ · B: blocks of
/// <see cref="BlockRows"/> rows, in each of them panels as wide as the register tile, in each of those row after row. Zeros fill the last
/// block and the last panel. Packed once, where a row-major matrix would be packed, or read across its pages, in every step.
/// </summary>
internal sealed unsafe class PanelMatrix : IDisposable
{
    /// <summary>Rows of a block: whole register tiles, and with a block of the depth no more than half of a second-level cache.</summary>
    public const int BlockRows = 32 * Kernel.TileRows;

    private readonly BufferPool pool;
    private readonly int paddedColumns;
    private NativeBuffer values;

    public PanelMatrix(BufferPool pool, WorkerPool workers, Kernel kernel, View source)
    {
        this.pool = pool;
        (Rows, Columns, PanelColumns) = (source.Rows, source.Columns, kernel.TileColumns);
        paddedColumns = (Columns + PanelColumns - 1) / PanelColumns * PanelColumns;
        BlockCount = (Rows + BlockRows - 1) / BlockRows;
        values = pool.Rent((long)BlockCount * BlockRows * paddedColumns);
        workers.Run(BlockCount, (block, _) => Pack(source, block));
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Columns of a panel.</summary>
    public int PanelColumns { get; }

    public int PanelCount => paddedColumns / PanelColumns;

    public int BlockCount { get; }

    /// <summary>One panel of a block: <see cref="BlockRows"/> × <see cref="PanelColumns"/>, row by row. The next panel follows it.</summary>
    public float* Panel(int block, int panel) =>
        values.Floats + ((long)block * BlockRows * paddedColumns) + ((long)panel * BlockRows * PanelColumns);

    public void Dispose()
    {
        pool.Return(values);
        values = default;
    }

    private void Pack(View source, int block)
    {
        int first = block * BlockRows;
        int rows = Math.Min(BlockRows, Rows - first);
        for (int panel = 0; panel < PanelCount; panel++)
        {
            int column = panel * PanelColumns;
            int columns = Math.Min(PanelColumns, Columns - column);
            float* target = Panel(block, panel);
            if (rows < BlockRows || columns < PanelColumns)
            {
                new Span<float>(target, BlockRows * PanelColumns).Clear();
            }

            for (int row = 0; row < rows; row++)
            {
                float* from = source.Data + ((first + row) * source.RowStride) + column;
                new ReadOnlySpan<float>(from, columns).CopyTo(new Span<float>(target + (row * PanelColumns), columns));
            }
        }
    }
}
