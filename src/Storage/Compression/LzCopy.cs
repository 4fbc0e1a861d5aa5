namespace CranePipeline.Storage;

/// <summary>The copy every Lempel-Ziv format is made of: bytes already written, again.</summary>
internal static class LzCopy
{
    public static void Copy(Span<byte> destination, int to, int offset, int length)
    {
        if (offset <= 0 || offset > to || length > destination.Length - to)
        {
            throw new CorruptDataException("a compressed block that refers outside itself");
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
}
