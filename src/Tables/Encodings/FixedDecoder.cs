using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CranePipeline.Tables;

/// <summary>Values that lie in the file as they lie in memory: int, long, float and double.</summary>
internal sealed class FixedDecoder<T> : ValueDecoder<T>
    where T : unmanaged
{
    public override bool IsPlainMemory => true;

    public override void ReadPlain(PageReader pages, Span<T> values) => pages.ReadPlain(MemoryMarshal.AsBytes(values));

    public override void Decode(PageEncoding encoding, ReadOnlySpan<byte> data, Span<T> values)
    {
        var size = Unsafe.SizeOf<T>();
        switch (encoding)
        {
            case PageEncoding.Plain:
                Exactly(data, (long)values.Length * size, values.Length).CopyTo(MemoryMarshal.AsBytes(values));
                break;
            case PageEncoding.ByteStreamSplit:
                ByteStreamSplit.Decode(
                    Exactly(data, (long)values.Length * size, values.Length),
                    size,
                    MemoryMarshal.AsBytes(values)
                );
                break;
            case PageEncoding.DeltaBinaryPacked when typeof(T) == typeof(int) || typeof(T) == typeof(long):
                var reader = new ByteReader(data);
                DeltaDecoder.Integers(ref reader, values);
                break;
            default:
                throw Unknown(encoding);
        }
    }
}
