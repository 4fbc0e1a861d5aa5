using CranePipeline.Tensors.Kernels;

namespace CranePipeline.Tensors.Cpu;

/// <summary>
/// A large constant <c>[Rows × Columns]</c> in the order in which products read it, X · B as well as Xᵀ · B: blocks of
/// <see cref="BlockRows"/> rows, in each of them panels as wide as the register tile, in each of those row after row. Zeros fill the last
/// block and the last panel. Packed once, where a row-major matrix would be packed, or read across its pages, in every step. On request
/// at half width, to be widened panel by panel: a panel is read once for many columns of a product.
/// </summary>
internal sealed unsafe class PanelMatrix : IDisposable
{
    /// <summary>Rows of a block: whole register tiles, and with a block of the depth no more than half of a second-level cache.</summary>
    public const int BlockRows = 32 * Kernel.TileRows;

    private readonly BufferPool pool;
    private readonly int paddedColumns;
    private readonly bool isHalf;
    private NativeBuffer values;

    public PanelMatrix(BufferPool pool, WorkerPool workers, Kernel kernel, View source, bool half = false)
    {
        (this.pool, isHalf) = (pool, half);
        (Rows, Columns, PanelColumns) = (source.Rows, source.Columns, kernel.TileColumns);
        paddedColumns = (Columns + PanelColumns - 1) / PanelColumns * PanelColumns;
        BlockCount = (Rows + BlockRows - 1) / BlockRows;
        long count = (long)BlockCount * BlockRows * paddedColumns;
        values = pool.Rent(half ? (count + 1) / 2 : count);
        workers.Run(BlockCount, (block, _) => Pack(source, block));
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Columns of a panel.</summary>
    public int PanelColumns { get; }

    public int PanelCount => paddedColumns / PanelColumns;

    public int BlockCount { get; }

    /// <summary>Floats of scratch that so many panels need to be read.</summary>
    public int ScratchFloats(int panels) => isHalf ? panels * BlockRows * PanelColumns : 0;

    /// <summary>
    /// Panels of a block, one after another: each <see cref="BlockRows"/> × <see cref="PanelColumns"/>, row by row. In scratch where they
    /// must be widened, of <see cref="ScratchFloats"/>.
    /// </summary>
    public float* Panels(int block, int first, int count, float* scratch)
    {
        long start = Start(block, first);
        if (!isHalf)
        {
            return values.Floats + start;
        }

        HalfFloats.Widen((ushort*)values.Floats + start, scratch, (long)count * BlockRows * PanelColumns);
        return scratch;
    }

    public void Dispose()
    {
        pool.Return(values);
        values = default;
    }

    private long Start(int block, int panel) =>
        ((long)block * BlockRows * paddedColumns) + ((long)panel * BlockRows * PanelColumns);

    private void Pack(View source, int block)
    {
        int first = block * BlockRows;
        int rows = Math.Min(BlockRows, Rows - first);
        for (int panel = 0; panel < PanelCount; panel++)
        {
            int column = panel * PanelColumns;
            int columns = Math.Min(PanelColumns, Columns - column);
            if (isHalf)
            {
                PackHalf(source.Part(first, rows, column, columns), (ushort*)values.Floats + Start(block, panel));
                continue;
            }

            float* target = values.Floats + Start(block, panel);
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

    private void PackHalf(View source, ushort* target)
    {
        new Span<ushort>(target, BlockRows * PanelColumns).Clear();
        for (int row = 0; row < source.Rows; row++)
        {
            for (int column = 0; column < source.Columns; column++)
            {
                var half = (Half)source.Data[(row * source.RowStride) + column];
                target[(row * PanelColumns) + column] = BitConverter.HalfToUInt16Bits(half);
            }
        }
    }
}
