namespace CranePipeline.Tensors;

/// <summary>The factors of dropout: 0 or 1 / (1 − rate).</summary>
internal static class DropoutMask
{
    // Words in a block of the generator, and blocks that a thread makes at a time.
    private const int Words = 4;
    private const int Blocks = 4096;

    public static Matrix Make(int rows, int columns, double rate, RandomStream stream)
    {
        if (rate is < 0 or >= 1)
        {
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "Dropout needs a rate from 0 to below 1.");
        }

        var mask = new Matrix(rows, columns);
        float[] values = mask.Values;
        float kept = (float)(1 / (1 - rate));
        uint least = (uint)Math.Min(uint.MaxValue, rate * 4294967296.0);
        int span = Words * Blocks;
        Parallel.For(
            0,
            (values.Length + span - 1) / span,
            part =>
            {
                int end = Math.Min(values.Length, (part + 1) * span);
                for (int start = part * span; start < end; start += Words)
                {
                    (uint a, uint b, uint c, uint d) = stream.Block((ulong)(start / Words));
                    Span<float> four = values.AsSpan(start, Math.Min(Words, end - start));
                    for (int word = 0; word < four.Length; word++)
                    {
                        uint drawn = word switch
                        {
                            0 => a,
                            1 => b,
                            2 => c,
                            _ => d,
                        };
                        four[word] = drawn >= least ? kept : 0f;
                    }
                }
            }
        );
        return mask;
    }
}
