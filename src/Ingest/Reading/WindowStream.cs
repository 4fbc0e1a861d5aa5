namespace CranePipeline.Ingest.Reading;

/// <summary>
/// A file read through one buffer that remembers what it last handed out, so that a reader that took too much (an inflater
/// does) can be set back inside it.
/// </summary>
internal sealed class WindowStream(Stream file) : ReadOnlyStream
{
    // Small enough that the hand-out before last is still there after the end of a member has been found.
    private const int HandOut = 16 * 1024;
    private readonly byte[] buffer = new byte[16 * HandOut];
    private int start;
    private int end;
    private int lastStart;

    /// <summary>Bytes of the file before the next one to be handed out.</summary>
    public long Offset { get; private set; }

    /// <summary>Whether a reader asked for more than there is.</summary>
    public bool AskedBeyondEnd { get; private set; }

    /// <summary>The bytes of the last hand-out.</summary>
    public ReadOnlySpan<byte> Last => buffer.AsSpan(lastStart, start - lastStart);

    public override int Read(Span<byte> destination)
    {
        if (start == end)
        {
            Fill();
            if (start == end)
            {
                lastStart = start;
                AskedBeyondEnd = true;
                return 0;
            }
        }

        int count = Math.Min(Math.Min(end - start, HandOut), destination.Length);
        buffer.AsSpan(start, count).CopyTo(destination);
        lastStart = start;
        start += count;
        Offset += count;
        return count;
    }

    /// <summary>Looks at bytes to come without taking them; fewer than asked only at the end of the file.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        while (end - start < count)
        {
            int before = end;
            Fill();
            if (end == before)
            {
                break;
            }
        }

        return buffer.AsSpan(start, Math.Min(count, end - start));
    }

    /// <summary>Takes bytes that were looked at.</summary>
    public void Skip(int count)
    {
        start += count;
        lastStart = start;
        Offset += count;
    }

    /// <summary>Takes back the last <paramref name="count"/> bytes handed out.</summary>
    public void Return(int count)
    {
        start -= count;
        Offset -= count;
        lastStart = start;
        AskedBeyondEnd = false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Fill()
    {
        if (end == buffer.Length)
        {
            // Keep the last hand-out: the end of a member is looked for in it.
            int kept = end - lastStart;
            buffer.AsSpan(lastStart, kept).CopyTo(buffer);
            start -= lastStart;
            end = kept;
            lastStart = 0;
        }

        int read = file.Read(buffer, end, buffer.Length - end);
        end += read;
    }
}
