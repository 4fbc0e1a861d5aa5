namespace CranePipeline.Tensors.Cpu;

/// <summary>A sparse constant of the CPU engine. The transpose is made when it is first needed and kept.</summary>
/// <param name="values">The matrix.</param>
/// <param name="half">Whether whole products round what they gather to bfloat16.</param>
internal sealed class CpuSparse(CsrMatrix values, bool half) : SparseTensor
{
    private CsrBlocks? forward = new(values);
    private CsrBlocks? backward;

    public bool IsHalf => half;

    public override int Rows => Forward.Matrix.Rows;

    public override int Columns => Forward.Matrix.Columns;

    public CsrBlocks Forward => forward ?? throw new ObjectDisposedException(nameof(SparseTensor));

    public CsrBlocks Transposed => backward ??= new CsrBlocks(Forward.Matrix.Transpose());

    public override void Dispose() => (forward, backward) = (null, null);
}
