using System.Runtime.InteropServices;

namespace CranePipeline.Ingest.Rows;

/// <summary>
/// A large array that is given back the moment it is no longer needed. The collector would come round to it only when the next
/// hundreds of megabytes are already there.
/// </summary>
internal sealed unsafe class NativeBuffer<T> : IDisposable
    where T : unmanaged
{
    private T* memory;

    public NativeBuffer(int length)
    {
        memory = (T*)NativeMemory.Alloc((nuint)length, (nuint)sizeof(T));
        Length = length;
    }

    ~NativeBuffer() => Free();

    public int Length { get; private set; }

    /// <summary>The contents; undefined until written.</summary>
    public Span<T> Span => new(memory, Length);

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.Free(memory);
        memory = null;
        Length = 0;
    }
}
