using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace CranePipeline.SampleData;

/// <summary>Raw float32 output.</summary>
internal static class LittleEndian
{
    /// <summary>Writes the values' four bytes each, lowest first, on any machine.</summary>
    public static void Write(Stream destination, ReadOnlySpan<float> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            destination.Write(MemoryMarshal.AsBytes(values));
            return;
        }

        Span<byte> bytes = stackalloc byte[sizeof(float)];
        foreach (float value in values)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
            destination.Write(bytes);
        }
    }
}
