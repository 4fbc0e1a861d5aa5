using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CranePipeline.Ingest.Parsing;

/// <summary>Finds where fields and lines end, for many lines at once.</summary>
internal static class FieldMarks
{
    /// <summary>Writes the places of all separators and line breaks, in order.</summary>
    /// <param name="text">Lines.</param>
    /// <param name="separator">Stands between fields.</param>
    /// <param name="marks">Takes the places; as long as the text at least.</param>
    /// <returns>How many there are.</returns>
    public static int Find(ReadOnlySpan<byte> text, byte separator, Span<int> marks)
    {
        int count = 0;
        int at = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<byte> separators = Vector256.Create(separator);
            Vector256<byte> breaks = Vector256.Create((byte)'\n');
            ref byte first = ref MemoryMarshal.GetReference(text);
            for (; at + Vector256<byte>.Count <= text.Length; at += Vector256<byte>.Count)
            {
                Vector256<byte> bytes = Vector256.LoadUnsafe(ref first, (nuint)at);
                uint found = (Vector256.Equals(bytes, separators) | Vector256.Equals(bytes, breaks)).ExtractMostSignificantBits();
                for (; found != 0; found &= found - 1)
                {
                    marks[count++] = at + BitOperations.TrailingZeroCount(found);
                }
            }
        }

        for (; at < text.Length; at++)
        {
            if (text[at] == separator || text[at] == '\n')
            {
                marks[count++] = at;
            }
        }

        return count;
    }
}
