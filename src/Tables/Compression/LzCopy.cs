using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CranePipeline.Tables;

/// <summary>The copy every Lempel-Ziv format is made of: bytes already written, again.</summary>
internal static class LzCopy
{
    public static void Copy(Span<byte> destination, int to, int offset, int length)
    {
        if (offset <= 0 || offset > to || length > destination.Length - to)
        {
            throw new CorruptDataException("a compressed block that refers outside itself");
        }
        if (length <= 16 && offset >= 8 && destination.Length - to >= 16)
        {
            // Most copies are short: two words, the second read after the first is written, whatever lies beyond being overwritten later.
            ref var start = ref MemoryMarshal.GetReference(destination);
            Word(ref start, to - offset, to);
            Word(ref start, to - offset + 8, to + 8);
            return;
        }
        if (offset >= length)
        {
            destination.Slice(to - offset, length).CopyTo(destination[to..]);
            return;
        }
        if (offset == 1)
        {
            destination.Slice(to, length).Fill(destination[to - 1]);
            return;
        }
        // Source and target overlap: what is copied doubles with every step.
        var pattern = destination.Slice(to - offset, offset + length);
        var done = offset;
        while (done < pattern.Length)
        {
            var take = Math.Min(done, pattern.Length - done);
            pattern[..take].CopyTo(pattern[done..]);
            done += take;
        }
    }

    /// <summary>Copies <paramref name="length"/> literal bytes, which the caller has checked to lie inside both spans.</summary>
    public static void Literals(ReadOnlySpan<byte> source, int from, Span<byte> destination, int to, int length)
    {
        if (length <= 16 && source.Length - from >= 16 && destination.Length - to >= 16)
        {
            var words = Unsafe.ReadUnaligned<UInt128>(ref Unsafe.Add(ref MemoryMarshal.GetReference(source), from));
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref MemoryMarshal.GetReference(destination), to), words);
            return;
        }
        source.Slice(from, length).CopyTo(destination[to..]);
    }

    private static void Word(ref byte start, int from, int to) =>
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref start, to), Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, from)));
}
