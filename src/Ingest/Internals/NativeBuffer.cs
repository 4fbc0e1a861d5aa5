using System.Runtime.InteropServices;
using CranePipeline.Tensors;

namespace CranePipeline.Ingest.Internals;

/// <summary>
/// A large array that is given back the moment it is no longer needed. The collector would come round to it only when the next
/// hundreds of megabytes are already there. Tables of that size are looked into at random, so they ask for large pages.
/// </summary>
internal sealed unsafe class NativeBuffer<T> : IDisposable
    where T : unmanaged
{
    private T* memory;

    public NativeBuffer(int length)
    {
        nuint bytes = (nuint)length * (nuint)sizeof(T);
        memory = (T*)LargePages.Allocate(bytes);
        Length = length;
    }

    ~NativeBuffer() => Free();

    public int Length { get; private set; }

    /// <summary>The first element.</summary>
    public T* Pointer => memory;

    /// <summary>The contents; undefined until written.</summary>
    public Span<T> Span => new(memory, Length);

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(memory);
        memory = null;
        Length = 0;
    }
}
