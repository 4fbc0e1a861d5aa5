namespace CranePipeline.Tensors.Tests;

/// <summary>A float's nearest bfloat16, by its definition: the upper sixteen bits, ties to even.</summary>
internal static class BFloat16
{
    public static float Round(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        (uint kept, uint rest) = (bits >> 16, bits & 0xffff);
        bool isUp = rest > 0x8000 || (rest == 0x8000 && kept % 2 == 1);
        return BitConverter.UInt32BitsToSingle((kept + (isUp ? 1u : 0u)) << 16);
    }
}
