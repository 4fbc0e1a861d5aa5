namespace CranePipeline.Storage;

/// <summary>Writes the run-length / bit-packing hybrid: levels and dictionary indices.</summary>
internal sealed class RunLengthEncoder(ByteBuffer output, int width)
{
    private const int LiteralLimit = 504; // 63 groups of eight: the count still fits one byte.
    private readonly int[] literals = new int[LiteralLimit];
    private int literalCount;
    private int current;
    private int run;

    public void Write(int value, int times = 1)
    {
        if (value == current)
        {
            run += times;
            return;
        }
        FlushRun();
        current = value;
        run = times;
    }

    public void Finish()
    {
        FlushRun();
        while (literalCount % 8 != 0)
        {
            literals[literalCount++] = 0;
        }
        FlushLiterals();
    }

    private void FlushRun()
    {
        while (run > 0)
        {
            var open = literalCount % 8;
            // A run may only start on a group's boundary, so it first fills the open group.
            if (open == 0 && run >= 8)
            {
                FlushLiterals();
                output.Varint((ulong)run << 1);
                for (var b = 0; b < width; b += 8)
                {
                    output.Byte((byte)(current >> b));
                }
                run = 0;
                return;
            }
            var take = Math.Min(run, 8 - open);
            literals.AsSpan(literalCount, take).Fill(current);
            literalCount += take;
            run -= take;
            if (literalCount == LiteralLimit)
            {
                FlushLiterals();
            }
        }
    }

    private void FlushLiterals()
    {
        if (literalCount == 0)
        {
            return;
        }
        output.Varint(((ulong)(literalCount / 8) << 1) | 1);
        BitPacking.Pack(literals.AsSpan(0, literalCount), width, output);
        literalCount = 0;
    }
}
