namespace CranePipeline.Tensors;

/// <summary>
/// Counter-based random numbers: Philox 4×32 with ten rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
/// SC 2011). A stream is named by (seed, purpose, step), so any draw of a run can be repeated without replaying what came
/// before it, whatever the number of threads.
/// </summary>
public struct RandomStream
{
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;

    private readonly uint key0;
    private readonly uint key1;
    private readonly uint stepLow;
    private readonly uint stepHigh;
    private ulong block;
    private uint word0;
    private uint word1;
    private uint word2;
    private uint word3;
    private int left;

    /// <summary>Opens the stream of one purpose at one step.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="purpose">What the numbers are for; different purposes are independent.</param>
    /// <param name="step">Epoch, batch, row, or whatever repeats within the purpose.</param>
    public RandomStream(long seed, string purpose, long step = 0)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        ulong key = Mix((ulong)seed);
        foreach (char letter in purpose)
        {
            key = Mix(key ^ letter);
        }

        (key0, key1) = ((uint)key, (uint)(key >> 32));
        (stepLow, stepHigh) = ((uint)step, (uint)((ulong)step >> 32));
    }

    /// <summary>Uniform over all 32-bit values.</summary>
    public uint NextUInt32()
    {
        if (left == 0)
        {
            Refill();
        }

        left--;
        return left switch
        {
            3 => word0,
            2 => word1,
            1 => word2,
            _ => word3,
        };
    }

    /// <summary>Uniform over all 64-bit values.</summary>
    public ulong NextUInt64() => ((ulong)NextUInt32() << 32) | NextUInt32();

    /// <summary>Uniform over 0 … bound − 1, without bias (Lemire's rejection).</summary>
    public int NextInt32(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        ulong product = (ulong)NextUInt32() * (uint)bound;
        if ((uint)product < (uint)bound)
        {
            uint threshold = (uint)(-bound) % (uint)bound;
            while ((uint)product < threshold)
            {
                product = (ulong)NextUInt32() * (uint)bound;
            }
        }

        return (int)(product >> 32);
    }

    /// <summary>Uniform in [0, 1) with 24 bits.</summary>
    public float NextSingle() => (NextUInt32() >> 8) * (1f / 16777216f);

    /// <summary>Uniform in [0, 1) with 53 bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / 9007199254740992.0);

    /// <summary>Standard normal (Box-Muller, one of the pair).</summary>
    public double NextNormal()
    {
        double radius = Math.Sqrt(-2.0 * Math.Log(1.0 - NextDouble()));
        return radius * Math.Cos(2.0 * Math.PI * NextDouble());
    }

    /// <summary>Shuffles in place, every order equally likely (Fisher-Yates).</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (int last = values.Length - 1; last > 0; last--)
        {
            int other = NextInt32(last + 1);
            (values[last], values[other]) = (values[other], values[last]);
        }
    }

    private static ulong Mix(ulong value)
    {
        // The finaliser of SplitMix64: every input bit reaches every output bit.
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>
    /// Four words of the stream, whatever has been drawn of it: the block-th four that <see cref="NextUInt32"/> gives from the
    /// start.
    /// </summary>
    internal readonly (uint, uint, uint, uint) Block(ulong block) =>
        Philox((uint)block, (uint)(block >> 32), stepLow, stepHigh, key0, key1);

    /// <summary>The bare generator: ten rounds over one counter and key.</summary>
    internal static (uint, uint, uint, uint) Philox(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
    {
        for (int round = 0; round < 10; round++)
        {
            ulong product0 = (ulong)Multiplier0 * c0;
            ulong product1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = (
                (uint)(product1 >> 32) ^ c1 ^ k0,
                (uint)product1,
                (uint)(product0 >> 32) ^ c3 ^ k1,
                (uint)product0
            );
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return (c0, c1, c2, c3);
    }

    private void Refill()
    {
        (word0, word1, word2, word3) = Philox((uint)block, (uint)(block >> 32), stepLow, stepHigh, key0, key1);
        block++;
        left = 4;
    }
}
