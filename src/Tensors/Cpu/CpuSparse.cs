namespace CranePipeline.Tensors.Cpu;

/// <summary>A sparse constant of the CPU engine. The transpose is made when it is first needed and kept.</summary>
internal sealed class CpuSparse(CsrMatrix values) : SparseTensor
{
    private CsrBlocks? forward = new(values);
    private CsrBlocks? backward;

    public override int Rows => Forward.Matrix.Rows;

    public override int Columns => Forward.Matrix.Columns;

    public CsrBlocks Forward => forward ?? throw new ObjectDisposedException(nameof(SparseTensor));

    public CsrBlocks Transposed => backward ??= new CsrBlocks(Forward.Matrix.Transpose());

    public override void Dispose() => (forward, backward) = (null, null);
}
