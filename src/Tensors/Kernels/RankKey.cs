namespace CranePipeline.Tensors.Kernels;

/// <summary>A score and an item as one number that orders by score and, of equal scores, has the smaller item above.</summary>
internal static class RankKey
{
    /// <summary>The key of an item's score, which is no NaN.</summary>
    public static ulong Of(int item, float score)
    {
        // Adding zero makes −0 a 0. Positive floats order as their bits do, negative ones the other way round.
        uint bits = BitConverter.SingleToUInt32Bits(score + 0f);
        uint ordered = bits ^ ((uint)((int)bits >> 31) | 0x80000000u);
        return ((ulong)ordered << 32) | ~(uint)item;
    }

    /// <summary>The key's item.</summary>
    public static int Item(ulong key) => (int)~(uint)key;

    /// <summary>The key's score.</summary>
    public static float Score(ulong key)
    {
        uint ordered = (uint)(key >> 32);
        return BitConverter.UInt32BitsToSingle((int)ordered < 0 ? ordered & 0x7FFFFFFFu : ~ordered);
    }
}
