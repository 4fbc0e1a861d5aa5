namespace CranePipeline.Tensors.Cpu;

/// <summary>A piece of native memory lent by a <see cref="BufferPool"/>.</summary>
internal readonly unsafe record struct NativeBuffer(nint Address, long Bytes)
{
    public bool IsEmpty => Address == 0;

    public float* Floats => (float*)Address;

    public int* Ints => (int*)Address;
}
