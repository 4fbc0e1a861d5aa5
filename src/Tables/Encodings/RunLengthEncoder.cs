using System.Buffers.Binary;
using System.Runtime.Intrinsics;

namespace CranePipeline.Tables;

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

    /// <summary>Writes all there is, without an instance and faster: the same bytes as value by value.</summary>
    public static void Encode(ReadOnlySpan<int> values, int width, ByteBuffer output)
    {
        var literals = 0;
        var at = 0;
        while (at < values.Length)
        {
            if (values.Length - at < 8)
            {
                at = values.Length;
            }
            else if (!IsConstant(values.Slice(at, 8)))
            {
                at += 8;
            }
            else
            {
                PackLiterals(values[literals..at], width, output);
                var rest = values[at..];
                var run = rest.IndexOfAnyExcept(rest[0]);
                run = run < 0 ? rest.Length : run;
                WriteRun(rest[0], run, width, output);
                at += run;
                literals = at;
            }
            if (at - literals == LiteralLimit)
            {
                PackLiterals(values[literals..at], width, output);
                literals = at;
            }
        }
        var whole = (at - literals) & ~7;
        if (whole < at - literals)
        {
            // The padding belongs to the same literal run, so the groups before it go together with it.
            Span<int> padded = stackalloc int[LiteralLimit];
            padded = padded[..(whole + 8)];
            padded.Clear();
            values[literals..at].CopyTo(padded);
            PackLiterals(padded, width, output);
        }
        else
        {
            PackLiterals(values[literals..at], width, output);
        }
    }

    /// <summary>Writes every value's run as a run, however short: smaller than packing where values come a few at a time.</summary>
    /// <param name="ends">Where each run ends; the last may go past <paramref name="end"/>.</param>
    /// <param name="first">The value of the first run; each next one is one more.</param>
    /// <param name="start">Where the first run begins.</param>
    /// <param name="end">Where the last one is cut.</param>
    /// <param name="width">Bits a value.</param>
    /// <param name="output">Where the runs go.</param>
    public static void EncodeRuns(ReadOnlySpan<int> ends, int first, int start, int end, int width, ByteBuffer output)
    {
        const int MostBytes = 9;
        var bytes = (width + 7) / 8;
        // Eight bytes are written at once, the last ones of them over what comes next.
        var room = output.Reserve(checked(ends.Length * MostBytes + sizeof(ulong)));
        var used = 0;
        for (var run = 0; run < ends.Length; run++)
        {
            var next = Math.Min(ends[run], end);
            var header = (uint)(next - start) << 1;
            start = next;
            while (header >= 0x80)
            {
                room[used++] = (byte)(header | 0x80);
                header >>= 7;
            }
            BinaryPrimitives.WriteUInt64LittleEndian(room[used..], header | ((ulong)(uint)(first + run) << 8));
            used += 1 + bytes;
        }
        output.Advance(used);
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
                WriteRun(current, run, width, output);
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
        PackLiterals(literals.AsSpan(0, literalCount), width, output);
        literalCount = 0;
    }

    private static bool IsConstant(ReadOnlySpan<int> group) =>
        Vector256.EqualsAll(Vector256.Create(group), Vector256.Create(group[0]));

    private static void WriteRun(int value, int times, int width, ByteBuffer output)
    {
        output.Varint((ulong)times << 1);
        for (var b = 0; b < width; b += 8)
        {
            output.Byte((byte)(value >> b));
        }
    }

    private static void PackLiterals(ReadOnlySpan<int> values, int width, ByteBuffer output)
    {
        if (!values.IsEmpty)
        {
            output.Varint(((ulong)(values.Length / 8) << 1) | 1);
            BitPacking.Pack(values, width, output);
        }
    }
}
