using System.Buffers;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Reading;

/// <summary>Cuts a stream into chunks at line breaks, or where records end.</summary>
/// <param name="stream">UTF-8; a byte order mark is passed over.</param>
/// <param name="name">The file's name for messages.</param>
/// <param name="records">Knows where records end; null cuts at line feeds.</param>
internal sealed class ChunkReader(Stream stream, string name, RecordCutter? records = null)
{
    /// <summary>The most bytes of a line or record.</summary>
    public const int LongestLine = 1 << 26;

    private const int ChunkBytes = 1 << 20;
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
    private int filled;
    private long line = 1;
    private long number;
    private bool ended;
    private bool begun;

    /// <summary>Lines handed out so far.</summary>
    public long Lines => line - 1;

    /// <summary>How many line breaks a text has: CR LF is one, and so is each of both alone.</summary>
    public static int CountLines(ReadOnlySpan<byte> text)
    {
        int feeds = text.Count((byte)'\n');
        int returns = text.Count((byte)'\r');
        return returns == 0 ? feeds : feeds + returns - text.Count("\r\n"u8);
    }

    /// <summary>The next whole lines, or null at the end. The caller disposes of the chunk.</summary>
    /// <exception cref="InputException">A line is longer than <see cref="LongestLine"/>, or a quote does not close.</exception>
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

            ReadOnlySpan<byte> text = buffer.AsSpan(0, filled);
            int cut =
                records is not null ? records.Cut(text, ended, line)
                : ended ? filled
                : text.LastIndexOf((byte)'\n') + 1;
            if (cut > 0)
            {
                return Take(cut);
            }

            if (buffer.Length >= LongestLine)
            {
                throw new InputException(
                    $"{name} has a line of more than {LongestLine >> 20} MiB, the most "
                        + $"that is read, at line {line}; check that it is the file you mean"
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
        line += CountLines(chunk.Bytes) + (chunk.Bytes[^1] is (byte)'\n' or (byte)'\r' ? 0 : 1);
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
