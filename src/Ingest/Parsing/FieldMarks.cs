using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CranePipeline.Ingest.Parsing;

/// <summary>Finds where fields and lines end, for many lines at once.</summary>
internal static class FieldMarks
{
    /// <summary>Writes the ends of all fields, in order.</summary>
    /// <param name="text">Lines.</param>
    /// <param name="separator">Stands between fields.</param>
    /// <param name="marks">Takes the places of separators, and of line breaks as their complements; as long as the text at least.</param>
    /// <param name="ascii">Whether there is no byte above 127.</param>
    /// <param name="plain">Whether there is neither a quote nor a carriage return.</param>
    /// <returns>How many there are.</returns>
    public static int Find(ReadOnlySpan<byte> text, byte separator, Span<int> marks, out bool ascii, out bool plain)
    {
        int count = 0;
        int at = 0;
        byte all = 0;
        plain = true;
        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<byte> separators = Vector256.Create(separator);
            Vector256<byte> breaks = Vector256.Create((byte)'\n');
            Vector256<byte> quotes = Vector256.Create((byte)'"');
            Vector256<byte> returns = Vector256.Create((byte)'\r');
            Vector256<byte> high = default;
            Vector256<byte> odd = default;
            ref byte first = ref MemoryMarshal.GetReference(text);
            for (; at + Vector256<byte>.Count <= text.Length; at += Vector256<byte>.Count)
            {
                Vector256<byte> bytes = Vector256.LoadUnsafe(ref first, (nuint)at);
                high |= bytes;
                odd |= Vector256.Equals(bytes, quotes) | Vector256.Equals(bytes, returns);
                uint ends = Vector256.Equals(bytes, breaks).ExtractMostSignificantBits();
                uint found = ends | Vector256.Equals(bytes, separators).ExtractMostSignificantBits();
                for (; found != 0; found &= found - 1)
                {
                    int bit = BitOperations.TrailingZeroCount(found);
                    marks[count++] = (at + bit) ^ -(int)(ends >> bit & 1);
                }
            }

            all = high.ExtractMostSignificantBits() != 0 ? byte.MaxValue : (byte)0;
            plain = odd == Vector256<byte>.Zero;
        }

        for (; at < text.Length; at++)
        {
            byte value = text[at];
            all |= value;
            plain &= value is not ((byte)'"' or (byte)'\r');
            if (value == separator || value == '\n')
            {
                marks[count++] = value == '\n' ? ~at : at;
            }
        }

        ascii = all <= sbyte.MaxValue;
        return count;
    }

    /// <summary>Whether a mark is a line's end.</summary>
    public static bool IsBreak(int mark) => mark < 0;

    /// <summary>Where a mark lies.</summary>
    public static int PlaceOf(int mark) => mark < 0 ? ~mark : mark;
}
