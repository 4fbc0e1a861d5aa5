using System.Buffers;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Reading;

/// <summary>Cuts a stream into chunks at line breaks.</summary>
internal sealed class ChunkReader(Stream stream, string name)
{
    private const int ChunkBytes = 1 << 20;
    private const int LongestLine = 1 << 28;
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
    private int filled;
    private long line = 1;
    private long number;
    private bool ended;
    private bool begun;

    /// <summary>Lines handed out so far.</summary>
    public long Lines => line - 1;

    /// <summary>The next whole lines, or null at the end. The caller disposes of the chunk.</summary>
    public Chunk? Next()
    {
        while (true)
        {
            while (!ended && filled < buffer.Length)
            {
                int read = stream.Read(buffer, filled, buffer.Length - filled);
                ended = read == 0;
                filled += read;
            }

            SkipByteOrderMark();
            if (filled == 0)
            {
                return null;
            }

            int cut = ended ? filled : buffer.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1;
            if (cut > 0)
            {
                return Take(cut);
            }

            if (buffer.Length >= LongestLine)
            {
                throw new InputException(
                    $"{name} has a line of more than {LongestLine >> 20} MiB at line {line}; is it a file of interactions?"
                );
            }

            byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
            buffer.AsSpan(0, filled).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }
    }

    private Chunk Take(int cut)
    {
        byte[] next = ArrayPool<byte>.Shared.Rent(Math.Max(ChunkBytes, filled - cut));
        buffer.AsSpan(cut, filled - cut).CopyTo(next);
        Chunk chunk = new(buffer, cut, line, number++);
        line += chunk.Bytes.Count((byte)'\n') + (chunk.Bytes[^1] == '\n' ? 0 : 1);
        buffer = next;
        filled -= cut;
        return chunk;
    }

    private void SkipByteOrderMark()
    {
        if (begun)
        {
            return;
        }

        begun = true;
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        if (buffer.AsSpan(0, filled).StartsWith(mark))
        {
            filled -= 3;
            buffer.AsSpan(3, filled).CopyTo(buffer);
        }
    }
}
